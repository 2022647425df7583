"""The condition builder: one card per question, and groups of them in which all, one or none has to hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.inspector.condition_card import Asking, ConditionCard, Turn
from app.ui.inspector.condition_rows import Group, Row, condition_of, tree_of
from app.ui.inspector.condition_words import mode_words
from app.ui.inspector.editor import UNSET, Context, choice
from app.ui.inspector.lists import Rows
from app.ui.widgets import Button, IconButton, column, part, row
from app.ui.words import tr

_MODE_WIDTH: Final = 240
_OF_PERSON: Final = ("property", "entry", "tag", "segment", "consent", "event", "message")
_OF_EVENT_ALONE: Final = ("field", "property", "tag", "consent")
"""What can be asked of one event of somebody who is in no flow."""
OF_SEGMENT: Final = ("property", "tag", "consent", "event")
"""What a segment can ask: nothing of a journey, and no other segment."""


class GroupEditor(Rows):
    """The parts of one group: questions and groups again."""

    def __init__(self, asking: Asking, *, is_inner: bool = False) -> None:
        super().__init__(asking.context.theming, tr("Add a condition"), lowest=0)
        self.asking = asking
        self._is_inner = is_inner
        self._alone = True
        self.mode = choice(mode_words())
        self.mode.setAccessibleName(tr("How these hold together"))
        if asking.wide:
            self.mode.setMaximumWidth(_MODE_WIDTH)
        self.mode.activated.connect(self._mode_chosen)
        box = self.layout()
        if isinstance(box, QVBoxLayout):
            box.insertWidget(0, self.mode)
        theming = asking.context.theming
        self.add_group = Button(theming, tr("Add a group"), "plus", "link-small", color="accent-text")
        self.add_group.setToolTip(tr("Several conditions of which, for example, one has to hold"))
        self.add_group.clicked.connect(self._add_group)
        self.add_beside(self.add_group)
        self.fill([])

    def make_row(self, item: Any) -> QWidget:
        if isinstance(item, Group):
            box = GroupBox(self.asking, item)
            box.changed.connect(self.tell)
            box.removed.connect(lambda: self.remove_row(box))
            return box
        shown = item if isinstance(item, Row) else Row(self.asking.subjects[0])
        card = ConditionCard(self.asking, shown, self._made_where)
        card.changed.connect(self.tell)
        card.removed.connect(lambda: self.remove_row(card))
        if not shown.is_asked:
            card.open()
        return card

    def focus_row(self, widget: QWidget) -> None:
        if isinstance(widget, ConditionCard):
            widget.take_focus()
        elif isinstance(widget, GroupBox):
            widget.editor.take_focus()

    def show_group(self, group: Group) -> None:
        """Shows these parts."""
        self._alone = group.alone
        self.mode.setCurrentIndex(self.mode.findData(group.mode))
        self.fill(group.parts)

    def read_group(self) -> Group:
        """The parts as they stand."""
        parts: list[Row | Group] = []
        for widget in self.rows:
            if isinstance(widget, ConditionCard):
                parts.append(widget.read())
            elif isinstance(widget, GroupBox):
                parts.append(widget.editor.read_group())
        return Group(str(self.mode.currentData()), tuple(parts), self._alone)

    def read_rows(self) -> Any:
        return condition_of(self.read_group()) or UNSET

    def count_changed(self) -> None:
        says = self._is_inner or self.mode.currentData() in ("none", "not-all")
        self.mode.setVisible(says or len(self.rows) > 1)
        self.add_group.setVisible(self._is_inner or len(self.rows) > 0)

    def _mode_chosen(self) -> None:
        self.count_changed()
        self.tell()

    def _add_group(self) -> None:
        mode = "any" if self.mode.currentData() == "all" else "all"
        added = self.append(Group(mode, (Row(self.asking.subjects[0]),)))
        self.count_changed()
        self.tell()
        self.focus_row(added)

    def _made_where(self) -> ConditionEditor:
        subjects = () if self.asking.has_start else _OF_EVENT_ALONE
        return ConditionEditor(
            self.asking.context, about_event=True, wide=self.asking.wide, subjects=subjects
        )


class GroupBox(QWidget):
    """A group inside another: set off by a line, with a way out.

    Signals:
        changed: it says something else.
        removed: it is to go.
    """

    changed = Signal()
    removed = Signal()

    def __init__(self, asking: Asking, group: Group) -> None:
        super().__init__()
        part(self, "group-box")
        self.editor = GroupEditor(asking, is_inner=True)
        self.editor.show_group(group)
        self.editor.changed.connect(lambda _value: self.changed.emit())
        away = IconButton(asking.context.theming, "close", tr("Take the group out"), size=16, color="ink-3")
        away.clicked.connect(self.removed)
        head = row(self.editor.mode, None, away, gap=2) if asking.wide else row(self.editor.mode, away, gap=2)
        head.setStretch(0, 1)
        self.setLayout(column(head, self.editor, margins=(10, 0, 0, 0), gap=4))


class ConditionEditor(GroupEditor):
    """Questions about a person, the start event, or (``about_event``) the event being looked at."""

    def __init__(
        self,
        context: Context,
        *,
        about_event: bool = False,
        wide: bool = False,
        subjects: tuple[str, ...] = (),
    ) -> None:
        offered = subjects or (("field", *_OF_PERSON) if about_event else _OF_PERSON)
        self._shown: Any = None
        self._turn = Turn()
        super().__init__(Asking(context, offered, self._turn, wide))

    def read_rows(self) -> Any:
        made = super().read_rows()
        self._shown = None if made is UNSET else made
        return made

    def show_value(self, value: Any) -> None:
        shown = value if isinstance(value, Mapping) else None
        if shown != self._shown:
            self._shown = shown
            self.show_group(tree_of(shown))
