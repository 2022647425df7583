"""Texts inside the MJML of our blocks: bold, italic, links, lists and Liquid, written and read back."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from app.flows.letters.blocks import Kind, Paragraph, Run
from app.flows.letters.liquid import LIQUID, Piece, pieces, source_of

_P: Final = '<p style="margin:0 0 12px">'
_LIST: Final = 'style="margin:0 0 12px;padding-left:24px">'
_TAG: Final[dict[Kind, str]] = {"p": "", "bullet": "ul", "number": "ol"}
_TOKEN: Final = re.compile(
    r"(?P<liquid>\{\{.*?\}\}|\{%.*?%\})"
    r"|<a href=\"(?P<link>(?>(?:\{\{.*?\}\}|\{%.*?%\}|[^\"])*))\" style=\"color:#1d4ed8\">"
    r"|(?P<tag></?(?:p|ul|ol|li|b|i|a|br)\b[^<>]*>)"
    r"|(?P<words>[^<{]+|\{)",
    re.DOTALL,
)


class Foreign(ValueError):
    """Not written by us."""


def escaped(source: str, *, quote: bool = False) -> str:
    """Words made safe for markup; Liquid stays as it is."""
    return "".join(
        piece if LIQUID.fullmatch(piece) else html.escape(piece, quote=quote).replace("&#x27;", "'")
        for piece in _split(source)
    )


def unescaped(markup: str) -> str:
    """The text that :func:`escaped` made this of."""
    return "".join(piece if LIQUID.fullmatch(piece) else html.unescape(piece) for piece in _split(markup))


def plain_words(source: str) -> str:
    """The words alone, without fields: what is counted and compared."""
    return "".join(piece.text for piece in pieces(source) if not piece.is_liquid)


def write_paragraphs(paragraphs: Sequence[Paragraph]) -> str:
    """As HTML for the inside of ``mj-text``."""
    made = []
    for kind, group in groupby(paragraphs, key=lambda one: one.kind):
        inner = [_runs(paragraph.runs) for paragraph in group]
        if kind == "p":
            made += [f"{_P}{text}</p>" for text in inner]
        else:
            items = "".join(f"<li>{text}</li>" for text in inner)
            made.append(f"<{_TAG[kind]} {_LIST}{items}</{_TAG[kind]}>")
    return "".join(made)


def _runs(runs: Sequence[Run]) -> str:
    made = []
    for link, group in groupby(runs, key=lambda run: run.link):
        text = "".join(map(_run, group))
        target = escaped(link, quote=True)
        made.append(f'<a href="{target}" style="color:#1d4ed8">{text}</a>' if link else text)
    return "".join(made)


def _run(run: Run) -> str:
    text = _with_breaks(run.text)
    if run.italic:
        text = f"<i>{text}</i>"
    return f"<b>{text}</b>" if run.bold else text


def _with_breaks(source: str) -> str:
    return "".join(
        piece if LIQUID.fullmatch(piece) else html.escape(piece, quote=False).replace("\n", "<br />")
        for piece in _split(source)
    )


def read_paragraphs(markup: str) -> tuple[Paragraph, ...]:
    """The paragraphs of what :func:`write_paragraphs` made; ``Foreign`` for anything else."""
    reader = _Reader()
    at = 0
    while at < len(markup):
        match = _TOKEN.match(markup, at)
        if match is None:
            raise Foreign
        reader.take(match)
        at = match.end()
    return tuple(reader.paragraphs)


@dataclass
class _Reader:
    paragraphs: list[Paragraph] = field(default_factory=list)
    kind: Kind = "p"
    runs: list[Run] | None = None
    look: Run = field(default_factory=lambda: Run(""))

    def take(self, match: re.Match[str]) -> None:
        if match["tag"] is not None:
            self._tag(match["tag"].split()[0].strip("<>"))
        elif match["link"] is not None:
            self.look = replace(self.look, link=unescaped(match["link"]))
        elif match["liquid"] is not None:
            self._add(match["liquid"])
        else:
            self._add(html.unescape(match["words"]))

    def _tag(self, name: str) -> None:
        if name in ("ul", "ol"):
            self.kind = "bullet" if name == "ul" else "number"
        elif name in ("/ul", "/ol"):
            self.kind = "p"
        elif name in ("p", "li"):
            self.runs = []
        elif name in ("/p", "/li"):
            self.paragraphs.append(Paragraph(tuple(self.runs or ()), self.kind))
            self.runs = None
        elif name == "br":
            self._add("\n")
        elif name == "/a":
            self.look = replace(self.look, link="")
        else:
            opens = not name.startswith("/")
            looks: dict[str, Callable[[], Run]] = {
                "b": lambda: replace(self.look, bold=opens),
                "i": lambda: replace(self.look, italic=opens),
            }
            self.look = looks[name.lstrip("/")]()

    def _add(self, text: str) -> None:
        if self.runs is None:
            raise Foreign
        if self.runs and replace(self.runs[-1], text="") == self.look:
            text = self.runs.pop().text + text
        self.runs.append(replace(self.look, text=text))


def _split(text: str) -> Iterator[str]:
    at = 0
    for match in LIQUID.finditer(text):
        if match.start() > at:
            yield text[at : match.start()]
        yield match[0]
        at = match.end()
    if at < len(text):
        yield text[at:]


def words_of(paragraphs: Sequence[Paragraph]) -> str:
    """All words as one text, a line for each paragraph."""
    return "\n".join("".join(run.text for run in paragraph.runs) for paragraph in paragraphs)


def split_run(run: Run) -> list[tuple[Piece, Run]]:
    """The run's pieces, each with its looks."""
    return [(piece, replace(run, text=source_of([piece]))) for piece in pieces(run.text)]
