from __future__ import annotations

import base64
import copy
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.problems import Refusal
from harness.signing import PROBLEMS, PublicKey, SigningKey, key_path, open_key, sign, verify

SENTENCES = {one.code: one for one in PROBLEMS}


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return open_key(tmp_path / "keys" / "signing.pem")


def codes(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    for problem in refused.value.problems:
        assert SENTENCES[problem.code].render(problem, "zh")
        assert SENTENCES[problem.code].render(problem, "en")
    return [problem.code for problem in refused.value.problems]


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "signing.pem"

    first, second = open_key(path), open_key(path)

    assert (first.created, second.created) == (True, False)
    assert first.public == second.public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert first.public.fingerprint.startswith("sha256:")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"JIEBANG_KEY": "/media/usb/key.pem", "HOME": "/home/a"}, "/media/usb/key.pem"),
        ({"JIEBANG_KEY": "", "HOME": "/home/a"}, "/home/a/.config/jiebang/signing.pem"),
        ({"JIEBANG_KEY": "/media/usb/key.pem"}, "/media/usb/key.pem"),
    ],
)
def test_the_key_lies_where_the_environment_says(
    environment: dict[str, str], expected: str
) -> None:
    assert key_path(environment) == Path(expected)


@pytest.mark.parametrize("environment", [{}, {"HOME": ""}, {"HOME": "relative"}])
def test_without_a_home_the_organizer_is_told_to_name_a_key(environment: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        key_path(environment)

    assert codes(refused) == ["E8501"]


def test_a_key_inside_the_workspace_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        open_key(tmp_path / "workspace" / "key.pem", workspace=tmp_path / "workspace")

    assert codes(refused) == ["E8505"]
    assert not (tmp_path / "workspace").exists()


def test_a_key_that_others_can_read_is_refused(key: SigningKey) -> None:
    key.path.chmod(0o644)

    with pytest.raises(Refusal) as refused:
        open_key(key.path)

    assert codes(refused) == ["E8504"]


def test_a_key_that_is_none_is_refused(tmp_path: Path) -> None:
    text, other, folder = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    text.write_text("not a key")
    other.write_bytes(
        generate_private_key(SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    folder.mkdir(mode=0o700)
    for path in (text, other):
        path.chmod(0o600)

    found = []
    for path in (text, other, folder, text / "below"):
        with pytest.raises(Refusal) as refused:
            open_key(path)
        found += codes(refused)

    assert found == ["E8503", "E8503", "E8502", "E8502"]


def test_what_is_signed_verifies_and_comes_back(key: SigningKey) -> None:
    envelope = json.loads(json.dumps(sign("text/plain", "揭榜".encode(), key)))

    payload = verify(envelope, key.public, payload_type="text/plain", where="receipt")

    assert payload.decode() == "揭榜"


def test_the_text_of_a_public_key_reads_back(key: SigningKey) -> None:
    assert PublicKey.parse(f" {key.public}\n") == key.public


@pytest.mark.parametrize(
    "text", ["", "ed25519:", "ed25519:!!!!", "rsa:AAAA", "ed25519:" + "A" * 40, "A" * 44]
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        PublicKey.parse(text)

    assert codes(refused) == ["E8506"]


def test_the_public_key_of_the_first_example_of_rfc_8032_is_the_published_one() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key = SigningKey(private=private, path=Path("key"), created=False)

    assert key.public.raw.hex() == (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )


def _type(envelope: dict[str, Any]) -> None:
    envelope["payloadType"] = "text/html"


def _payload(envelope: dict[str, Any]) -> None:
    envelope["payload"] = base64.b64encode(b"other").decode()


def _signature(envelope: dict[str, Any]) -> None:
    envelope["signatures"][0]["sig"] = base64.b64encode(bytes(64)).decode()


def _short(envelope: dict[str, Any]) -> None:
    envelope["signatures"][0]["sig"] = "AAAA"


def _signer(envelope: dict[str, Any]) -> None:
    envelope["signatures"][0]["keyid"] = "sha256:" + "0" * 64


def _none(envelope: dict[str, Any]) -> None:
    envelope["signatures"] = []


def _more(envelope: dict[str, Any]) -> None:
    envelope["note"] = "x"


def _loose(envelope: dict[str, Any]) -> None:
    envelope["payload"] += "\n"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_type, "E8511"),
        (_payload, "E8513"),
        (_signature, "E8513"),
        (_short, "E8513"),
        (_signer, "E8512"),
        (_none, "E8510"),
        (_more, "E8510"),
        (_loose, "E8510"),
    ],
)
def test_a_changed_envelope_is_refused(key: SigningKey, change: Any, code: str) -> None:
    envelope = copy.deepcopy(sign("text/plain", b"content", key))
    change(envelope)

    with pytest.raises(Refusal) as refused:
        verify(envelope, key.public, payload_type="text/plain", where="receipt.json")

    assert codes(refused) == [code]


@pytest.mark.parametrize("envelope", [None, [], "text", 1, {}, {"payload": 1}])
def test_what_is_no_envelope_is_refused(key: SigningKey, envelope: object) -> None:
    with pytest.raises(Refusal) as refused:
        verify(envelope, key.public, payload_type="text/plain", where="receipt.json")

    assert codes(refused) == ["E8510"]


def test_another_organizers_key_does_not_verify(tmp_path: Path, key: SigningKey) -> None:
    other = open_key(tmp_path / "other.pem")

    with pytest.raises(Refusal) as refused:
        verify(sign("text/plain", b"x", key), other.public, payload_type="text/plain", where="a")

    assert codes(refused) == ["E8512"]


def test_a_key_is_made_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        key = open_key(tmp_path / "signing.pem")
    finally:
        os.umask(before)

    assert stat.S_IMODE(key.path.stat().st_mode) == 0o600
