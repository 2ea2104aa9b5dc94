"""One module per family of tasks, each ending in its METRICS table."""
