"""The letter editor: blocks on the left, the paper, and the phone with what is to mend on the right."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.canvas.edits import UNSET
from app.flows.letters import blocks as b
from app.flows.letters.checks import LONGEST_SUBJECT, Around, Finding, findings, passed
from app.flows.letters.filling import Cards, filled, texts_of
from app.flows.letters.mjml import read_letter, write_letter
from app.flows.letters.plain import blocks_of, is_markup
from app.flows.letters.rich import plain_words
from app.model.ports import Preview
from app.ui.editors.block_palette import BlockPalette
from app.ui.editors.block_views import ProductView
from app.ui.editors.chips import FieldText
from app.ui.editors.editing import Editing
from app.ui.editors.field_popup import FieldPopup, Fields, offer_field
from app.ui.editors.findings_list import FindingsList
from app.ui.editors.kinds import new_block
from app.ui.editors.lines import FieldLine
from app.ui.editors.phone import Phone
from app.ui.editors.sheet import WIDTH, Sheet
from app.ui.theme import Theming
from app.ui.widgets import Button, column, label, line, part, row
from app.ui.words import tr

RIGHT: Final = 370
_EMBEDDED: Final = re.compile(r'data:image/[^"]*')
"""Pictures in the letter travel beside its text."""
_RIGHT_NARROW: Final = 264
_NARROW_BELOW: Final = 1_260
"""Then the phone is left to the browser, so that the paper keeps its width."""


class LetterEditor(QWidget):
    """Shows and edits the letter of one node."""

    said = Signal(str)

    def __init__(self, theming: Theming, editing: Editing) -> None:
        super().__init__()
        self._theming, self._editing = theming, editing
        self.letter: b.Letter | None = None
        self.popup: FieldPopup | None = None
        self._last_text: FieldText | None = None
        self.subject = self._head_line(tr("Subject"), "subject", 250)
        self.preheader = self._head_line(tr("Preview"), "preheader", 250)
        self._count = label(role="caption")
        self._sender = label(role="strong")
        self._address = label(role="secondary")
        self.sheet = Sheet(theming, self._fields)
        self.plain = FieldLine(
            theming, self._fields, tr("Letter"), one_line=False, longest=500_000, bare=True, title=False
        )
        self.to_blocks = Button(theming, tr("Turn it into blocks"), kind="compact")
        self.phone = Phone(theming)
        self.findings = FindingsList(theming)
        self._plain_card = self._made_plain()
        middle = self._made_middle()
        self.blocks = BlockPalette(theming)
        self.rows, self.fill_in = self.blocks.rows, self.blocks.fill_in
        self._right = self._made_right()
        below = row(self.blocks, middle, self._right, gap=0)
        below.setStretch(1, 1)
        self.setLayout(below)
        self._connect()

    # --- what is shown ---

    def open(self) -> None:
        """Shows the node that is edited now."""
        self.sheet.select(-1)
        self.show_node()
        self.sheet.select(-1)

    def show_node(self) -> None:
        """Shows the node's settings as they stand; what is the same stays untouched."""
        body = self._editing.text("body")
        self.subject.show_source(self._editing.text("subject"))
        self.preheader.show_source(self._editing.text("preheader"))
        self.letter = read_letter(body) if is_markup(body) else None
        if not body.strip():
            self.letter = b.Letter((b.text_block(""), b.Footer()))
        is_own = is_markup(body) and self.letter is None
        self.sheet.setVisible(self.letter is not None)
        self._plain_card.setVisible(self.letter is None)
        self._plain_words.setText(_plain_words(own=is_own))
        self.to_blocks.setVisible(not is_own)
        if self.letter is not None:
            self.sheet.show_letter(self.letter)
        elif is_own:
            self.plain.text.setReadOnly(True)
            self.plain.show_source("")
        else:
            self.plain.text.setReadOnly(False)
            self.plain.show_source(body)
        shown = self.letter or blocks_of(body)
        self._editing.texts = texts_of(shown)
        self._show_count()
        self._check()

    def show_preview(self, preview: Preview) -> None:
        """How the person gets it."""
        self._sender.setText(preview.sender[0])
        self._address.setText(preview.sender[1])
        self._check()
        if preview.problem:
            self.phone.show_problem(preview.problem)
            return
        letter = self.letter or blocks_of(self._editing.text("body"))
        if len(texts_of(letter)) != len(preview.filled):
            return
        blocks = filled(letter, preview.filled)
        self.phone.show_letter(str(preview.content.get("subject", "")), preview.sender[0], blocks)
        for frame, block in zip(self.sheet.frames, blocks, strict=False):
            if isinstance(block, Cards) and isinstance(frame.view, ProductView):
                frame.view.show_cards(block.cards)

    def draft(self) -> b.Draft:
        """All that the letter says."""
        body = self._editing.text("body")
        subject, preheader = self._editing.text("subject"), self._editing.text("preheader")
        return b.Draft(subject, preheader, self.letter, "" if self.letter is not None else body)

    def focus_first(self) -> None:
        """Puts the cursor where one begins to write."""
        self.subject.text.begin()

    # --- changes ---

    def convert(self) -> None:
        """Turns a plain text letter into blocks."""
        if self.letter is None and not is_markup(self._editing.text("body")):
            self._write(blocks_of(self._editing.text("body")), alone=True)

    def add(self, name: str) -> None:
        """Puts a block in; a plain letter becomes one of blocks first."""
        self.convert()
        if self.letter is not None:
            self.sheet.add(new_block(name, self.letter))

    def _write(self, letter: b.Letter, alone: bool) -> None:
        self._editing.change({"body": write_letter(letter)}, alone=alone)

    def _mend(self, finding: Finding) -> None:
        mended = finding.mended
        if mended is None:
            return
        changes: dict[str, object] = {"subject": mended.subject}
        if mended.preheader or self._editing.text("preheader"):
            changes["preheader"] = mended.preheader or UNSET
        changes["body"] = write_letter(mended.letter) if mended.letter is not None else mended.plain
        same = {name: value for name, value in changes.items() if value != self._editing.text(name)}
        self._editing.change(same, alone=True)

    def _go(self, finding: Finding) -> None:
        if finding.setting in ("subject", "preheader"):
            (self.subject if finding.setting == "subject" else self.preheader).text.setFocus()
        elif finding.setting == "body":
            self.plain.text.setFocus()
        elif finding.block is not None:
            self._show_block(finding)
        elif finding.code in ("only-picture", "no-text"):
            self.add("text")

    def _show_block(self, finding: Finding) -> None:
        self.sheet.focus_block(finding.block if finding.block is not None else -1)
        frame = self.sheet.frame
        if frame is None:
            return
        self._area.ensureWidgetVisible(frame, 0, 60)
        name = {"picture-alt": "alt", "picture-empty": "source", "link-nowhere": "link"}.get(finding.code, "")
        field = frame.settings.findChild(FieldLine, name) if frame.settings is not None and name else None
        if isinstance(field, FieldLine):
            field.text.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what is to mend ---

    def _check(self) -> None:
        content = self._editing.preview.content
        markup = _EMBEDDED.sub("", str(content.get("html", "")))
        around = Around(
            self._editing.known_fields,
            self._editing.marketing,
            len(markup.encode("utf-8", "replace")),
            not content or bool(str(content.get("text", "")).strip()),
        )
        draft = self.draft()
        found = findings(draft, around)
        self.findings.show_findings(found, passed(draft, found, around))

    def _show_count(self) -> None:
        length = len(plain_words(self._editing.text("subject")))
        self._count.setText(tr("{count} of {most}").format(count=length, most=LONGEST_SUBJECT))

    # --- fields ---

    def _fields(self) -> Fields:
        return self._editing.fields

    def _fill_in(self, at: QWidget) -> None:
        text = (
            self._last_text
            if self._last_text is not None and self._last_text.isVisible()
            else self.subject.text
        )
        place = QRect(at.mapToGlobal(QPoint(at.width(), 0)), at.size())
        self.popup = offer_field(text, self._theming, self._fields(), -1, place)

    def _focused(self, _old: QWidget | None, now: QWidget | None) -> None:
        if isinstance(now, FieldText) and self.isAncestorOf(now):
            self._last_text = now

    def _selected(self, index: int) -> None:
        self._editing.document.seal()
        for text in self.sheet.frames[index].view.texts if index >= 0 else ():
            if not text.property("joined"):
                text.setProperty("joined", True)
                text.chip_opened.connect(lambda at, place, text=text: self._open_chip(text, at, place))
                text.asked.connect(lambda text=text: self._fill_in(text))

    def _open_chip(self, text: FieldText, position: int, place: QRect) -> None:
        self.popup = offer_field(text, self._theming, self._fields(), position, place)

    # --- parts ---

    def _head_line(self, words: str, name: str, longest: int) -> FieldLine:
        made = FieldLine(self._theming, self._fields, words, longest=longest, bare=True, title=False)
        made.edited.connect(lambda source: self._editing.change({name: source or UNSET}))
        return made

    def _made_middle(self) -> QWidget:
        head = part(QWidget(), "card")
        head.setFixedWidth(WIDTH)
        lines = [
            (tr("From"), row(self._sender, self._address, None, gap=8)),
            (tr("Subject"), _stretched(row(self.subject, self._count, gap=8))),
            (tr("Preview"), _stretched(row(self.preheader))),
        ]
        box = QVBoxLayout(head)
        box.setContentsMargins(16, 4, 12, 4)
        box.setSpacing(0)
        for index, (words, inside) in enumerate(lines):
            if index:
                box.addWidget(line())
            name = label(words, "secondary")
            name.setFixedWidth(72)
            one = row(name, inside, margins=(0, 8, 0, 8))
            one.setStretch(1, 1)
            box.addLayout(one)
        inside_ = part(QWidget(), "page")
        inside_.setLayout(column(head, self.sheet, self._plain_card, None, margins=(0, 20, 0, 40), gap=16))
        layout = inside_.layout()
        for one_ in (head, self.sheet, self._plain_card):
            if layout is not None:
                layout.setAlignment(one_, Qt.AlignmentFlag.AlignHCenter)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidgetResizable(True)
        self._area.setWidget(inside_)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        return self._area

    def _made_plain(self) -> QWidget:
        self._plain_words = label(role="secondary", wrap=True)
        note = part(QWidget(), "part")
        inside = row(self._plain_words, self.to_blocks, margins=(14, 10, 12, 10), gap=12)
        inside.setStretch(0, 1)
        note.setLayout(inside)
        made = part(QWidget(), "card")
        made.setFixedWidth(WIDTH)
        made.setLayout(column(note, self.plain, margins=(24, 20, 24, 28), gap=16))
        return made

    def _made_right(self) -> QWidget:
        inside = part(QWidget(), "clear")
        box = column(self.phone, 4, line(), self.findings, None, margins=(20, 16, 20, 20), gap=14)
        box.setAlignment(self.phone, Qt.AlignmentFlag.AlignHCenter)
        inside.setLayout(box)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        made = part(QWidget(), "inspector")
        made.setLayout(column(area))
        made.setFixedWidth(RIGHT)
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW_BELOW
        self.blocks.set_narrow(narrow=narrow)
        self.phone.setVisible(not narrow)
        self._right.setFixedWidth(_RIGHT_NARROW if narrow else RIGHT)

    def _connect(self) -> None:
        self.blocks.chosen.connect(self.add)
        self.blocks.field_asked.connect(self._fill_in)
        self.sheet.edited.connect(self._write)
        self.sheet.selected.connect(self._selected)
        self.plain.edited.connect(lambda source: self._editing.change({"body": source or UNSET}))
        self.to_blocks.clicked.connect(self.convert)
        self.findings.chosen.connect(self._go)
        self.findings.mend_asked.connect(self._mend)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focused)


def _plain_words(*, own: bool) -> str:
    if own:
        return tr("This letter is MJML of your own that we cannot take apart. It is kept and sent as it is.")
    return tr("This letter is plain text. Turn it into blocks to add pictures and buttons.")


def _stretched(box: QHBoxLayout) -> QHBoxLayout:
    box.setStretch(0, 1)
    return box
