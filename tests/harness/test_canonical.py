from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.canonical import canonical_json, digest, file_digest, readable_json
from harness.durable import write_atomically

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=st.dictionaries(st.text(max_size=5), plain))
def test_the_order_of_keys_does_not_change_the_bytes(value: dict[str, Any]) -> None:
    turned = dict(reversed(value.items()))

    assert canonical_json(turned) == canonical_json(value)


def test_a_value_has_one_written_form() -> None:
    value = {"b": [1, 2.5, None, True], "a": "揭榜"}

    assert canonical_json(value).decode() == '{"a":"揭榜","b":[1,2.5,null,true]}'
    assert readable_json(value).endswith(b"\n")


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), {1: 2}, b"x", {"a": {3}}, "\ud800"], ids=repr
)
def test_what_has_no_canonical_form_is_a_value_error(value: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        canonical_json(value)


def test_a_file_and_its_bytes_have_the_same_digest(tmp_path: Path) -> None:
    path = tmp_path / "room" / "x.bin"

    write_atomically(path, b"abc")

    assert file_digest(path) == digest(b"abc")
    assert digest(b"abc").startswith("sha256:ba7816bf")
    assert [entry.name for entry in path.parent.iterdir()] == ["x.bin"]


def test_a_write_that_fails_leaves_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    write_atomically(path, b"old")

    with pytest.raises(TypeError):
        write_atomically(path, "not bytes")  # type: ignore[arg-type]

    assert path.read_bytes() == b"old"
