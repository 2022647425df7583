"""What the web listener is told about its surroundings."""

from __future__ import annotations

from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Final

LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")

HEADER_BYTES: Final = 16_384
BODY_BYTES: Final = 65_536
SLOW_SECONDS: Final = 10.0
"""A request that is not here whole after so long is cut off."""


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """What one site needs to know. Sizes that guard the machine are constants of this module."""

    hosts: tuple[str, ...] = ()
    """Host names under which the site may be asked, beside the loopback ones; ``*`` for every name."""
    origins: tuple[str, ...] = ()
    """Origins of shops whose pages may send events, such as ``https://shop.example``; none: every page."""
    api_token: str = field(default="", repr=False)
    """What a shop's back end shows as ``Authorization: Bearer``; empty: that door is closed."""
    region: str = ""
    """Two letters of the country whose phone numbers are typed without ``+``."""
    ticket_key: bytes = field(default_factory=lambda: token_bytes(32), repr=False)
    """Secret behind the ids of popups; the same after a restart, or open popups can no more be answered."""
    max_requests: int = 128
    """Requests in hand at a time; more are answered 503."""
    max_waiting: int = 64
    """Visitors who wait for a popup at a time; more are answered at once and ask again."""
    wait_seconds: float = 25.0
    """The longest wait of one visitor."""
