"""Judges' scores: laid out as a table, aggregated, and held against each other."""
