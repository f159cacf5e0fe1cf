"""Keys kept outside the database, and what is derived from them.

Nothing here is home-made cryptography: HMAC-SHA256 from the standard library, AES-256-GCM from
``cryptography``. A stolen database opens neither a link nor a second factor.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


@dataclass(frozen=True, slots=True)
class Keys:
    """Four independent 32-byte keys. ``web`` signs cookies and forms."""

    journal: bytes
    link: bytes
    seal: bytes
    objection: bytes
    web: bytes


def fresh_nonce() -> str:
    """Draw 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def token(key: bytes, purpose: str, *parts: object) -> str:
    """Derive the token of a link from its row: nothing that opens it is stored."""
    text = "\x1f".join((purpose, *map(str, parts)))
    digest = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def same(left: str, right: str) -> bool:
    """Compare two secrets in constant time; text that is not ASCII never matches."""
    return hmac.compare_digest(left.encode(), right.encode())


def digest(text: str) -> str:
    """Hash a random identifier before it is stored (SHA-256, hexadecimal)."""
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(key: bytes, *parts: str) -> str:
    """A keyed fingerprint that recognises somebody without telling who they are."""
    return hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def seal(key: bytes, text: str, *, place: str) -> str:
    """Encrypt a short secret; ``place`` (table, column, row) stops a copy to another row."""
    return base64.urlsafe_b64encode(seal_file(key, text.encode(), place=place)).decode()


def unseal(key: bytes, sealed: str, *, place: str) -> str:
    """Decrypt what ``seal`` wrote; ``cryptography.exceptions.InvalidTag`` when it was tampered."""
    return unseal_file(key, base64.urlsafe_b64decode(sealed), place=place).decode()


def seal_file(key: bytes, content: bytes, *, place: str) -> bytes:
    """Encrypt a file; ``place`` (table, column, row) stops a copy to another row."""
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(key).encrypt(nonce, content, place.encode())


def unseal_file(key: bytes, sealed: bytes, *, place: str) -> bytes:
    """Decrypt what ``seal_file`` wrote; ``InvalidTag`` when it was tampered with or moved."""
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], place.encode())
