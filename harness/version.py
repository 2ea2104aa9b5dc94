"""The version of this product, and of its scoring."""

from importlib.metadata import version

SCORING = "11"
"""Raised whenever a score of unchanged answers would change."""


def harness_version() -> str:
    """The installed version."""
    return version("jiebang")
