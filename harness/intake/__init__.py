"""Taking in what applicants send: strict unpacking, deterministic packing, signed receipts."""
