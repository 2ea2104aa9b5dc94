"""Boards and packages that ship, and templates for new ones."""
