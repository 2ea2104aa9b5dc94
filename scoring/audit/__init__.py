"""Whether a dataset is good enough to rank on."""
