"""Letters as MJML. What was written here is read back as the same blocks, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from app.flows.letters.blocks import (
    Align,
    Block,
    Button,
    Divider,
    Footer,
    Heading,
    Letter,
    Own,
    Picture,
    Product,
    Spacer,
    Text,
    tidied,
)
from app.flows.letters.liquid import LIQUID
from app.flows.letters.rich import Foreign, escaped, read_paragraphs, unescaped, write_paragraphs

HEAD: Final = """<mjml>
<mj-head>
<mj-attributes>
<mj-all font-family="-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif" />
</mj-attributes>
<mj-style>
@media (max-width:480px){.cw>table>tbody>tr>td{padding-left:16px!important;padding-right:16px!important}}
</mj-style>
</mj-head>
<mj-body width="640px" background-color="#f2f4f7">
"""
TAIL: Final = "\n</mj-body>\n</mjml>\n"
_SLOT: Final = re.compile(r"§(\w+)§")
_WRAP: Final = (
    '<mj-section css-class="cw" background-color="§ground§" padding="§room§">'
    "<mj-column>§inner§</mj-column></mj-section>"
)


def _section(inner: str, room: str = "8px 40px", ground: str = "#ffffff") -> str:
    return _WRAP.replace("§ground§", ground).replace("§room§", room).replace("§inner§", inner)


_HEADING: Final = _section(
    '<mj-text css-class="cw-heading" padding="0" align="§align§" font-size="24px" font-weight="700" '
    'line-height="32px" color="§color§">§text§</mj-text>'
)
_TEXT: Final = _section(
    '<mj-text css-class="cw-text" padding="0" font-size="16px" line-height="25px" color="#1b2330">'
    "§text§</mj-text>",
    "8px 40px 0",
)
_PICTURE: Final = _section(
    '<mj-image css-class="cw-picture" padding="0" src="§source§" alt="§alt§" width="§width§px" '
    'border-radius="8px" />'
)
_LINKED: Final = _PICTURE.replace(' border-radius="8px"', ' border-radius="8px" href="§link§"')
_BUTTON: Final = _section(
    '<mj-button css-class="cw-button" padding="0" align="§align§" href="§link§" background-color="§color§" '
    'color="§ink§" border-radius="8px" font-size="16px" font-weight="600" inner-padding="13px 24px">'
    "§words§</mj-button>"
)
_CARD: Final = (
    '<table width="100%" style="margin:0 0 8px;border:1px solid #e0e4ea;border-radius:8px;'
    'border-collapse:separate"><tr>'
    '<td width="{% if item.§picture§ %}128{% else %}1{% endif %}" style="padding:12px 0 12px 12px">'
    '{% if item.§picture§ %}<img src="{{ item.§picture§ }}" '
    'alt="§name§" width="104" style="border-radius:6px" />{% endif %}</td>'
    '<td style="padding:12px 12px 12px 6px"><b>{% if item.§link§ %}<a href="{{ item.§link§ }}" '
    'style="color:#1b2330;text-decoration:none">§name§</a>{% else %}§name§{% endif %}</b>'
    '{% if item.§price§ %}<br /><span style="color:#5a6472">{{ item.§price§ }}</span>{% endif %}'
    "</td></tr></table>"
)
_EACH: Final = _section(
    '<mj-text css-class="cw-products" padding="0" font-size="16px" line-height="24px" color="#1b2330">'
    "{% for item in event.§items§ %}"
    + _CARD.replace("§name§", "{{ item.§title§ | default: item }}")
    + "{% endfor %}</mj-text>"
)
_ONE: Final = _section(
    '<mj-text css-class="cw-product" padding="0" font-size="16px" line-height="24px" color="#1b2330">'
    "{% assign item = event %}" + _CARD.replace("§name§", "{{ item.§title§ }}") + "</mj-text>"
)
_DIVIDER: Final = _section(
    '<mj-divider css-class="cw-divider" padding="8px 0" border-width="1px" border-color="#e0e4ea" />'
)
_SPACER: Final = _section('<mj-spacer css-class="cw-spacer" height="§height§px" />', "0")
_FOOTER: Final = _section(
    '<mj-text css-class="cw-footer" padding="0" font-size="13px" line-height="20px" color="#5a6472">'
    "§text§<br />"
    '<a href="{{ unsubscribe_url }}" style="color:#5a6472">§leave§</a></mj-text>',
    "24px 40px",
    "#f7f7f8",
)


@dataclass(frozen=True, slots=True)
class _Form:
    """How a block is written, and made again of what stood in the slots."""

    template: str
    make: Callable[[dict[str, str]], Block]

    def read(self, chunk: str) -> Block | None:
        match = re.fullmatch(_pattern(self.template), chunk, re.DOTALL)
        if match is None:
            return None
        try:
            block = self.make(match.groupdict())
        except (Foreign, ValueError):
            return None
        return block if write_block(block) == chunk else None


def _pattern(template: str) -> str:
    """The template as an expression with a group for each slot; a slot met again repeats the first."""
    seen: set[str] = set()

    def slot(match: re.Match[str]) -> str:
        name = match[1]
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>.*?)"

    parts = _SLOT.split(template)
    return "".join(
        slot(found) if index % 2 and (found := _SLOT.fullmatch(f"§{part}§")) else re.escape(part)
        for index, part in enumerate(parts)
    )


def _heading(slots: dict[str, str]) -> Block:
    return Heading(unescaped(slots["text"]), _align(slots["align"]), slots["color"])


def _picture(slots: dict[str, str]) -> Block:
    source, alt, link = (unescaped(slots.get(name, "")) for name in ("source", "alt", "link"))
    return Picture(source, alt, int(slots["width"]), link)


def _button(slots: dict[str, str]) -> Block:
    words, link = unescaped(slots["words"]), unescaped(slots["link"])
    return Button(words, link, slots["color"], _align(slots["align"]))


def _footer(slots: dict[str, str]) -> Block:
    text = unescaped(_in_words(slots["text"], "<br />", "\n"))
    return Footer(text, unescaped(slots["leave"]))


def _in_words(source: str, old: str, new: str) -> str:
    """With the new for the old, except in fields and commands, which stay as they are written."""
    parts = re.split(f"({LIQUID.pattern})", source, flags=re.DOTALL)
    return "".join(part if index % 2 else part.replace(old, new) for index, part in enumerate(parts))


def _align(value: str) -> Align:
    if value == "left":
        return "left"
    if value == "center":
        return "center"
    if value == "right":
        return "right"
    raise Foreign


_FORMS: Final = (
    _Form(_HEADING, _heading),
    _Form(_TEXT, lambda slots: Text(read_paragraphs(slots["text"]))),
    _Form(_LINKED, _picture),
    _Form(_PICTURE, _picture),
    _Form(_BUTTON, _button),
    _Form(_EACH, lambda slots: Product(**slots)),
    _Form(_ONE, lambda slots: Product(items="", **slots)),
    _Form(_DIVIDER, lambda _slots: Divider()),
    _Form(_SPACER, lambda slots: Spacer(int(slots["height"]))),
    _Form(_FOOTER, _footer),
)


def write_letter(letter: Letter) -> str:
    """The letter's MJML."""
    return (letter.head or HEAD) + "\n".join(map(write_block, letter.blocks)) + (letter.tail or TAIL)


def write_block(block: Block) -> str:  # noqa: PLR0911 - a case for each kind of block
    """One block's MJML: a whole section."""
    match tidied(block):
        case Heading(text, align, color):
            return _filled(_HEADING, text=escaped(text), align=align, color=color)
        case Text(paragraphs):
            return _filled(_TEXT, text=write_paragraphs(paragraphs))
        case Picture(source, alt, width, link):
            shown = {"source": _attribute(source), "alt": _attribute(alt), "width": str(width)}
            return _filled(_LINKED if link else _PICTURE, link=_attribute(link), **shown)
        case Button(words, link, color, align):
            more = {"color": color, "align": align, "ink": ink_on(color)}
            return _filled(_BUTTON, words=escaped(words), link=_attribute(link), **more)
        case Product() as product:
            names = {name: getattr(product, name) for name in Product.__slots__}
            return _filled(_EACH if product.items else _ONE, **names)
        case Divider():
            return _DIVIDER
        case Spacer(height):
            return _filled(_SPACER, height=str(height))
        case Footer(text, leave):
            return _filled(_FOOTER, text=_in_words(escaped(text), "\n", "<br />"), leave=escaped(leave))
        case Own(mjml):
            return mjml


def read_letter(body: str) -> Letter | None:
    """The letter of a body; None for one that is no MJML or whose parts cannot be told apart.

    What we did not write is kept as ``Own`` blocks, ``head`` and ``tail``: written again, the body has the
    same bytes.
    """
    if not body.lstrip().startswith("<mjml"):
        return None
    cut = _cut(body)
    if cut is None:
        return None
    head, chunks, tail = cut
    letter = Letter(tuple(map(_block, chunks)), "" if head == HEAD else head, "" if tail == TAIL else tail)
    return letter if write_letter(letter) == body else None


def is_ours(letter: Letter) -> bool:
    """Whether nothing foreign stands around its blocks."""
    return not letter.head and not letter.tail


def ink_on(color: str) -> str:
    """White or dark letters, whichever is read better on this colour (WCAG contrast)."""
    channels = (int(color[index : index + 2], 16) / 255 for index in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.06 else "#161b26"


def _block(chunk: str) -> Block:
    return next((block for form in _FORMS if (block := form.read(chunk)) is not None), Own(chunk))


def _filled(template: str, **slots: str) -> str:
    return _SLOT.sub(lambda match: slots[match[1]], template)


def _attribute(source: str) -> str:
    return escaped(source, quote=True)


_LIQUID: Final = r"\{\{.*?\}\}|\{%.*?%\}"
_MARK: Final = re.compile(
    rf"{_LIQUID}|<!--.*?-->|<!\[CDATA\[.*?\]\]>"
    r"|<(?P<close>/?)(?P<name>mj-[\w-]+|mjml)"
    rf"(?P<rest>(?>(?:{_LIQUID}|\"(?>(?:{_LIQUID}|[^\"])*)\"|'(?>(?:{_LIQUID}|[^'])*)'|[^<>\"'])*))>",
    re.DOTALL,
)


def _cut(body: str) -> tuple[str, list[str], str] | None:
    """What stands before the sections of the body, the sections, and what stands behind them."""
    place = _inside(body)
    if place is None:
        return None
    start, end = place
    ends = _section_ends(body, start, end)
    if ends is None:
        return None
    head = body[:start]
    if body.startswith("\n", start):
        head, start = head + "\n", start + 1
    chunks: list[str] = []
    at = start
    for stop in ends:
        chunks.append(body[at:stop].removeprefix("\n") if chunks else body[at:stop])
        at = stop
    return head, chunks, body[at:]


def _inside(body: str) -> tuple[int, int] | None:
    """Where the content of ``mj-body`` begins and ends."""
    opened = [match for match in _MARK.finditer(body) if match["name"] == "mj-body"]
    if len(opened) != 2 or opened[0]["close"] or not opened[1]["close"]:
        return None
    return opened[0].end(), opened[1].start()


def _section_ends(body: str, start: int, end: int) -> list[int] | None:
    """Where each part at the top of the body ends; None where tags do not pair."""
    depth, ends = 0, []
    for match in _marks(body, start, end):
        alone = match["rest"].endswith("/")
        depth += -1 if match["close"] else (0 if alone else 1)
        if depth < 0:
            return None
        if depth == 0:
            ends.append(match.end())
    return ends if depth == 0 else None


def _marks(body: str, start: int, end: int) -> Iterator[re.Match[str]]:
    return (match for match in _MARK.finditer(body, start, end) if match["name"])
