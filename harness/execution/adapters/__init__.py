"""How each kind of solution is spoken to."""
