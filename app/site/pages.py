"""The few pages that people see: unsubscribing, and links that do not work. No script, no cookie."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import Final

from starlette.responses import HTMLResponse

_STYLE: Final = """
:root{color-scheme:light dark;--back:#f2f4f7;--card:#fff;--ink:#161b26;--soft:#454e5e;--line:#e0e4ea;
--accent:#2f55d4;--hover:#2746b4;--on:#fff;--ok:#167545;--okay:#e2f4ea}
@media(prefers-color-scheme:dark){:root{--back:#14161b;--card:#1c1f26;--ink:#edeff3;--soft:#b9c0cc;
--line:#2e333d;--accent:#4969e6;--hover:#3f5fdc;--ok:#5cc98f;--okay:#17352a}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--back);
color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Inter,Roboto,sans-serif}
main{width:100%;max-width:440px;padding:40px 32px 32px;border:1px solid var(--line);border-radius:16px;
background:var(--card);box-shadow:0 16px 48px rgba(16,20,30,.08);text-align:center}
.mark{display:inline-grid;place-items:center;width:56px;height:56px;margin-bottom:20px;border-radius:28px;
background:var(--okay);color:var(--ok)}
svg{width:28px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.from{margin:0 0 4px;color:var(--soft);font-size:14px;font-weight:500;overflow-wrap:anywhere}
h1{margin:0 0 8px;font-size:26px;line-height:32px;letter-spacing:-.02em;font-weight:600;text-wrap:balance}
p{margin:0 0 24px;color:var(--soft);text-wrap:pretty}
p:last-child{margin:0}
button{width:100%;min-height:48px;padding:10px 20px;border:0;border-radius:8px;background:var(--accent);
color:var(--on);font:inherit;font-weight:600;cursor:pointer}
button:hover{background:var(--hover)}
button:focus-visible{outline:2px solid var(--accent);outline-offset:3px}
p.small{margin:16px 0 0;font-size:13px}
"""
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS: Final = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
_ENVELOPE: Final = (
    '<path d="M4 7.5a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2z"/>'
    '<path d="m4.5 7.5 7.5 5.5 7.5-5.5"/>'
)
_TICK: Final = '<path d="m5 12.5 4.5 4.5L19 7.5"/>'
_BROKEN: Final = (
    '<path d="M9.5 14.5l5-5M10 6.5l1-1a4.5 4.5 0 0 1 6.5 6.5l-1 1M14 17.5l-1 1A4.5 4.5 0 0 1 6.5 12l1-1"/>'
)


def ask_page(workspace: str) -> HTMLResponse:
    """Asks whether to stop; only its button does it."""
    return _page(
        "Stop these messages?",
        _ENVELOPE,
        _from(workspace)
        + "<h1>Stop these messages?</h1><p>One press and we no longer write to this address.</p>"
        '<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">'
        '<button type="submit">Unsubscribe</button></form>'
        '<p class="small">Changed your mind? Just close this page.</p>',
    )


def done_page(workspace: str) -> HTMLResponse:
    """Says that it is done; the same the second time."""
    return _page(
        "You are unsubscribed",
        _TICK,
        _from(workspace)
        + "<h1>You are unsubscribed</h1><p>We no longer write to this address. You can close this page.</p>",
    )


def lost_page() -> HTMLResponse:
    """For links that were never ours, were cut or were changed: 404, and leads nowhere."""
    return _page(
        "This link does not work",
        _BROKEN,
        "<h1>This link does not work</h1><p>Perhaps it was cut off on its way. "
        "Open it again from the message itself.</p>",
        404,
    )


def _from(workspace: str) -> str:
    return f'<p class="from">{escape(workspace)}</p>' if workspace else ""


def _page(title: str, icon: str, inner: str, status: int = 200) -> HTMLResponse:
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main>"
        f'<span class="mark"><svg viewBox="0 0 24 24" aria-hidden="true">{icon}</svg></span>'
        f"{inner}</main></body></html>"
    )
    return HTMLResponse(page, status, _HEADERS)
