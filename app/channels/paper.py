"""The paper that plain letters are written on: one column of 600 px, readable in the dark and on a phone."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Final

_FONT: Final = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_PARAGRAPH: Final = '<p style="margin:0 0 18px;font-size:16px;line-height:26px">'
_LINK: Final = '<a class="cw-link" style="color:#1d4ed8;text-decoration:underline" href="'
_BUTTON: Final = (
    '<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:6px 0 24px"><tr>'
    '<td class="cw-button" style="border-radius:8px;background:#1d4ed8" bgcolor="#1d4ed8">'
    '<a class="cw-label" style="display:inline-block;padding:13px 24px;font-size:16px;line-height:20px;'
    'font-weight:600;color:#ffffff;text-decoration:none" href="'
)
_HIDDEN: Final = (
    '<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all">{}'
    + "&#8199;&#847; " * 40
    + "</div>"
)
_SHELL: Final = f"""<!doctype html>
<html lang="§LANGUAGE§"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>§TITLE§</title>
<style>
@media (max-width:640px){{.cw-paper{{padding:28px 22px!important;border-radius:0!important}}
.cw-desk{{padding:0!important}}.cw-foot{{padding:20px 22px!important}}}}
@media (prefers-color-scheme:dark){{.cw-desk{{background:#111418!important}}
.cw-paper{{background:#1b2027!important;color:#e6e9ee!important}}
.cw-head{{color:#e6e9ee!important}}.cw-foot,.cw-foot a{{color:#98a2b0!important}}
.cw-link{{color:#8ab4ff!important}}.cw-button{{background:#8ab4ff!important}}
.cw-label{{color:#0e1726!important}}}}
</style></head>
<body class="cw-desk" style="margin:0;padding:0;background:#f2f4f7">§PREHEADER§
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="cw-desk" align="center" style="padding:32px 12px;background:#f2f4f7">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"\
 style="width:100%;max-width:600px">
<tr><td class="cw-paper" style="padding:36px 44px 20px;background:#ffffff;border-radius:12px;color:#1b2330;\
font-family:{_FONT}">
<div class="cw-head"\
 style="margin:0 0 26px;font-size:15px;line-height:20px;font-weight:700;color:#1b2330">§SHOP§</div>
§BODY§
</td></tr>
<tr><td class="cw-foot" style="padding:20px 44px 8px;font-family:{_FONT};font-size:13px;line-height:20px;\
color:#667085">§FOOTER§</td></tr>
</table></td></tr></table>§PIXEL§</body></html>
"""
_MARKED: Final = re.compile(
    r"\[([^\]\n]{1,200})\]\((https?://[^\s)]+|mailto:[^\s)]+|tel:[^\s)]+)\)|(https?://[^\s<>\"]+)"
)
_TRAILING: Final = ".,;:!?)'”"
_BLANK_LINES: Final = re.compile(r"\n[ \t]*\n\s*")
_LINE: Final = 60
_WORD_FOR_LEAVING: Final = {
    "en": "Unsubscribe",
    "de": "Abmelden",
    "fr": "Se désabonner",
    "es": "Darse de baja",
    "it": "Annulla l’iscrizione",
    "nl": "Uitschrijven",
    "pl": "Wypisz się",
    "ru": "Отписаться",
    "uk": "Відписатися",
}


def unsubscribe_word(language: str) -> str:
    """The word on the unsubscribe link, in the person's language where we have it."""
    return _WORD_FOR_LEAVING.get(language[:2].lower(), _WORD_FOR_LEAVING["en"])


def paragraphs(text: str) -> list[str]:
    """The parts between blank lines, without empty ones."""
    parts = _BLANK_LINES.split(text.replace("\r\n", "\n").replace("\r", "\n").strip())
    return [part.strip() for part in parts if part.strip()]


def as_markup(text: str, way: Callable[[str], str]) -> str:
    """Paragraphs as HTML; ``[label](address)`` alone in one becomes a button, elsewhere a link."""
    return "\n".join(_paragraph(part, way) for part in paragraphs(text))


def _paragraph(part: str, way: Callable[[str], str]) -> str:
    alone = _MARKED.fullmatch(part)
    if alone is not None and alone[1]:
        return f'{_BUTTON}{html.escape(way(alone[2]))}">{html.escape(alone[1])}</a></td></tr></table>'
    return f"{_PARAGRAPH}{_inline(part, way)}</p>"


def _inline(part: str, way: Callable[[str], str]) -> str:
    pieces: list[str] = []
    at = 0
    for match in _MARKED.finditer(part):
        label, target, rest = _link(match)
        pieces.append(html.escape(part[at : match.start()]))
        pieces.append(f'{_LINK}{html.escape(way(target))}">{html.escape(label)}</a>{html.escape(rest)}')
        at = match.end()
    pieces.append(html.escape(part[at:]))
    return "".join(pieces).replace("\n", "<br>\n")


def _link(match: re.Match[str]) -> tuple[str, str, str]:
    """Label, target, and what of the match stands behind the link."""
    if match[1]:
        return match[1], match[2], ""
    target = match[3].rstrip(_TRAILING)
    return _shown(target), target, match[3][len(target) :]


def _shown(target: str) -> str:
    """An address as people read it: without its scheme, and not longer than a line."""
    bare = target.partition("://")[2].rstrip("/")
    return bare if len(bare) <= _LINE else bare[: _LINE - 1] + "…"


def as_text(text: str, way: Callable[[str], str]) -> str:
    """The same for the text part: ``label: address``."""

    def replaced(match: re.Match[str]) -> str:
        label, target, rest = _link(match)
        return f"{label}: {way(target)}" if match[1] else way(target) + rest

    return "\n\n".join(_MARKED.sub(replaced, part) for part in paragraphs(text))


def footer_markup(lines: list[str], leave: tuple[str, str] | None) -> str:
    """Who sends and where to; ``leave`` is address and word of the unsubscribe link."""
    parts = ["<br>".join(html.escape(line) for line in lines if line)]
    if leave is not None:
        url, word = html.escape(leave[0]), html.escape(leave[1])
        parts.append(f'<a href="{url}" style="color:#667085;text-decoration:underline">{word}</a>')
    return "<br><br>".join(part for part in parts if part)


def hidden_line(text: str) -> str:
    """The preview line that mail programs show beside the subject."""
    return _HIDDEN.format(html.escape(text)) if text else ""


def pixel(url: str) -> str:
    """The picture that tells of an opened letter; nothing without an address."""
    if not url:
        return ""
    return f'<img src="{html.escape(url)}" width="1" height="1" alt="" style="display:block">'


def written(
    body: str, *, title: str, shop: str, language: str, preheader: str, footer: str, pixel: str
) -> str:
    """The whole document. Everything but ``title``, ``shop`` and ``language`` is HTML already."""
    parts = {
        "LANGUAGE": html.escape(language or "en"),
        "TITLE": html.escape(title),
        "SHOP": html.escape(shop),
        "PREHEADER": preheader,
        "FOOTER": footer,
        "PIXEL": pixel,
        "BODY": body,
    }
    return re.sub(r"§([A-Z]+)§", lambda match: parts[match[1]], _SHELL)
