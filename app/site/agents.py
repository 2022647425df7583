"""Who is behind a request: a person, a machine, or nobody knows (reference/email.md section 6)."""

from __future__ import annotations

import re
from typing import Final

from starlette.requests import Request

from app.model.people import Actor

_PROXIES: Final = re.compile(r"GoogleImageProxy|YahooMailProxy|via ggpht|yahoocachesystem", re.IGNORECASE)
_SCANNERS: Final = re.compile(
    r"barracuda|mimecast|proofpoint|safelinks|symantec|trend ?micro|fireeye|forcepoint|sophos|cloudmark"
    r"|ironport|fortiguard|urldefense|virustotal|urlscan|zscaler|bitdefender|kaspersky|drweb"
    r"|(?<!cu)bot\b|crawl|spider|slurp|preview|facebookexternalhit|whatsapp/|headlesschrome|phantomjs"
    r"|^curl/|^wget/|^python-|^go-http-client|^java/|^okhttp/|^libwww|^ruby|^axios|^node",
    re.IGNORECASE,
)
_EXACT_MACHINE: Final = "Mozilla/5.0"
"""What Apple's mail privacy proxies call themselves, with nothing behind it; no browser of a person does."""


def agent_class(request: Request) -> str:
    """``none``, ``bare``, ``scanner``, ``proxy``, ``prefetch`` or ``browser`` instead of the agent itself."""
    agent = request.headers.get("user-agent", "").strip()
    purpose = request.headers.get("sec-purpose", "") + request.headers.get("purpose", "")
    if not agent:
        return "none"
    if agent == _EXACT_MACHINE:
        return "bare"
    if _PROXIES.search(agent):
        return "proxy"
    if _SCANNERS.search(agent):
        return "scanner"
    return "prefetch" if "prefetch" in purpose.lower() else "browser"


def opened_by(request: Request, agent: str) -> Actor:
    """Of a loaded picture. A browser's is *unknown*: mail programs load pictures that nobody looks at."""
    if request.method == "HEAD" or agent in {"none", "bare", "scanner", "prefetch"}:
        return Actor.MACHINE
    return Actor.UNKNOWN


def clicked_by(request: Request, agent: str) -> Actor:
    """Of a followed link. Gateways that pose as browsers are told by their haste, which the engine sees."""
    if request.method == "HEAD" or agent != "browser":
        return Actor.MACHINE
    return Actor.HUMAN
