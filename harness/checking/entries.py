"""The names that a Python module binds, read from its text: nothing of it is run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path

LARGEST = 1 << 20
OPEN = frozenset({"__getattr__", "exec", "globals", "setattr", "vars"})
"""Names with which a module can bind others that its text does not show."""
BODIES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def bound_names(path: Path) -> frozenset[str] | None:
    """The names that a module binds; ``None`` where its text does not tell them all."""
    if not path.is_file() or path.stat().st_size > LARGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        # Python of another version may read it.
        return None
    if any(_is_open(node) for node in ast.walk(tree)):
        return None
    return frozenset(name for node in _outside_of_bodies(tree) for name in _bound(node))


def _is_open(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return any(alias.name == "*" for alias in node.names)
    if isinstance(node, ast.FunctionDef | ast.Name):
        return (node.name if isinstance(node, ast.FunctionDef) else node.id) in OPEN
    return isinstance(node, ast.Global)


def _outside_of_bodies(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node of a module that is evaluated in its own scope."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, BODIES):
            waiting += ast.iter_child_nodes(node)


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.alias):
        yield node.asname or node.name.partition(".")[0]
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
