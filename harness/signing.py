"""Ed25519 signatures in DSSE envelopes, with keys kept outside every workspace."""

from __future__ import annotations

import base64
import binascii
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from harness.canonical import digest
from harness.problems import Explanation, Problem, Refusal, why

STATEMENT = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
_ALGORITHM = "ed25519:"
_HEX = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What others verify signatures with; its text form is ``ed25519:<base64>``."""

    raw: bytes

    def __str__(self) -> str:
        return _ALGORITHM + base64.b64encode(self.raw).decode()

    @property
    def fingerprint(self) -> str:
        """Digest of the key, to be read aloud and compared: ``sha256:<hex>``."""
        return digest(self.raw)

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """Read the text form.

        Raises
        ------
        Refusal
            Another algorithm, or not 32 bytes of base64.
        """
        raw = _unbase64(text.strip().removeprefix(_ALGORITHM))
        if not text.strip().startswith(_ALGORITHM) or raw is None or len(raw) != 32:
            raise Refusal([Problem("E8506", "public key", text.strip()[:80])])
        return cls(raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """The organizer's private key, where it lies, and whether this call made it."""

    private: Ed25519PrivateKey
    path: Path
    created: bool

    @property
    def public(self) -> PublicKey:
        """The key that verifies what this one signs."""
        return PublicKey(self.private.public_key().public_bytes_raw())


def key_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the signing key lies: $JIEBANG_KEY, or .config/jiebang/signing.pem at home.

    Raises
    ------
    Refusal
        Neither a named file nor a home folder.
    """
    named = environment.get("JIEBANG_KEY", "").strip()
    if named:
        return Path(named)
    home = environment.get("HOME", "") or environment.get("USERPROFILE", "")
    if not home or not Path(home).is_absolute():
        raise Refusal([Problem("E8501", "HOME", home)])
    return Path(home) / ".config" / "jiebang" / "signing.pem"


def open_key(path: Path | None = None, *, workspace: Path | None = None) -> SigningKey:
    """The organizer's key, made on first use with mode 0600.

    Raises
    ------
    Refusal
        A key inside the workspace, open to others, malformed, or that cannot be written.
    """
    path = path or key_path()
    if workspace is not None and path.resolve().is_relative_to(workspace.resolve()):
        raise Refusal([Problem("E8505", str(path), str(workspace))])
    try:
        private = _create(path)
        if private is not None:
            return SigningKey(private=private, path=path, created=True)
        if os.name == "posix" and (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077:
            raise Refusal([Problem("E8504", str(path), f"{mode:04o}")])
        content = path.read_bytes()
    except OSError as error:
        raise Refusal([Problem("E8502", str(path), "", {"reason": why(error)})]) from error
    try:
        loaded = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Refusal([Problem("E8503", str(path), "PEM")]) from error
    if not isinstance(loaded, Ed25519PrivateKey):
        raise Refusal([Problem("E8503", str(path), type(loaded).__name__)])
    return SigningKey(private=loaded, path=path, created=False)


def sign(payload_type: str, payload: bytes, key: SigningKey) -> dict[str, Any]:
    """A DSSE envelope: the payload, its type, and a signature over both."""
    signature = key.private.sign(pre_authentication(payload_type, payload))
    return {
        "payloadType": payload_type,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [
            {"keyid": key.public.fingerprint, "sig": base64.b64encode(signature).decode()}
        ],
    }


def verify(envelope: object, public: PublicKey, *, payload_type: str, where: str) -> bytes:
    """The payload of an envelope that this key signed.

    Parameters
    ----------
    envelope
        As decoded from JSON; nothing about it is trusted.
    payload_type
        The only type that is taken.
    where
        What messages call the envelope.

    Raises
    ------
    Refusal
        Malformed, of another type, not signed by this key, or changed since.
    """
    parsed = _parse(envelope)
    if parsed is None:
        raise Refusal([Problem("E8510", where)])
    if parsed.payload_type != payload_type:
        found = parsed.payload_type[:80]
        raise Refusal([Problem("E8511", where, found, {"expected": payload_type})])
    if parsed.keyid != public.fingerprint:
        values = {"expected": public.fingerprint}
        raise Refusal([Problem("E8512", where, parsed.keyid, values)])
    message = pre_authentication(parsed.payload_type, parsed.payload)
    try:
        Ed25519PublicKey.from_public_bytes(public.raw).verify(parsed.signature, message)
    except (InvalidSignature, ValueError) as error:
        raise Refusal([Problem("E8513", where, public.fingerprint)]) from error
    return parsed.payload


def pre_authentication(payload_type: str, payload: bytes) -> bytes:
    """The bytes that DSSE signs: type and payload, each with its length.

    >>> pre_authentication("http://example.com/HelloWorld", b"hello world")
    b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    payload_type: str
    payload: bytes
    keyid: str
    signature: bytes


def _parse(envelope: object) -> _Envelope | None:
    match envelope:
        case {
            "payloadType": str(kind),
            "payload": str(payload),
            "signatures": [{"keyid": str(keyid), "sig": str(signature), **other}],
            **rest,
        } if not rest and not other and _HEX.fullmatch(keyid.removeprefix("sha256:")):
            content, signed = _unbase64(payload), _unbase64(signature)
            if content is not None and signed is not None:
                return _Envelope(payload_type=kind, payload=content, keyid=keyid, signature=signed)
    return None


def _create(path: Path) -> Ed25519PrivateKey | None:
    """A new key on disk, or none where a file is there already."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileExistsError:
        return None
    private = Ed25519PrivateKey.generate()
    with os.fdopen(descriptor, "wb") as file:
        file.write(
            private.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        file.flush()
        os.fsync(file.fileno())
    return private


def _unbase64(text: str) -> bytes | None:
    """The bytes of canonical base64: one text for each content."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if base64.b64encode(content).decode() == text else None


PROBLEMS = (
    Explanation(
        "E8501",
        "{where}：没有主目录（“{found}”），不知道签名密钥放在哪里；"
        "请设置 JIEBANG_KEY=密钥文件的路径（在工作区之外）。",
        "{where}: no home folder (“{found}”), so the place of the signing key is unknown; set "
        "JIEBANG_KEY to the path of a key file outside the workspace.",
    ),
    Explanation(
        "E8502",
        "{where}：无法读写签名密钥（{reason}）；请检查权限，或把 JIEBANG_KEY 设为可写的路径。",
        "{where}: the signing key cannot be read or written ({reason}); check permissions, or set "
        "JIEBANG_KEY to a path that can be written.",
    ),
    Explanation(
        "E8503",
        "{where}：不是 Ed25519 私钥（{found}）；请恢复原来的密钥文件，或换一个路径新建。",
        "{where}: not an Ed25519 private key ({found}); restore the key file, or name another path "
        "to make a new one.",
    ),
    Explanation(
        "E8504",
        "{where}：密钥文件权限为 {found}，他人可读；请运行 chmod 600。",
        "{where}: the key file has mode {found}, open to others; run chmod 600 on it.",
    ),
    Explanation(
        "E8505",
        "{where}：签名密钥在工作区 {found} 之内；请放到工作区之外，并相应设置 JIEBANG_KEY。",
        "{where}: the signing key lies inside the workspace {found}; move it outside and set "
        "JIEBANG_KEY.",
    ),
    Explanation(
        "E8506",
        "{where}：“{found}”不是公钥；请写成 ed25519: 加 44 个 base64 字符。",
        "{where}: “{found}” is no public key; write ed25519: and 44 characters of base64.",
    ),
    Explanation(
        "E8510",
        "{where}：不是 DSSE 签名信封；请取回组织方签发的原件。",
        "{where}: not a DSSE envelope; take the original that the organizer issued.",
    ),
    Explanation(
        "E8511",
        "{where}：签名内容的类型是“{found}”；请提供类型为 {expected} 的信封。",
        "{where}: signs content of type “{found}”; provide an envelope of type {expected}.",
    ),
    Explanation(
        "E8512",
        "{where}：由另一把密钥 {found} 签名；请核对组织方公布的公钥，应为 {expected}。",
        "{where}: signed by another key, {found}; check the public key that the organizer "
        "published, expected is {expected}.",
    ),
    Explanation(
        "E8513",
        "{where}：签名与内容不符（密钥 {found}），签名后内容被改动；请取回原件。",
        "{where}: the signature does not fit the content (key {found}), which changed after "
        "signing; take the original.",
    ),
)
