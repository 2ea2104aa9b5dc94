"""What is declared, accepted, run and kept."""
