"""What every editor of one setting can do, and what it may ask of the open flow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from app.canvas.edits import UNSET
from app.model.flow import Flow, Problem
from app.ui.known import NOTHING, Known
from app.ui.theme import Theming
from app.ui.widgets import repaint

__all__ = ["UNSET", "Choice", "Context", "Editor", "choice", "completed", "mark_bad"]


@dataclass(frozen=True, slots=True)
class Context:
    """What editors ask of their surroundings."""

    theming: Theming
    flow: Callable[[], Flow]
    known: Known = NOTHING
    """What the workspace knows."""
    node_id: str = ""
    """The node being edited; empty for the flow itself."""
    open_rung: Callable[[int], None] | None = None
    """Opens the editor of what this rung of the node says."""

    def fields(self) -> Sequence[str]:
        """Names of contact properties."""
        return self.known.fields()

    def topics(self) -> list[str]:
        """Topics that this drawing already speaks of."""
        topics = (node.settings.get("topic") for node in self.flow().nodes)
        return sorted({topic for topic in topics if isinstance(topic, str) and topic})

    def events(self) -> list[str]:
        """Event names that this drawing already speaks of."""
        flow = self.flow()
        names: list[str] = []
        for node in flow.nodes:
            names += _texts(node.settings.get("events"))
        goal = flow.settings.get("goal")
        if isinstance(goal, dict):
            names += _texts(goal.get("events"))
        return sorted(set(names))


class Editor(QWidget):
    """Edits one value. ``changed`` carries the new one, or ``UNSET`` where nothing is left of it."""

    changed = Signal(object)

    def show_value(self, value: Any) -> None:
        """Shows a value from the flow, whatever its type is; says nothing by ``changed``."""
        raise NotImplementedError

    def set_bad(self, *, bad: bool) -> None:
        """Whether a problem is about this value."""

    def show_problems(self, problems: Sequence[Problem]) -> Sequence[Problem]:
        """Shows those that are about a part of the value in their place; answers the others."""
        return problems

    def focus_part(self, path: str) -> None:  # noqa: ARG002 - most values have no parts
        """Puts the cursor into the part of the value that a problem's path names behind the setting."""
        self.take_focus()

    def take_focus(self) -> None:
        """Puts the cursor where typing changes the value."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)


class Choice(QComboBox):
    """A list to choose from that the wheel only scrolls past."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def choice(options: Sequence[tuple[str, str]]) -> Choice:
    """A list of (stored value, words)."""
    made = Choice()
    for value, words in options:
        made.addItem(words, value)
    return made


def completed(line: QLineEdit, names: Callable[[], Sequence[str]]) -> QLineEdit:
    """The line, offering these names while it is typed in."""
    completer = QCompleter(line)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    model = QStringListModel(completer)
    completer.setModel(model)
    line.setCompleter(completer)
    line.textEdited.connect(lambda: model.setStringList(list(names())))
    return line


def mark_bad(widget: QWidget, *, bad: bool) -> None:
    """A red line around a field, or not."""
    if bool(widget.property("bad")) != bad:
        widget.setProperty("bad", bad)
        repaint(widget)


def _texts(value: object) -> list[str]:
    return (
        [name for name in value if isinstance(name, str) and name] if isinstance(value, (list, tuple)) else []
    )
