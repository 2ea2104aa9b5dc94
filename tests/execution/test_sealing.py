"""Sealed predictions come back as they were, under a digest that anybody can reckon again."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.canonical import canonical_json
from harness.execution import sealing
from harness.execution.outcomes import Verdict
from harness.execution.sealing import open_sealed, seal
from harness.problems import Refusal

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ANSWERS = st.one_of(
    st.sampled_from(['{"label":"甲"}', '{"label":"乙"}']),
    TEXT.map(lambda text: json.dumps({"text": text}, ensure_ascii=False)),
)
VERDICTS = st.one_of(
    st.builds(Verdict, outcome=st.just("answered"), answer=ANSWERS),
    st.builds(Verdict, outcome=st.sampled_from(["missing", "invalid", "crash"])),
)


@given(verdicts=st.dictionaries(TEXT, VERDICTS, max_size=12), part=st.integers(1, 5))
def test_what_is_sealed_is_what_is_opened(verdicts: dict[str, Verdict], part: int) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "PART", part)
        folder = Path(name)
        found = open_sealed(folder, seal(folder, verdicts))

    ids = sorted(verdicts)
    assert found.ids == tuple(ids)
    assert found.outcomes == tuple(verdicts[name].outcome for name in ids)
    assert found.answers == tuple(
        None if (text := verdicts[name].answer) is None else json.loads(text) for name in ids
    )
    lines = [[name, verdicts[name].outcome, verdicts[name].answer] for name in ids]
    content = b"".join(canonical_json(line) + b"\n" for line in lines)
    assert found.digest == "sha256:" + hashlib.sha256(content).hexdigest()


def test_a_file_that_is_not_of_predictions_is_refused(tmp_path: Path) -> None:
    (tmp_path / sealing.FILE).write_bytes(b"PAR1 nothing of the kind")

    with pytest.raises(Refusal, match="E6111"):
        open_sealed(tmp_path)
