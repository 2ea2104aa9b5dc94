"""Reading what candidates wrote: normalisation, numbers, options."""
