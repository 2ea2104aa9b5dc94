from __future__ import annotations

import pytest

from harness.personal_data import count_traces, traces


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("请联系13812345678。", ["phone"]),
        ("证号11010519491231002X，请核对", ["identity"]),
        ("证号110105194912310021", []),
        ("证号110105194913310021", []),
        ("卡号6222 0210 0111 1111 111", []),
        ("卡号4111111111111112", []),
        ("卡号4539578763621486", ["card"]),
        ("邮箱 li@example.com", ["mail"]),
        ("邮箱li.si@example.com", ["mail"]),
        ("邮箱zhang-san_1@mail.sd.gov.cn。", ["mail"]),
        ("电话138\u200b1234\u200b5678", ["phone"]),
        ("金额1234567890123456.5", []),
        ("编号0000000000000000", []),
        ("2138123456789", []),
        ("+8613812345678", ["phone"]),
        ("0086 13812345678", ["phone"]),
        ("138 1234 5678", ["phone"]),
        ("138-1234-5678", ["phone"]),
        ("138-1234 5678", []),
        ("１３８１２３４５６７８", ["phone"]),
        ("11010519491231002Ｘ", ["identity"]),
        ("110105491231002", ["identity_15"]),
        ("110105491331002", []),
        ("110105490230002", []),
        ("110105 19491231 002X", ["identity"]),
        ("110105-19491231-002X", ["identity"]),
        ("110105 19491231-002X", []),
        ("0.110105491231002", []),
        ("8613812345678", ["phone"]),
        ("+86-138-1234-5678", ["phone"]),
        ("电话 3 13812345678", ["phone"]),
        ("138–1234–5678", ["phone"]),
        ("138\u00a01234\u00a05678", ["phone"]),
        ("0.13812345678", []),
        ("13812345678.5", []),
        ("150 1201 1302 1403", []),
        ("12 150 1201 1302", []),
        ("150 1201 1302.5", []),
        ("160 1220 2440", []),
        ("139-2024-0001-02", []),
        ("GB/T 138-1234-567", []),
        ("1381234567890123", []),
        ("990105491231002", []),
    ],
)
def test_only_numbers_that_check_out_are_personal_data(text: str, kinds: list[str]) -> None:
    assert [trace.kind for trace in traces(text)] == kinds


def test_what_is_found_is_shown_with_its_middle_hidden() -> None:
    (trace,) = traces("身份证11010519491231002X")

    assert trace.masked == "110****002X"


def test_texts_are_counted_not_traces() -> None:
    counts = count_traces(["13812345678 13912345678", "13812345678", "无"])

    assert counts == {"phone": 2}
