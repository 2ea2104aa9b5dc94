"""The stages of an evaluation: each a function from the records before it to its own."""
