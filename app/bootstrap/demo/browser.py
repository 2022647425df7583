"""A visitor's browser, as the shop's script speaks: real HTTP to the real site."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any, Final

from app.support.net import Call, Client

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINK: Final = re.compile(r'(?:href|src)="([^"]+)"')
_AGENT: Final = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0 Safari/537.36"
}


class BrowserError(Exception):
    """The site answered what it should not."""


class Browser:
    """Speaks for one visitor. ``site`` is the listener's URL."""

    def __init__(self, client: Client, site: str, visitor: str) -> None:
        self._client, self._site, self._visitor = client, site, visitor
        self._events = 0

    def track(
        self, name: str, page: str, properties: Mapping[str, Any], identify: Mapping[str, str] | None = None
    ) -> None:
        """One event of a page."""
        self._events += 1
        event: dict[str, Any] = {
            "name": name,
            "id": f"e{self._events}",
            "page": page,
            "properties": dict(properties),
        }
        if identify:
            event["identify"] = dict(identify)
        self._post("/e", {"visitor": self._visitor, "events": [event]})

    def popups(self, page: str) -> list[dict[str, Any]]:
        """What the site wants to show on this page."""
        answer = self._get(f"{self._site}/p", {"v": self._visitor, "u": page})
        found: list[dict[str, Any]] = json.loads(answer)["popups"]
        return found

    def shown(self, popup: Mapping[str, Any]) -> bool:
        """The popup stands on the page."""
        return bool(self._post("/p/shown", self._about(popup))["ok"])

    def answer(self, popup: Mapping[str, Any], what: str, fields: Mapping[str, str] | None = None) -> None:
        """What the visitor did with it."""
        more = {"fields": dict(fields), "consent": True} if fields else {}
        self._post("/p/answer", {**self._about(popup), "what": what, "page": "/", **more})

    def follow(self, url: str) -> None:
        """A link or picture of a letter; a link's target is not fetched."""
        self._get(url, {})

    def unsubscribe(self, url: str) -> None:
        """What a mail program does with the one-click header."""
        call = Call("POST", url, form={"List-Unsubscribe": "One-Click"}, headers=_AGENT)
        self._checked(self._client.call(call).status, url)

    def _about(self, popup: Mapping[str, Any]) -> dict[str, str]:
        return {"visitor": self._visitor, "id": popup["id"], "consent_text": popup["content"]["consent_text"]}

    def _get(self, url: str, query: Mapping[str, str]) -> str:
        answer = self._client.call(Call("GET", url, query=query, headers=_AGENT))
        self._checked(answer.status, url)
        return answer.text

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        answer = self._client.call(Call("POST", self._site + path, json=body, headers=_AGENT))
        self._checked(answer.status, path)
        return json.loads(answer.text)

    @staticmethod
    def _checked(status: int, what: str) -> None:
        if status >= 400:
            message = f"{what.rsplit('/', 1)[0]} answered {status}"
            raise BrowserError(message)


def links(html: str, path: str) -> list[str]:
    """Addresses in a letter whose path begins so: ``/o/`` the picture, ``/c/`` links, ``/u/`` the way out."""
    return [unescape(url) for url in _LINK.findall(html) if f"{path}" in unescape(url)]
