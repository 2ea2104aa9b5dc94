"""Where a problem is, seen from the folder that was asked about."""

from __future__ import annotations

from dataclasses import replace

from harness.problems import Problem


def inside(folder: str, problem: Problem) -> Problem:
    """The same problem, with the folder of its declaration before its place."""
    return replace(problem, where=f"{folder}/{problem.where}")
