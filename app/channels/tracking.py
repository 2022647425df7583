"""Links of one message on their way through us."""

from __future__ import annotations

import html
import re
from typing import Final

from app.channels.links import Links

_ANCHOR: Final = re.compile(r'(<a\b[^>]*?\bhref=")([^"]*)(")', re.IGNORECASE)
_WEB: Final = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
_ELSEWHERE: Final = re.compile(r"(mailto:|tel:|sms:|#)", re.IGNORECASE)


class Tracker:
    """Gives each target of one message its number, and the signed way to it.

    ``links`` without a site leaves every target as it is.
    """

    def __init__(self, links: Links, message_id: int, *, leave: frozenset[str] = frozenset()) -> None:
        self._links, self._message_id, self._leave = links, message_id, leave
        self._known: dict[str, str] = {}

    def way(self, target: str) -> str:
        """The address to write: signed for the web, as it is for mail and phone, else ``#``."""
        target = target.strip()
        if target in self._leave or _ELSEWHERE.match(target):
            return target
        if not _WEB.match(target):
            return "#"
        if not self._links.has_site or self._links.is_ours(target):
            return target
        if target not in self._known:
            self._known[target] = self._links.click_url(self._message_id, len(self._known), target)
        return self._known[target]

    def in_markup(self, markup: str) -> str:
        """The HTML with every link of an ``<a>`` on its way through us."""

        def replaced(match: re.Match[str]) -> str:
            way = self.way(html.unescape(match[2]))
            return f"{match[1]}{html.escape(way)}{match[3]}"

        return _ANCHOR.sub(replaced, markup)
