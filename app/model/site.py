"""The port through which the web listener sees a workspace. ``app.bootstrap`` hands the real one in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.people import Event


@dataclass(frozen=True, slots=True)
class Popup:
    """What the script in the browser shows. ``id`` is the signed token of the message."""

    message_id: int
    content: Mapping[str, Any]
    """``headline``, ``text``, ``button``, ``link``, ``fields``, ``consent_text``: rendered, plain text."""


class SitePort(Protocol):
    """What the web listener may do; it knows neither store nor engine."""

    def intake(self, event: Event) -> str:
        """Stores an event and wakes what waits for it: ``stored``, ``known`` (seen before) or ``counted``
        (kept as a
        number only, because nothing needs this visitor)."""

    def visit(self, visitor: str, page: str, at: datetime) -> bool:
        """Notes a page view; True when it begins a visit (no view for 30 minutes), which makes
        ``visit_started``."""

    def popups(self, visitor: str, page: str) -> Sequence[Popup]:
        """What this visitor should be shown on this page now, oldest first."""

    def wait_for_popups(self, visitor: str, page: str, seconds: float) -> Sequence[Popup]:
        """The same, waiting up to so long until there is one."""

    def shown(self, message_id: int, visitor: str) -> bool:
        """The browser has shown it: the message is ``sent``. False when it was withdrawn meanwhile."""

    def unsubscribe(self, message_id: int, how: str) -> bool:
        """Closes the channel of that message to its contact and ends the journey; False for an unknown
        message."""

    def workspace_name(self) -> str:
        """For the unsubscribe page."""
