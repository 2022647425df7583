"""A letter's HTML as a text view can show it: boxes that only hold parts in place are left out."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from typing import Final

_PLACING: Final = frozenset({"table", "tbody", "tr", "td"})
_ALONE: Final = frozenset({"br", "img", "hr", "meta", "link"})
_BUTTON: Final = (
    '<table cellspacing="0" cellpadding="12" align="{align}" bgcolor="{color}" '
    'style="margin-top:12px;margin-bottom:8px"><tr><td>'
)
_CARD: Final = (
    '<table width="100%" border="1" cellspacing="0" cellpadding="12" '
    'style="margin-bottom:8px;border-style:solid;border-color:#e0e4ea;border-collapse:collapse">'
)
_CARD_END: Final = "</table>"
_TEXT: Final = '<div align="{align}" style="margin-top:8px;margin-bottom:8px;{style}">'
_SPACE: Final = '<p style="margin:0;font-size:{height}px">&nbsp;</p>'
_SHEET: Final = '<table width="608" align="center" cellpadding="24"><tr><td>{inside}</td></tr></table>'
_FONT: Final = re.compile(r"font-family:[^;\"]*;?")
_HEIGHT: Final = re.compile(r"(?<![\w-])height:(\d+)px")


def sheet_of(markup: str) -> str:
    """What stands in a letter made of blocks, one part below the other; other letters as they are."""
    if 'role="presentation"' not in markup:
        return markup
    reader = _Reader()
    reader.feed(markup[max(0, markup.find("<body")) :])
    reader.close()
    return _SHEET.format(inside="".join(reader.made))


class _Reader(HTMLParser):
    """Each opened element leaves on the stack what closes it."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []
        self._open: list[tuple[str, str, bool]] = []
        self._align = "left"

    @property
    def _is_hidden(self) -> bool:
        return bool(self._open) and self._open[-1][2]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        style = known.get("style", "").replace(" ", "")
        hidden = self._is_hidden or "display:none" in style or self._is_picture_of_product(tag, known)
        before, behind = ("", "") if hidden else self._written(tag, known, style)
        self.made.append(before)
        if tag not in _ALONE:
            self._open.append((tag, behind, hidden))

    def _written(self, tag: str, known: dict[str, str], style: str) -> tuple[str, str]:
        if tag in _PLACING:
            return self._part_of_product(tag) if self._in_product(tag, known) else self._place(known)
        if tag == "img":
            return f'<span style="color:#5a6472">{escape(known.get("alt", ""))}</span>', ""
        if tag in ("body", "div"):
            return self._box(known, style)
        return _FONT.sub("", self.get_starttag_text() or ""), "" if tag in _ALONE else f"</{tag}>"

    def _in_product(self, tag: str, known: dict[str, str]) -> bool:
        if tag == "table":
            return "role" not in known
        return next((behind for name, behind, _ in reversed(self._open) if name == "table"), "") == _CARD_END

    def _is_picture_of_product(self, tag: str, known: dict[str, str]) -> bool:
        """Pictures lie elsewhere and are not fetched: the cell of one stays away."""
        return tag == "td" and "width" in known and self._in_product(tag, known)

    def _part_of_product(self, tag: str) -> tuple[str, str]:
        if tag == "table":
            return _CARD, _CARD_END
        return f"<{tag}>", f"</{tag}>"

    def _place(self, known: dict[str, str]) -> tuple[str, str]:
        if "class" in known:
            self._align = known.get("align", "left")
        if "bgcolor" not in known:
            return "", ""
        opened = _BUTTON.format(align=escape(self._align), color=escape(known["bgcolor"]))
        return opened, _CARD_END.replace("<", "</td></tr><", 1)

    def _box(self, known: dict[str, str], style: str) -> tuple[str, str]:
        height = _HEIGHT.search(style)
        if "color:" in style.replace("background-color:", "") and "font-size" in style:
            written = escape(_FONT.sub("", known["style"]))
            return _TEXT.format(align=escape(self._align), style=written), "</div>"
        return (_SPACE.format(height=height[1]), "") if height else ("", "")

    def handle_endtag(self, tag: str) -> None:
        while self._open and any(name == tag for name, _, _ in self._open):
            name, behind, _ = self._open.pop()
            self.made.append(behind)
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._is_hidden:
            self.made.append(escape(data))
