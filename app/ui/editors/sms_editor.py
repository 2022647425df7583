"""The editor of a text message and of what to say in a call: the text, what it takes, and how it arrives."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.canvas.edits import UNSET
from app.flows.letters.sms import Dear, cost_of, dear_signs, replaced
from app.model.ports import Preview
from app.support.segments import GSM7, Segments, segment
from app.ui.editors.editing import Editing
from app.ui.editors.lines import FieldLine
from app.ui.editors.phone import Phone
from app.ui.theme import Theming
from app.ui.widgets import Button, Chip, Picture, column, label, line, part, row
from app.ui.words import number, tr

_WIDTH: Final = 480


class SmsEditor(QWidget):
    """Shows and edits the text of one ``sms`` or ``task`` node."""

    def __init__(self, theming: Theming, editing: Editing) -> None:
        super().__init__()
        part(self, "page")
        self._theming, self._editing = theming, editing
        self.text = FieldLine(
            theming, lambda: editing.fields, tr("Text"), one_line=False, longest=1_600, lowest=5
        )
        self.encoding = Chip()
        self.taken = label(role="secondary")
        self.cost = label(role="secondary", wrap=True)
        self.dear = QVBoxLayout()
        self.dear.setContentsMargins(0, 0, 0, 0)
        self.dear.setSpacing(6)
        self._dear_rows: list[QWidget] = []
        self._counts = QWidget()
        self._counts.setLayout(column(row(self.encoding, self.taken, None), self.cost, self.dear, gap=8))
        self.phone = Phone(theming, 480)
        card = part(QWidget(), "card")
        card.setFixedWidth(_WIDTH)
        card.setLayout(column(self.text, line(), self._counts, margins=(20, 16, 20, 18), gap=12))
        whole = row(None, card, self.phone, None, margins=(24, 28, 24, 24), gap=48)
        for one in (card, self.phone):
            whole.setAlignment(one, Qt.AlignmentFlag.AlignTop)
        self.setLayout(whole)
        self.text.edited.connect(lambda source: editing.change({"text": source or UNSET}))

    def open(self) -> None:
        """Shows the node that is edited now."""
        self._editing.texts = (
            "{{ shop.name }}",
            "{{ first_name }}",
        )
        is_sms = self._editing.node.kind == "sms"
        self.text.head.setText(tr("Text") if is_sms else tr("What to say"))
        self._counts.setVisible(is_sms)
        self.show_node()

    def show_node(self) -> None:
        """Shows the text as it stands."""
        self.text.show_source(self._editing.text("text"))

    def show_preview(self, preview: Preview) -> None:
        """How the person gets it, and what it takes."""
        if preview.problem:
            self.phone.show_problem(preview.problem)
            self._show_size(segment(""), "", preview.price)
            return
        text = str(preview.content.get("text", ""))
        self.phone.show_sms(preview.filled[0] if preview.filled else "", text)
        self._show_size(segment(text), text, preview.price)

    def focus_first(self) -> None:
        """Puts the cursor into the text."""
        self.text.text.begin()

    def _show_size(self, size: Segments, text: str, price: str) -> None:
        cheap = size.encoding == "gsm7"
        self.encoding.say(
            tr("Plain characters, 160 a part") if cheap else tr("Other characters, 70 a part"),
            "well" if cheap else "soon",
        )
        self.taken.setText(
            tr("{count} characters, {parts}").format(count=number(size.units), parts=parts_words(size.parts))
        )
        cost = cost_of(size.parts, price)
        unknown = tr("Cost unknown: set a price with “chainwright set sms.price=…”, such as 0.075 EUR.")
        self.cost.setText(tr("{cost} for this person").format(cost=cost) if cost else unknown)
        self._show_dear(dear_signs(text, GSM7))

    def _show_dear(self, signs: list[Dear]) -> None:
        for old in self._dear_rows:
            self.dear.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._dear_rows = [self._made(one) for one in signs[:4]]
        for made in self._dear_rows:
            self.dear.addWidget(made)
            made.show()

    def _made(self, dear: Dear) -> QWidget:
        words = tr("The sign  {sign}  leaves room for fewer characters a part").format(sign=dear.sign)
        inside = row(Picture(self._theming, "problem", "warn"), label(words, wrap=True))
        inside.setStretch(1, 1)
        if dear.like and dear.sign in self._editing.text("text"):
            fix = Button(self._theming, tr("Use  {sign}").format(sign=dear.like), kind="link-small")
            fix.clicked.connect(lambda: self._replace(dear))
            inside.addWidget(fix)
        made = QWidget()
        made.setLayout(inside)
        return made

    def _replace(self, dear: Dear) -> None:
        self._editing.change({"text": replaced(self._editing.text("text"), dear)}, alone=True)


def parts_words(parts: int) -> str:
    """“1 part”, “3 parts”."""
    return tr("1 part") if parts == 1 else tr("{count} parts").format(count=number(parts))
