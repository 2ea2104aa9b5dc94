"""Checks of what is declared: every problem of a board, dataset or package at once."""

from harness.checking.boards import check_board
from harness.checking.datasets import check_dataset
from harness.checking.packages import CheckedPackage, check_package, examine_package

__all__ = ["CheckedPackage", "check_board", "check_dataset", "check_package", "examine_package"]
