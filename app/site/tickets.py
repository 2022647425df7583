"""The id under which a browser knows a popup: bound to message, visitor and consent text."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Final

_ID_BYTES: Final = 8
_MAC_BYTES: Final = 16


class Tickets:
    """Makes and reads them.

    The text is in the signature, not in the ticket: the browser shows it and returns it, so that what is
    stored as proof is what was shown, without a table of what was shown to whom.
    """

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(
            key, b"chainwright popup tickets", "sha256"
        )  # of its own: links are signed too

    def make(self, message_id: int, visitor: str, consent_text: str) -> str:
        """32 letters that are safe in a URL."""
        raw = message_id.to_bytes(_ID_BYTES)
        return base64.urlsafe_b64encode(raw + self._mac(raw, visitor, consent_text)).decode()

    def read(self, ticket: str, visitor: str, consent_text: str) -> int | None:
        """The message's id, or None for a ticket that is forged, of another visitor or of another text."""
        try:
            raw = base64.b64decode(ticket.encode("ascii"), altchars=b"-_", validate=True)[:_ID_BYTES]
        except (binascii.Error, UnicodeEncodeError):
            return None
        message_id = int.from_bytes(raw)
        # made anew and compared whole: base 64 has several spellings of the same bytes, and only ours counts
        same = hmac.compare_digest(self.make(message_id, visitor, consent_text).encode(), ticket.encode())
        return message_id if same else None

    def _mac(self, raw: bytes, visitor: str, consent_text: str) -> bytes:
        # the length first, so that no other split of the same letters has the same signature
        named = f"{len(visitor)}:{visitor}:{consent_text}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, raw + named, "sha256")[:_MAC_BYTES]
