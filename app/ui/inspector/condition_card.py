"""One question of a condition: what is asked about, which one, how, and what it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from app.model.kinds import KINDS, Setting, SettingType
from app.ui.inspector.condition_rows import FAILED, OPERATORS, OTHER, SINCES, VALUES, Row
from app.ui.inspector.condition_words import (
    MORE_TIMES,
    answers,
    asks,
    message_options,
    reaction_options,
    row_sentence,
    subject_words,
)
from app.ui.inspector.duration import DurationEditor
from app.ui.inspector.editor import UNSET, Choice, Context, Editor, choice, completed
from app.ui.inspector.lists import text_of_value, value_of_text
from app.ui.inspector.picked import NameChoice
from app.ui.widgets import Button, ClickRow, IconButton, column, label, part, row
from app.ui.words import said, tr

_CHANNELS: Final = tuple(dict.fromkeys(kind.channel for kind in KINDS.values() if kind.needs_consent))
_PICKED: Final = ("segment", "consent", "message")
_LAST: Final = "last"
_FIRST_LAST: Final = "P30D"
_MOST_TIMES: Final = 1_000
_SINCE: Final = Setting("since", SettingType.DURATION, "In the last")


class Turn(QObject):
    """Whose turn it is: of all questions of one builder one is open. ``taken`` carries its card."""

    taken = Signal(object)


@dataclass(frozen=True, slots=True)
class Asking:
    """What the questions of one builder can be about, and whether there is room beside each other."""

    context: Context
    subjects: tuple[str, ...]
    """The first is what a new question asks about."""
    turn: Turn
    wide: bool = False

    @property
    def has_start(self) -> bool:
        """Whether whom it is asked of has come in by a start."""
        return "entry" in self.subjects


class ConditionCard(QWidget):
    """Folded it is a sentence; a click shows its fields, and folds those of the other questions.

    Signals:
        changed: it asks something else.
        removed: it is to go.
    """

    changed = Signal()
    removed = Signal()

    def __init__(self, asking: Asking, shown: Row, make_where: Callable[[], Editor]) -> None:
        super().__init__()
        part(self, "part")
        self._asking, self._context, self._row = asking, asking.context, shown
        self._make_where = make_where
        self.where: Editor | None = None
        self._is_made = False
        self._counted = max(2, shown.times)
        """How often, as it was named last: looking at other answers loses no number."""
        self._box = column(self._made_head(), margins=(8, 4, 4, 4), gap=0)
        self.setLayout(self._box)
        asking.turn.taken.connect(self._give_way)
        self._say()

    @property
    def is_open(self) -> bool:
        """Whether its fields are shown."""
        return self._is_made and not self._fields.isHidden()

    def open(self) -> None:
        """Shows its fields, and folds those of the others."""
        if not self._is_made:
            self._make_fields()
        self._head.hide()
        self._fields.show()
        self._asking.turn.taken.emit(self)

    def fold(self) -> None:
        """Says in a sentence what it asks; a question about nothing stays open."""
        if self.is_open and self._row.is_asked:
            self._say()
            self._fields.hide()
            self._head.show()

    def take_focus(self) -> None:
        """Opens it and puts the cursor into the first thing that is typed or chosen."""
        self.open()
        fields = (self.name, self.segment, self.pick, self.subject)
        next(one for one in fields if one.isVisibleTo(self)).setFocus(Qt.FocusReason.OtherFocusReason)

    def read(self) -> Row:
        """The question as it stands."""
        if self._row.subject == OTHER or not self._is_made:
            return self._row
        return replace(
            self._row,
            name=self._read_name(),
            operator=str(self.operator.currentData() or "").removesuffix("-times"),
            value=self._read_value(),
            topic=self.topic.text().strip(),
        )

    def _made_head(self) -> QWidget:
        self._sentence = label(wrap=True)
        self.head = ClickRow("clear")
        self.head.setLayout(row(self._sentence, margins=(0, 4, 0, 4)))
        self.head.clicked.connect(self.take_focus)
        self.away = IconButton(self._context.theming, "close", tr("Take out"), size=16, color="ink-3")
        self.away.clicked.connect(self.removed)
        self._head = QWidget()
        box = row(self.head, self.away, gap=2)
        box.setStretch(0, 1)
        box.setAlignment(self.away, Qt.AlignmentFlag.AlignTop)
        self._head.setLayout(box)
        return self._head

    def _say(self) -> None:
        words = row_sentence(self._row, self._context.flow())
        self._sentence.setText(words)
        self.head.setAccessibleName(words)
        self.head.setAccessibleDescription(tr("Enter changes it"))

    def _give_way(self, other: object) -> None:
        if other is not self:
            self.fold()

    def _make_fields(self) -> None:
        self._is_made = True
        self._make_subject()
        self._make_answer()
        self._make_event()
        self._about = label(row_sentence(Row(OTHER), self._context.flow()), "hint", wrap=True)
        self._fields = QWidget()
        self._inside = column(*self._lines(), margins=(0, 4, 0, 4), gap=4)
        self._fields.setLayout(self._inside)
        self._box.addWidget(self._fields)
        self._show()

    def _make_subject(self) -> None:
        self.subject = choice(subject_words(self._row.subject, self._asking.subjects))
        self.subject.setAccessibleName(tr("What is asked about"))
        if self._asking.wide:
            self.subject.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.subject.setCurrentIndex(self.subject.findData(self._row.subject))
        self.subject.activated.connect(self._subject_chosen)
        self.away_open = IconButton(self._context.theming, "close", tr("Take out"), size=16, color="ink-3")
        self.away_open.clicked.connect(self.removed)
        self.name = completed(QLineEdit(), self._names)
        self.name.textEdited.connect(lambda _text: self._tell())
        self.name.completer().activated.connect(lambda _text: self._tell())
        self.segment = NameChoice(self._context.known.segments, tr("There is no segment yet"))
        self.segment.setAccessibleName(tr("Segment"))
        self.segment.activated.connect(self._tell)
        self.pick = Choice()
        self.pick.activated.connect(self._picked)

    def _make_answer(self) -> None:
        self.operator = Choice()
        self.operator.setAccessibleName(tr("How it is asked"))
        if self._asking.wide:
            self.operator.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.operator.activated.connect(self._operator_chosen)
        self.value = QLineEdit()
        self.value.setPlaceholderText(tr("Value"))
        self.value.setAccessibleName(tr("Value"))
        self.value.textEdited.connect(lambda _text: self._tell())
        self.reaction = Choice()
        self.reaction.activated.connect(self._tell)
        self.topic = completed(QLineEdit(), self._context.topics)
        self.topic.setMaxLength(60)
        self.topic.setPlaceholderText(tr("Any topic"))
        self.topic.setAccessibleName(tr("Topic"))
        self.topic.textEdited.connect(lambda _text: self._tell())
        self.topic.completer().activated.connect(lambda _text: self._tell())

    def _make_event(self) -> None:
        self.times = QLineEdit()
        self.times.setFixedWidth(52)
        self.times.setValidator(QIntValidator(1, _MOST_TIMES, self.times))
        self.times.setAccessibleName(tr("How many times"))
        self.times.textEdited.connect(self._times_typed)
        self._times_words = label(tr("times"), "secondary")
        options = [("entry", tr("since the start")), (_LAST, tr("in the last")), ("ever", tr("ever"))]
        if not self._asking.has_start and self._row.since != "entry":
            del options[0]
        self.since = choice(options)
        self.since.setAccessibleName(tr("Since when"))
        if self._asking.wide:
            self.since.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.since.activated.connect(self._since_chosen)
        self.last = DurationEditor(_SINCE)
        self.last.changed.connect(self._last_changed)
        theming = self._context.theming
        self.only_if = Button(theming, tr("Only if…"), "plus", "link-small", color="accent-text")
        self.only_if.clicked.connect(self._open_where)

    def _lines(self) -> Sequence[Any]:
        times = row(self.times, self._times_words, None, gap=6)
        if self._asking.wide:
            head = row(self.subject, self.name, self.segment, self.pick, self.operator, gap=6)
            for place, stretch in enumerate((0, 3, 3, 3, 0)):
                head.setStretch(place, stretch)
            for one in (self.value, self.reaction, self.topic):
                head.addWidget(one, 2)
            head.addLayout(times)
            head.addWidget(self.away_open)
            since = row(self.since, self.last, self.only_if, None, gap=6)
            return head, since, self._about
        return (
            row(self.subject, self.away_open, gap=2),
            self.name,
            self.segment,
            self.pick,
            self.operator,
            self.value,
            self.reaction,
            times,
            self.topic,
            self.since,
            self.last,
            self.only_if,
            self._about,
        )

    def _read_name(self) -> str:
        subject = self.subject.currentData()
        if subject == "segment":
            return str(self.segment.currentData() or "")
        return str(self.pick.currentData() or "") if subject in _PICKED else self.name.text().strip()

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
        since = "entry" if self._asking.has_start else "ever"
        self._row = Row(subject, "", OPERATORS[subject][0], since=since)
        self._show()
        self._tell()

    def _picked(self) -> None:
        self._row = self.read()
        self._fill_reactions()
        self._tell()

    def _operator_chosen(self) -> None:
        counts = self.operator.currentData() in MORE_TIMES
        self._row = replace(self.read(), times=self._counted if counts else 1)
        self.value.setVisible(self._row.asks_value and self._row.subject != "message")
        self._show_times(shown=counts)
        self._tell()

    def _times_typed(self, text: str) -> None:
        if text.isdigit() and int(text):
            self._counted = int(text)
            self._row = replace(self._row, times=self._counted)
            self._tell()

    def _since_chosen(self) -> None:
        since = str(self.since.currentData())
        self._row = replace(self._row, since=_FIRST_LAST if since == _LAST else since)
        self.last.setVisible(since == _LAST)
        self.last.show_value(self._row.since if since == _LAST else None)
        self._tell()

    def _last_changed(self, value: object) -> None:
        if isinstance(value, str):
            self._row = replace(self._row, since=value)
            self._tell()

    def _open_where(self) -> None:
        self._show_where().take_focus()

    def _show_where(self) -> Editor:
        """The builder of what the event itself must fit."""
        if self.where is None:
            self.where = self._make_where()
            self.where.changed.connect(self._where_changed)
            box = part(QWidget(), "group-box")
            inside = column(label(tr("only if"), "hint"), self.where, margins=(10, 2, 0, 2), gap=4)
            box.setLayout(inside)
            self._inside.addWidget(box)
        self.only_if.hide()
        return self.where

    def _where_changed(self, value: object) -> None:
        self._row = replace(self._row, where=None if value is UNSET else value)  # type: ignore[arg-type]
        self._tell()

    def _tell(self) -> None:
        self._row = self.read()
        self.changed.emit()

    def _show(self) -> None:
        shown = self._row
        subject = shown.subject
        plain = subject != OTHER
        self.subject.setEnabled(plain)
        for widget, wanted in (
            (self._about, not plain),
            (self.name, plain and subject not in _PICKED),
            (self.segment, subject == "segment"),
            (self.pick, subject in ("consent", "message")),
            (self.operator, plain),
            (self.value, plain and shown.asks_value and subject != "message"),
            (self.reaction, subject == "message"),
            (self.topic, subject == "consent"),
            (self.since, subject == "event"),
            (self.last, subject == "event" and shown.since not in SINCES),
            (self.only_if, subject == "event"),
        ):
            widget.setVisible(wanted)
        self._show_times(shown=subject == "event" and shown.times > 1)
        if self.where is not None and subject != "event":
            self._drop_where()
        if plain:
            self._fill(shown)

    def _fill(self, shown: Row) -> None:
        self.name.setText(shown.name)
        self.name.setPlaceholderText(asks(shown.subject))
        self.name.setAccessibleName(asks(shown.subject))
        _put(self.operator, answers(shown.subject))
        counted = f"{shown.operator}-times" if shown.subject == "event" and shown.times > 1 else ""
        self.operator.setCurrentIndex(max(0, self.operator.findData(counted or shown.operator)))
        self.value.setText(text_of_value(shown.value) if shown.subject in VALUES else "")
        self.topic.setText(shown.topic)
        self._fill_picks()
        if shown.subject == "event":
            since = shown.since if shown.since in SINCES else _LAST
            self.since.setCurrentIndex(self.since.findData(since))
            self.last.show_value(shown.since if since == _LAST else None)
            if shown.where:
                self._show_where().show_value(shown.where)

    def _show_times(self, *, shown: bool) -> None:
        self.times.setVisible(shown)
        self._times_words.setVisible(shown)
        if self.times.text() != str(self._row.times):
            self.times.setText(str(self._row.times))

    def _drop_where(self) -> None:
        box = self.where.parentWidget() if self.where is not None else None
        self.where = None
        if box is not None:
            self._inside.removeWidget(box)
            box.hide()
            box.deleteLater()

    def _fill_picks(self) -> None:
        subject, name = self._row.subject, self._row.name
        if subject == "segment":
            self.segment.show_name(name)
        if subject == "consent":
            _put(self.pick, [(one, said(KINDS[one].title)) for one in _CHANNELS])
        elif subject == "message":
            _put(self.pick, message_options(self._context.flow(), self._context.node_id))
        else:
            return
        if self.pick.findData(name) < 0 and name:
            self.pick.addItem(name, name)
        self.pick.setCurrentIndex(max(0, self.pick.findData(name)))
        self._fill_reactions()

    def _fill_reactions(self) -> None:
        if self._row.subject != "message":
            return
        options = reaction_options(self._context.flow(), self._read_name(), self._row.value)
        _put(self.reaction, options)
        values = [value for value, _ in options]
        self.reaction.setCurrentIndex(values.index(self._row.value) if self._row.value else 0)


def _put(box: Choice, options: Sequence[tuple[Any, str]]) -> None:
    box.clear()
    for value, words in options:
        box.addItem(words, value)
