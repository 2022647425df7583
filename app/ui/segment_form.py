"""The form of one segment: its name, whom it holds, and how many that are now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QLineEdit, QScrollArea, QWidget

from app.model.flow import Flow
from app.model.segments import SegmentInfo, name_fault, rule_faults
from app.ui.inspector.condition import OF_SEGMENT, ConditionEditor
from app.ui.inspector.editor import Context, mark_bad
from app.ui.known import Known
from app.ui.theme import Theming
from app.ui.widgets import Button, Picture, column, label, line, part, row
from app.ui.words import people, tr

_WIDTH: Final = 760
_HEIGHT: Final = 640
_AROUND: Final = 48
_MARGIN: Final = 32


class SegmentForm(QDialog):
    """It stays open until the segment is stored, so that nothing that was made is lost.

    Signals:
        rule_changed: it holds others; carries the rule, None while it cannot be asked.
        save_asked: it is to be stored as it stands.
        delete_asked: it is to go.
    """

    rule_changed = Signal(object)
    save_asked = Signal()
    delete_asked = Signal()

    def __init__(
        self,
        theming: Theming,
        info: SegmentInfo | None,
        names: Collection[str],
        known: Known,
        flow: Callable[[], Flow],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theming = theming
        self.info = info
        """The segment as it is stored; None for a new one."""
        self._others = frozenset(names) - {info.name if info else ""}
        title = tr("Segment “{name}”").format(name=info.name) if info else tr("New segment")
        self.setWindowTitle(title)
        self.name = self._made_name()
        self.condition = ConditionEditor(Context(theming, flow, known), wide=True, subjects=OF_SEGMENT)
        self.condition.show_value(info.rule if info else None)
        self.condition.changed.connect(self._changed)
        self.count = label(role="strong")
        self.count.setAccessibleName(tr("How many people are in it"))
        self.error = label(role="error", wrap=True)
        self.error.hide()
        self.setLayout(column(self._made_area(title), self._made_sum(), self._made_foot(), gap=0))
        self._fit(parent)
        self._say_count()
        (self.name if self.name.isEnabled() else self.condition.add).setFocus()

    @property
    def rule(self) -> Mapping[str, Any] | None:
        """Whom it holds; None while that cannot be asked."""
        made = self.condition.read_rows()
        return made if isinstance(made, Mapping) and not rule_faults(made) else None

    @property
    def called(self) -> str:
        """Its name as it stands."""
        return self.name.text().strip()

    def show_count(self, rule: Mapping[str, Any], count: int) -> None:
        """So many people fit this rule now."""
        if rule == self.rule:
            self.count.setText(_count_words(count))

    def say_error(self, sentence: str) -> None:
        """Why it cannot be stored; it can be tried again."""
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        self.save.setEnabled(True)

    def _made_name(self) -> QLineEdit:
        made = QLineEdit(self.info.name if self.info else "")
        made.setPlaceholderText(tr("Such as “Regulars”"))
        made.setAccessibleName(tr("Name"))
        made.setEnabled(not self._users())
        made.textEdited.connect(lambda _text: self._name_typed())
        return made

    def _made_area(self, title: str) -> QWidget:
        used = label(self._used_words(), "hint", wrap=True)
        used.setVisible(bool(used.text()))
        inside = part(QWidget(), "clear")
        inside.setLayout(
            column(
                label(title, "page-title", wrap=True),
                label(
                    tr("Everybody for whom this holds is in it, and leaves when it does not."), "secondary"
                ),
                8,
                column(label(tr("Name"), "label"), self.name, used, gap=4),
                8,
                column(label(tr("Who is in it"), "label"), self.condition, gap=4),
                None,
                margins=(_MARGIN, 28, _MARGIN, 24),
            )
        )
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        return area

    def _made_sum(self) -> QWidget:
        """Always in sight, however long the rule is."""
        counted = row(Picture(self._theming, "contacts", "ink-2", 20), self.count, None, gap=8)
        made = QWidget()
        made.setLayout(column(line(), counted, self.error, margins=(_MARGIN, 0, _MARGIN, 12), gap=10))
        return made

    def _made_foot(self) -> QWidget:
        self.delete = Button(self._theming, tr("Delete…"), "trash", "danger")
        self.delete.setVisible(self.info is not None)
        self.delete.setEnabled(not self._users())
        self.delete.setToolTip(self._used_words())
        self.delete.setAutoDefault(False)
        self.delete.clicked.connect(self.delete_asked)
        self.no = Button(self._theming, tr("Not now"), kind="large")
        self.no.setAutoDefault(False)
        self.no.clicked.connect(self.reject)
        words = tr("Save the segment") if self.info else tr("Make the segment")
        self.save = Button(self._theming, words, "save", "large-primary", color="on-accent")
        self.save.setDefault(True)
        self.save.clicked.connect(self._save)
        foot = part(QWidget(), "dialog-foot")
        foot.setLayout(row(self.delete, None, self.no, self.save, margins=(_MARGIN, 14, _MARGIN, 14)))
        return foot

    def _fit(self, parent: QWidget | None) -> None:
        room = parent.size() if parent is not None else self.size()
        self.setMinimumWidth(min(_WIDTH, max(480, room.width() - _AROUND)))
        self.resize(self.minimumWidth(), min(_HEIGHT, max(360, room.height() - _AROUND)))

    def _users(self) -> tuple[str, ...]:
        return self.info.flows if self.info else ()

    def _used_words(self) -> str:
        flows = ", ".join(f"“{flow}”" for flow in self._users())
        words = tr("Asked for by {flows}: it keeps its name and stays.")
        return words.format(flows=flows) if flows else ""

    def _name_typed(self) -> None:
        mark_bad(self.name, bad=False)
        self.say_error("")

    def _changed(self) -> None:
        self.say_error("")
        self._say_count()
        self.rule_changed.emit(self.rule)

    def _say_count(self) -> None:
        self.count.setText(tr("Counting…") if self.rule else tr("Say who is in it, and they are counted."))

    def _save(self) -> None:
        fault = self._fault()
        mark_bad(self.name, bad=bool(fault) and bool(self._name_fault()))
        self.say_error(fault)
        if not fault:
            self.save.setEnabled(False)
            self.save_asked.emit()

    def _fault(self) -> str:
        if self._name_fault():
            return self._name_fault()
        return "" if self.rule else tr("Say who is in it: a condition is missing, or one is not complete.")

    def _name_fault(self) -> str:
        if not self.called:
            return tr("It has no name yet.")
        if self.called in self._others:
            return tr("There is a segment “{name}” already.").format(name=self.called)
        return tr("The name is too long.") if name_fault(self.called) else ""


def _count_words(count: int) -> str:
    if not count:
        return tr("Nobody is in it now")
    return (
        tr("1 person is in it now")
        if count == 1
        else tr("{people} are in it now").format(people=people(count))
    )
