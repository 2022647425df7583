"""Letters: a skeleton built once per version, filled for each contact.

A body is MJML when it begins with ``<mjml``, else plain text whose blank lines part paragraphs. Both are
Liquid. MJML is turned into HTML once, with its Liquid set aside meanwhile; where that cannot be (commands
around whole parts of the letter) it is turned anew for each contact.
"""

from __future__ import annotations

import html
import re
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import css_inline
import mrml
from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from app.channels import paper
from app.channels.links import Links
from app.channels.texts import OUTPUT_BYTES, Text, Texts
from app.channels.tracking import Tracker
from app.channels.values import Shop, one_line, values_of
from app.model.errors import TextError
from app.model.ports import Outgoing

_LIQUID: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_ASIDE: Final = re.compile(r"cw(\d{6})wc")
_BODY_START: Final = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_LONGEST_SUBJECT: Final = 250
_REMEMBERED: Final = 500
_FOOTER_STYLE: Final = (
    "max-width:600px;margin:0 auto;padding:20px;font-family:Helvetica,Arial,sans-serif;font-size:13px;"
    "line-height:20px;color:#667085;text-align:center"
)
_BROKEN_MJML: Final = "The letter's MJML cannot be read. Correct it, or write the letter as plain text."


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter for one contact: one line, the text part, and the whole HTML document."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Skeleton:
    """``markup`` and ``text`` are made already; without them ``body`` is turned for each contact."""

    subject: Text
    preheader: Text | None
    body: Text
    is_mjml: bool
    markup: Text | None = None
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is the same in both parts of one contact's letter."""

    subject: str
    preheader: str
    tracker: Tracker
    leave: tuple[str, str] | None
    pixel: str
    language: str


class Letters:
    """Makes letters. ``mailbox`` is where an unsubscribe goes to as long as there is no site."""

    def __init__(self, texts: Texts, shop: Shop, links: Links, mailbox: str) -> None:
        self._texts, self._shop, self._links, self._mailbox = texts, shop, links, mailbox
        self._skeletons: OrderedDict[tuple[str, str], _Skeleton] = OrderedDict()
        self._lock = threading.Lock()

    def make(self, outgoing: Outgoing) -> Letter:
        """The letter for this contact; TextError when it cannot be made."""
        skeleton = self._skeleton(outgoing)
        leave_url = self._leave_url(outgoing.message_id)
        values = values_of(outgoing, self._shop, leave_url)
        frame = self._frame(outgoing, skeleton, values, leave_url)
        if skeleton.is_mjml:
            letter = self._from_mjml(skeleton, values, frame)
        else:
            letter = self._from_plain(skeleton, values, frame)
        if len(letter.html.encode("utf-8", "replace")) > 2 * OUTPUT_BYTES:
            raise TextError("The letter is too long when it is made. Shorten it.")
        return letter

    def unsubscribe_mailto(self, message_id: int) -> str:
        """The address that a mail to which unsubscribes."""
        return f"mailto:{self._mailbox}?subject=unsubscribe-{self._links.mail_token(message_id)}"

    def _leave_url(self, message_id: int) -> str:
        if self._links.has_site:
            return self._links.unsubscribe_url(message_id)
        return self.unsubscribe_mailto(message_id)

    def _frame(
        self, outgoing: Outgoing, skeleton: _Skeleton, values: Mapping[str, Any], leave_url: str
    ) -> _Frame:
        subject = one_line(skeleton.subject.render(values))[:_LONGEST_SUBJECT]
        if not subject:
            raise TextError("The subject is empty for this person. Write one that needs no field.")
        language = outgoing.contact.language
        marketing = outgoing.purpose != "transactional"
        return _Frame(
            subject,
            one_line(skeleton.preheader.render(values)) if skeleton.preheader else "",
            Tracker(self._links, outgoing.message_id, leave=frozenset({leave_url})),
            (leave_url, paper.unsubscribe_word(language)) if marketing else None,
            paper.pixel(self._links.open_url(outgoing.message_id)) if self._links.has_site else "",
            language,
        )

    # --- skeletons ---

    def _skeleton(self, outgoing: Outgoing) -> _Skeleton:
        key = (outgoing.version_hash, outgoing.node.id)
        with self._lock:
            known = self._skeletons.get(key)
        if known is not None:
            return known
        made = self._built(outgoing.node.settings)
        with self._lock:
            self._skeletons[key] = made
            if len(self._skeletons) > _REMEMBERED:
                self._skeletons.popitem(last=False)
        return made

    def _built(self, settings: Mapping[str, Any]) -> _Skeleton:
        body = str(settings.get("body") or "")
        preheader = str(settings.get("preheader") or "")
        is_mjml = body.lstrip().startswith("<mjml")
        skeleton = _Skeleton(
            self._texts.parse(str(settings.get("subject") or "")),
            self._texts.parse(preheader) if preheader else None,
            self._texts.parse(body, markup=is_mjml),
            is_mjml,
        )
        return self._with_markup(skeleton, body) if is_mjml else skeleton

    def _with_markup(self, skeleton: _Skeleton, body: str) -> _Skeleton:
        """The skeleton with HTML and text made beforehand, or as it is where commands stand around parts."""
        pieces: list[str] = []

        def aside(match: re.Match[str]) -> str:
            pieces.append(match[0])
            return f"cw{len(pieces) - 1:06d}wc"

        try:
            markup = mjml_to_html(_LIQUID.sub(aside, body))
            text = html_to_text(markup)
            order = list(map(str, range(len(pieces))))
            if [str(int(number)) for number in _ASIDE.findall(markup)] != order:
                return skeleton
            restored, plain = (
                _ASIDE.sub(lambda match: pieces[int(match[1])], part) for part in (markup, text)
            )
            return _Skeleton(
                skeleton.subject,
                skeleton.preheader,
                skeleton.body,
                is_mjml=True,
                markup=self._texts.parse(restored, markup=True),
                text=self._texts.parse(plain),
            )
        except TextError:
            return skeleton

    # --- filling ---

    def _from_plain(self, skeleton: _Skeleton, values: Mapping[str, Any], frame: _Frame) -> Letter:
        body = skeleton.body.render(values)
        document = paper.written(
            paper.as_markup(body, frame.tracker.way),
            title=frame.subject,
            shop=self._shop.name,
            language=frame.language,
            preheader=paper.hidden_line(frame.preheader),
            footer=paper.footer_markup([self._shop.name, *self._address()], frame.leave),
            pixel=frame.pixel,
        )
        text = paper.as_text(body, frame.tracker.way)
        return Letter(frame.subject, self._closed(text, frame), document)

    def _from_mjml(self, skeleton: _Skeleton, values: Mapping[str, Any], frame: _Frame) -> Letter:
        if skeleton.markup is not None and skeleton.text is not None:
            markup, text = skeleton.markup.render(values), skeleton.text.render(values)
        else:
            markup = mjml_to_html(skeleton.body.render(values))
            text = html_to_text(markup)
        missing = self._missing(markup, frame)
        markup = frame.tracker.in_markup(markup)
        start = _BODY_START.search(markup)
        if start is None or "</body>" not in markup:
            raise TextError(_BROKEN_MJML)
        head, tail = markup[: start.end()], markup[start.end() :]
        inside, _, end = tail.rpartition("</body>")
        document = f"{head}{paper.hidden_line(frame.preheader)}{inside}{missing}{frame.pixel}</body>{end}"
        return Letter(frame.subject, self._closed(paper.as_text(text, frame.tracker.way), frame), document)

    def _missing(self, markup: str, frame: _Frame) -> str:
        """What the law asks for and the author's MJML does not hold."""
        if frame.leave is None:
            return ""
        leave = None if html.escape(frame.leave[0]) in markup else frame.leave
        address = [] if html.escape(self._shop.postal_address) in markup else self._address()
        if leave is None and not address:
            return ""
        return f'<div style="{_FOOTER_STYLE}">{paper.footer_markup(address, leave)}</div>'

    def _closed(self, text: str, frame: _Frame) -> str:
        """The text part with sender and unsubscribe address below, where they do not stand in it."""
        lines = [line for line in (self._shop.name, *self._address()) if line and line not in text]
        if frame.leave is not None and frame.leave[0] not in text:
            lines.append(f"{frame.leave[1]}: {frame.leave[0]}")
        return "\n".join([text, "", "-- ", *lines, ""]) if lines else text + "\n"

    def _address(self) -> list[str]:
        return [line.strip() for line in self._shop.postal_address.splitlines() if line.strip()]


_INLINER: Final = css_inline.CSSInliner(
    keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False
)
_READER: Final = ParserConfig(css=CSS_PROFILES["strict"].copy(), display_links=True)


def mjml_to_html(source: str) -> str:
    """The HTML of an MJML document with its styles written into the elements; loads nothing."""
    try:
        return _INLINER.inline(str(mrml.to_html(source).content))
    except (OSError, css_inline.InlineError, ValueError) as error:
        raise TextError(_BROKEN_MJML) from error


def html_to_text(markup: str) -> str:
    """The text part of an HTML document; links as ``[label](address)``."""
    lines = [line.strip() for line in get_text(markup, _READER).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
