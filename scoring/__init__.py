"""How good the answers are, and who is ahead: numbers only."""
