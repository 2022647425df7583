"""Signed links: what a letter's addresses carry, and who may have made them.

A token is ``base64url(key number, payload, HMAC-SHA256[:16])``, with the kind of link in the signature
and not in the token, so that an unsubscribe address stays under 75 characters: longer ones are broken by
the folding of mail headers. Nothing is looked up: whoever has the keys can read every token.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.model.errors import UserError

LONGEST_TARGET: Final = 2_000
_LONGEST_TOKEN: Final = 12_000
_MAC_BYTES: Final = 16
_SHORT_MAC_BYTES: Final = 8
_ID_BYTES: Final = 8
_INDEX_BYTES: Final = 2
_LARGEST_INDEX: Final = 0x7FFF
_ON_SITE: Final = 0x8000
"""In the index: the target is the rest of an address that begins with the site's own, for shorter links."""
_NEWEST_KEYS: Final = 2
_MOST_KEYS: Final = 255
_OPEN, _CLICK, _UNSUBSCRIBE, _MAIL = b"chainwright o", b"chainwright c", b"chainwright u", b"chainwright m"


@dataclass(frozen=True, slots=True)
class Click:
    """A followed link: which message, the how-manieth link of it (from 0), and where it leads."""

    message_id: int
    index: int
    url: str


class Links:
    """Makes and reads the signed links of one workspace.

    ``base`` is the site's address without a slash at its end; ``keys`` are all keys ever used, oldest first:
    the newest signs, opens and clicks are read under the two newest, unsubscribing under every one.
    """

    def __init__(self, base: str, keys: Sequence[bytes]) -> None:
        if not keys or len(keys) > _MOST_KEYS:
            raise UserError("Links need at least one and at most 255 keys to be signed with.")
        self._base = base.rstrip("/")
        self._keys = tuple(keys)

    @property
    def has_site(self) -> bool:
        """Whether there is an address that links can lead to."""
        return bool(self._base)

    def open_url(self, message_id: int) -> str:
        """The picture that tells of an opened letter."""
        return f"{self._base}/o/{self._token(_OPEN, _id_bytes(message_id))}.gif"

    def click_url(self, message_id: int, index: int, target: str) -> str:
        """The way to ``target`` by us; ``target`` itself when it is too long to be carried."""
        on_site = self.has_site and target.startswith((f"{self._base}/", f"{self._base}?"))
        raw = target[len(self._base) if on_site else 0 :].encode("utf-8", "surrogatepass")
        if len(raw) > LONGEST_TARGET or index > _LARGEST_INDEX:
            return target
        payload = _id_bytes(message_id) + (index | _ON_SITE * on_site).to_bytes(_INDEX_BYTES) + raw
        return f"{self._base}/c/{self._token(_CLICK, payload)}"

    def unsubscribe_url(self, message_id: int) -> str:
        """The page that unsubscribes; its POST does so at once."""
        return f"{self._base}/u/{self._token(_UNSUBSCRIBE, _id_bytes(message_id))}"

    def is_ours(self, url: str) -> bool:
        """Whether the address is one of these links already."""
        return self.has_site and url.startswith(tuple(f"{self._base}/{kind}/" for kind in "ocu"))

    def read_open(self, token: str) -> int | None:
        """The message whose picture this is; None for a forged token."""
        payload = self._payload(_OPEN, token, self._newest())
        return int.from_bytes(payload) if payload is not None and len(payload) == _ID_BYTES else None

    def read_click(self, token: str) -> Click | None:
        """What was followed; None for a forged token."""
        payload = self._payload(_CLICK, token, self._newest())
        if payload is None:
            return None
        rest = payload[_ID_BYTES:]
        index, url = int.from_bytes(rest[:_INDEX_BYTES]), rest[_INDEX_BYTES:].decode("utf-8", "surrogatepass")
        if index & _ON_SITE:
            url = self._base + url
        return Click(int.from_bytes(payload[:_ID_BYTES]), index & _LARGEST_INDEX, url)

    def read_unsubscribe(self, token: str) -> int | None:
        """The message that is answered; None for a forged token."""
        payload = self._payload(_UNSUBSCRIBE, token, range(1, len(self._keys) + 1))
        return int.from_bytes(payload) if payload is not None and len(payload) == _ID_BYTES else None

    def mail_token(self, message_id: int) -> str:
        """26 letters and digits for the Message-ID of a letter, always the same for the same message."""
        raw = _id_bytes(message_id)
        mac = hmac.digest(self._keys[0], _MAIL + raw, "sha256")[:_SHORT_MAC_BYTES]
        return base64.b32encode(raw + mac).decode().rstrip("=").lower()

    def read_mail_token(self, token: str) -> int | None:
        """The message of a Message-ID's token, in whatever case; None for a forged one."""
        raw = _unpacked(base64.b32decode, token.upper() + "=" * (-len(token) % 8))
        if raw is None or len(raw) != _ID_BYTES + _SHORT_MAC_BYTES:
            return None
        message_id = int.from_bytes(raw[:_ID_BYTES])
        return message_id if _same(self.mail_token(message_id), token.lower()) else None

    def _newest(self) -> range:
        return range(max(1, len(self._keys) - _NEWEST_KEYS + 1), len(self._keys) + 1)

    def _token(self, kind: bytes, payload: bytes) -> str:
        number = len(self._keys)
        signed = bytes([number]) + payload
        raw = signed + self._mac(kind, number, signed)
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def _payload(self, kind: bytes, token: str, numbers: range) -> bytes | None:
        """What the token carries, when it was signed for this kind by one of these keys."""
        if len(token) > _LONGEST_TOKEN:
            return None
        raw = _unpacked(base64.urlsafe_b64decode, token + "=" * (-len(token) % 4))
        if raw is None or len(raw) < 1 + _ID_BYTES + _MAC_BYTES:
            return None
        # Two spellings of the same bytes would be two tokens: only the one we write is ours.
        if not _same(base64.urlsafe_b64encode(raw).decode().rstrip("="), token):
            return None
        signed, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if signed[0] not in numbers or not hmac.compare_digest(mac, self._mac(kind, signed[0], signed)):
            return None
        return signed[1:]

    def _mac(self, kind: bytes, number: int, signed: bytes) -> bytes:
        return hmac.digest(self._keys[number - 1], kind + signed, "sha256")[:_MAC_BYTES]


def _id_bytes(message_id: int) -> bytes:
    return message_id.to_bytes(_ID_BYTES)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def _unpacked(decode: Callable[[bytes], bytes], text: str) -> bytes | None:
    try:
        return decode(text.encode("ascii"))
    except (binascii.Error, ValueError):
        return None
