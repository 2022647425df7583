"""Messages shown in the system's browser: a page of ours on this machine, which fetches nothing."""

from __future__ import annotations

import html
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QTemporaryDir, QUrl
from PySide6.QtGui import QDesktopServices

from app.model.errors import WorldError
from app.ui.resources import RESOURCES

_POLICY: Final = (
    "default-src 'none'; img-src data: https: http:; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; "
    "frame-src 'self' data:; base-uri 'none'; form-action 'none'"
)
_STYLE: Final = """
body{margin:0;padding:28px;background:#e9ecf1;color:#161b26;font:14px/1.5 system-ui,sans-serif}
h1{margin:0 0 4px;font-size:20px}p{margin:0 0 20px;color:#454e5e}
main{display:flex;gap:36px;align-items:flex-start}
figure{margin:0}figcaption{margin:0 0 8px;color:#454e5e;font-weight:600}
iframe{display:block;height:82vh;border:1px solid #cdd3dc;border-radius:12px;background:#fff}
"""
_SHOP: Final = """
body{margin:0;background:#faf8f7;font:16px/1.5 system-ui,sans-serif;color:#241a1e}
header{padding:20px 40px;border-bottom:1px solid #e6e0dd;font-weight:600}
main{padding:32px 40px;display:grid;grid-template-columns:repeat(3,1fr);gap:20px}
div{height:180px;border-radius:12px;background:#ece6e3}.wide{grid-column:1/-1}
"""
_STAND_IN: Final = """
(() => {
  const popup = §POPUP§;
  let given = false;
  const reply = body => Promise.resolve(new Response(JSON.stringify(body), {status: 200}));
  window.fetch = path => {
    if (!String(path).includes('/p?')) return reply({ok: true, stored: 0});
    if (given) return new Promise(() => {});
    given = true;
    return reply({popups: [popup], again: 3600000});
  };
  navigator.sendBeacon = () => true;
})();
"""
_folder: list[QTemporaryDir] = []


def letter_page(subject: str, sender: str, document: str) -> str:
    """A page with the letter as a phone and as a desktop shows it."""
    frame = html.escape(document)
    frames = "".join(
        f"<figure><figcaption>{words}</figcaption>"
        f'<iframe sandbox="" width="{width}" srcdoc="{frame}"></iframe></figure>'
        for words, width in (("Phone, 375", 375), ("Small phone, 254", 254), ("Desktop, 680", 680))
    )
    head = f"<h1>{html.escape(subject)}</h1><p>{html.escape(sender)}</p>"
    return _page(subject, _STYLE, f"{head}<main>{frames}</main>")


def popup_page(content: Mapping[str, Any]) -> str:
    """A page of some shop on which the site's own script shows this popup; nothing is sent or stored."""
    shown = {name: content.get(name) or "" for name in ("headline", "text", "button", "link", "consent_text")}
    popup = {"id": secrets.token_hex(8), "content": {**shown, "fields": list(content.get("fields") or ())}}
    stand_in = _STAND_IN.replace("§POPUP§", _for_script(popup))
    script = (RESOURCES / "site" / "cw.js").read_text(encoding="utf-8").replace("</script", "<\\/script")
    blocks = '<div class="wide"></div>' + "<div></div>" * 6
    inside = (
        f"<header>Your shop</header><main>{blocks}</main><script>{stand_in}</script><script>{script}</script>"
    )
    return _page("Popup", _SHOP, inside)


def show_page(page: str, name: str) -> None:
    """Opens the page in the system's browser; WorldError when there is none."""
    if not _folder:
        _folder.append(QTemporaryDir())
    path = Path(_folder[0].filePath(f"{name}.html"))
    path.write_text(page, encoding="utf-8", errors="replace")
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        raise WorldError(f"No browser could be opened. The page is in {path}.")


def _page(title: str, style: str, inside: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{style}</style></head><body>{inside}</body></html>"
    )


def _for_script(value: object) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(value).replace("<", "\\u003c").replace("\u2028", "\\u2028")
