"""The condition builder: one card per question, “all” or “any” of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.canvas.words import event_words, node_title
from app.model.flow import Node
from app.model.kinds import FAILED_REASONS, KINDS, kind_of, ticked
from app.ui.inspector.condition_rows import FAILED, OPERATORS, OTHER, Row, condition_of, rows_of
from app.ui.inspector.editor import UNSET, Choice, Context, choice, completed
from app.ui.inspector.lists import Rows, text_of_value, value_of_text
from app.ui.widgets import IconButton, column, label, part, row
from app.ui.words import said, tr

_CHANNELS: Final = tuple(dict.fromkeys(kind.channel for kind in KINDS.values() if kind.needs_consent))


class ConditionEditor(Rows):
    """Questions about a person, the start event, or (``about_event``) the event being looked at."""

    def __init__(self, context: Context, *, about_event: bool = False) -> None:
        super().__init__(context.theming, tr("Add a condition"), lowest=0)
        self._context = context
        self._first = "field" if about_event else "property"
        self._shown: Any = None
        self.mode = choice([("all", tr("All of these hold")), ("any", tr("One of these holds"))])
        self.mode.activated.connect(self.tell)
        box = self.layout()
        if isinstance(box, QVBoxLayout):
            box.insertWidget(0, self.mode)
        self.fill([])

    def make_row(self, item: Any) -> QWidget:
        card = ConditionCard(self._context, item or Row(self._first), self._first)
        card.changed.connect(self.tell)
        card.removed.connect(lambda: self.remove_row(card))
        return card

    def read_rows(self) -> Any:
        cards = [widget.read() for widget in self.rows if isinstance(widget, ConditionCard)]
        made = condition_of(str(self.mode.currentData()), cards)
        self._shown = made
        return UNSET if made is None else made

    def show_value(self, value: Any) -> None:
        shown = value if isinstance(value, Mapping) else None
        if shown == self._shown:
            return
        self._shown = shown
        mode, rows = rows_of(shown)
        self.mode.setCurrentIndex(self.mode.findData(mode))
        self.fill(rows)

    def count_changed(self) -> None:
        self.mode.setVisible(len(self.rows) > 1)


class ConditionCard(QWidget):
    """What is asked about, which one, how, and what it is compared with."""

    changed = Signal()
    removed = Signal()

    def __init__(self, context: Context, shown: Row, first: str) -> None:
        super().__init__()
        part(self, "part")
        self._context = context
        self._row = shown
        self.subject = choice(_subjects(first, shown.subject))
        self.subject.setAccessibleName(tr("What is asked about"))
        self.subject.setCurrentIndex(self.subject.findData(shown.subject))
        self.subject.activated.connect(self._subject_chosen)
        self.name = completed(QLineEdit(), self._names)
        self.name.textEdited.connect(lambda _text: self._tell())
        self.name.completer().activated.connect(lambda _text: self._tell())
        self.pick = Choice()
        self.pick.activated.connect(self._picked)
        self.operator = Choice()
        self.operator.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.operator.activated.connect(self._operator_chosen)
        self.value = QLineEdit()
        self.value.setPlaceholderText(tr("Value"))
        self.value.textEdited.connect(lambda _text: self._tell())
        self.reaction = Choice()
        self.reaction.activated.connect(self._tell)
        self._about = label(
            tr("A condition that was made elsewhere. It is kept as it is."), "hint", wrap=True
        )
        away = IconButton(context.theming, "close", tr("Take out"), size=16, color="ink-3")
        away.clicked.connect(self.removed)
        self.setLayout(
            column(
                row(self.subject, away, gap=2),
                self.name,
                self.pick,
                row(self.operator, self.value, self.reaction, gap=4),
                self._about,
                margins=(8, 8, 8, 8),
                gap=4,
            )
        )
        self.setFocusProxy(self.name)
        self._show()

    def read(self) -> Row:
        """The question as it stands."""
        if self._row.subject == OTHER:
            return self._row
        return replace(self._row, name=self._read_name(), operator=self._operator(), value=self._read_value())

    def _read_name(self) -> str:
        picked = self.subject.currentData() in ("consent", "message")
        return str(self.pick.currentData() or "") if picked else self.name.text().strip()

    def _operator(self) -> str:
        return str(self.operator.currentData() or "")

    def _read_value(self) -> Any:
        if self._row.subject == "message":
            return self.reaction.currentData() or FAILED
        text = self.value.text()
        if text == text_of_value(self._row.value):
            return self._row.value
        return value_of_text(text) if text.strip() else ""

    def _names(self) -> list[str]:
        subject = self.subject.currentData()
        if subject == "event":
            return self._context.events()
        return list(self._context.fields()) if subject == "property" else []

    def _subject_chosen(self) -> None:
        subject = str(self.subject.currentData())
        self._row = Row(subject, "", OPERATORS[subject][0])
        self._show()
        self._tell()

    def _picked(self) -> None:
        self._row = self.read()
        self._fill_reactions()
        self._tell()

    def _operator_chosen(self) -> None:
        self._row = replace(self._row, operator=self._operator())
        self.value.setVisible(self._row.subject in OPERATORS and self._row.asks_value)
        self._tell()

    def _tell(self) -> None:
        self._row = self.read()
        self.changed.emit()

    def _show(self) -> None:
        shown = self._row
        plain = shown.subject != OTHER
        picked = shown.subject in ("consent", "message")
        self._about.setVisible(not plain)
        self.subject.setEnabled(plain)
        self.name.setVisible(plain and not picked)
        self.pick.setVisible(plain and picked)
        self.operator.setVisible(plain)
        self.value.setVisible(plain and shown.asks_value and shown.subject != "message")
        self.reaction.setVisible(plain and shown.subject == "message")
        if plain:
            self.name.setText(shown.name)
            self.name.setPlaceholderText(_asks(shown.subject))
            self.name.setAccessibleName(_asks(shown.subject))
            _fill(
                self.operator,
                [(name, _operator_words(shown.subject, name)) for name in OPERATORS[shown.subject]],
            )
            self.operator.setCurrentIndex(max(0, self.operator.findData(shown.operator)))
            self.value.setText(text_of_value(shown.value) if shown.subject != "message" else "")
            self._fill_picks()

    def _fill_picks(self) -> None:
        if self._row.subject == "consent":
            _fill(self.pick, [(name, said(KINDS[name].title)) for name in _CHANNELS])
        elif self._row.subject == "message":
            _fill(self.pick, [(node.id, node_title(node)) for node in _messages(self._context)])
        else:
            return
        if self.pick.findData(self._row.name) < 0 and self._row.name:
            self.pick.addItem(self._row.name, self._row.name)
        self.pick.setCurrentIndex(max(0, self.pick.findData(self._row.name)))
        self._fill_reactions()

    def _fill_reactions(self) -> None:
        if self._row.subject != "message":
            return
        node = self._context.flow().by_id.get(self._read_name())
        kind = kind_of(node) if node else None
        names = list(dict.fromkeys((*(kind.reactions if kind else ()), *(ticked(node) if node else ()))))
        options: list[tuple[Any, str]] = [(name, said(event_words(name))) for name in names]
        options.append((FAILED, tr("was not sent")))
        options += [
            ([code], tr("was not sent: {why}").format(why=said(why))) for code, why in FAILED_REASONS.items()
        ]
        if self._row.value and self._row.value not in [value for value, _ in options]:
            options.append((self._row.value, text_of_value(self._row.value)))
        _fill(self.reaction, options)
        index = [value for value, _ in options].index(self._row.value) if self._row.value else 0
        self.reaction.setCurrentIndex(index)


def _messages(context: Context) -> list[Node]:
    nodes = context.flow().nodes
    return [
        node for node in nodes if (kind := kind_of(node)) and kind.is_message and node.id != context.node_id
    ]


def _fill(box: Choice, options: list[tuple[Any, str]]) -> None:
    box.clear()
    for value, words in options:
        box.addItem(words, value)


def _subjects(first: str, shown: str) -> list[tuple[str, str]]:
    words = {
        "field": tr("A field of the event"),
        "property": tr("A field of the person"),
        "entry": tr("A field of the start event"),
        "tag": tr("A tag"),
        "consent": tr("Consent"),
        "event": tr("An event"),
        "message": tr("A message of this flow"),
    }
    if first != "field" and shown != "field":
        del words["field"]
    if shown == OTHER:
        return [(OTHER, tr("Something else"))]
    return list(words.items())


def _asks(subject: str) -> str:
    return {"tag": tr("Tag"), "event": tr("Event")}.get(subject, tr("Field"))


def _operator_words(subject: str, operator: str) -> str:
    if subject == "tag":
        return {"yes": tr("has it"), "no": tr("does not have it")}[operator]
    if subject == "consent":
        return {"yes": tr("was given"), "no": tr("was not given")}[operator]
    if subject == "message":
        return {"yes": tr("yes:"), "no": tr("not:")}[operator]
    return {
        "is": tr("is"),
        "is_not": tr("is not"),
        "contains": tr("contains"),
        "more_than": tr("is more than"),
        "less_than": tr("is less than"),
        "known": tr("is known"),
        "unknown": tr("is not known"),
        "entry": tr("happened since the start"),
        "ever": tr("ever happened"),
        "not-entry": tr("has not happened since the start"),
        "not-ever": tr("never happened"),
    }[operator]
