"""The drawing for screen readers: each part is an object of its own, made only when it is asked for.

Qt owns what is registered with it and asks at any time; Python keeps every interface until Qt has given it
up. An error in an override would end the program, so each answers through ``answers``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QAccessibleInterface,
)
from PySide6.QtWidgets import QAccessibleWidget
from shiboken6 import isValid

from app.canvas import spoken, walk
from app.canvas.drawing import Drawing
from app.canvas.facts import Facts
from app.canvas.focus import area_of, node_hit
from app.canvas.hits import Hit, Target, hit
from app.canvas.view import CanvasView
from app.canvas.words import tr

if TYPE_CHECKING:
    from app.canvas.widget import Canvas

Override = TypeVar("Override", bound=Callable[..., Any])
Interface = Any
"""An interface, or None where there is none, which the stubs do not know of."""
Relation = tuple[QAccessibleInterface, QAccessible.RelationFlag]

_log: Final = logging.getLogger(__name__)
_ROLES: Final = {
    Target.NODE: QAccessible.Role.ListItem,
    Target.EDGE: QAccessible.Role.Link,
    Target.NOTE: QAccessible.Role.Note,
    Target.FRAME: QAccessible.Role.Grouping,
}
_INSTALLED: Final[list[Callable[..., Any]]] = []


def answers(otherwise: Callable[[], object]) -> Callable[[Override], Override]:
    """For an override that a screen reader calls: whatever goes wrong is logged and answered plainly."""

    def guard(override: Override) -> Override:
        @wraps(override)
        def answer(*given: object) -> object:
            try:
                return override(*given)
            except Exception:  # noqa: BLE001 - C++ asks: what escapes here ends the program
                _log.exception("A screen reader could not be answered: %s", override.__name__)
                return otherwise()

        return cast("Override", answer)

    return guard


class Spoken(QObject):
    """What one canvas tells screen readers. It lives as long as the canvas.

    Signals:
        announced: this was said aloud once; for tests and for whoever shows it too.
    """

    announced = Signal(str)

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        _install()
        self.canvas = canvas
        self._parts: dict[Hit, tuple[PartInterface, int]] = {}
        self._rows: tuple[Hit, ...] = ()
        self._numbers: dict[Hit, int] = {}
        self._of: object = None
        self._last = ""
        self._index = 0
        self._pending = ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._say_pending)
        canvas.view.spoken = self
        canvas.focus.changed.connect(self._on_focus)
        canvas.said.connect(self.announce)
        canvas.undoable.connect(self._on_undoable)
        canvas.keys.told.connect(self._on_keys)
        self.open()

    def open(self) -> None:
        """The canvas shows another document."""
        document = self.canvas.document
        self._index = document.undo_stack.index()
        document.undo_stack.indexChanged.connect(self._on_step)
        document.changed.connect(self._forget_gone)
        document.facts_changed.connect(self._on_facts)

    def close(self) -> None:
        """The document goes, and all its parts with it."""
        document = self.canvas.document
        document.undo_stack.indexChanged.disconnect(self._on_step)
        document.changed.disconnect(self._forget_gone)
        document.facts_changed.disconnect(self._on_facts)
        for _made, number in self._parts.values():
            QAccessible.deleteAccessibleInterface(number)
        self._parts = {}

    @property
    def drawing(self) -> Drawing:
        return self.canvas.scene.drawing

    @property
    def rows(self) -> tuple[Hit, ...]:
        """All parts, in the order in which they are read."""
        drawing = self.drawing
        if self._of is not drawing.flow:
            self._of, self._rows = drawing.flow, spoken.rows(drawing)
            self._numbers = {part: number for number, part in enumerate(self._rows)}
        return self._rows

    @property
    def made(self) -> int:
        """How many parts were asked for and are still there."""
        return len(self._parts)

    def number(self, part: Hit) -> int:
        """The place of a part among the children; -1 when it is gone."""
        return self._numbers.get(part, -1) if self.rows else -1

    def part(self, part: Hit) -> PartInterface | None:
        """The object of a part; None when the part is not in the drawing."""
        if self.number(part) < 0:
            return None
        if part not in self._parts:
            made = PartInterface(self, part)
            self._parts[part] = (made, QAccessible.registerAccessibleInterface(made))
        return self._parts[part][0]

    def pane(self) -> Interface:
        """The object of the canvas itself."""
        view = self.canvas.view
        return QAccessible.queryAccessibleInterface(view) if isValid(view) else None

    def announce(self, words: str) -> None:
        """Says this once, when nothing else is being said."""
        view = self.canvas.view
        self._pending = ""
        if words and isValid(view):
            self.announced.emit(words)
            event = QAccessibleAnnouncementEvent(view, words)
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
            QAccessible.updateAccessibility(event)

    def _forget_gone(self) -> None:
        for part in [part for part in self._parts if self.number(part) < 0]:
            _made, number = self._parts[part]
            QAccessible.deleteAccessibleInterface(number)
            del self._parts[part]

    def _on_undoable(self, words: str) -> None:
        self.announce(tr("{what}. Undo with Ctrl Z").format(what=words))

    def _on_step(self, index: int) -> None:
        """A step of undo was made or taken back by hand; what is said about it anyway goes before."""
        before, self._index = self._index, index
        stack = self.canvas.document.undo_stack
        if not isValid(stack) or not isValid(self.canvas.view):
            return  # The document went first, and its history says so while it goes.
        is_here = self.canvas.view.hasFocus()
        if index < before and stack.canRedo():
            self._pending = tr("Taken back: {what}").format(what=stack.redoText())
        elif index > before and is_here:
            self._pending = tr("Done: {what}").format(what=stack.undoText())
        self._soon.start(0)

    def _say_pending(self) -> None:
        self.announce(self._pending)

    def _on_facts(self, before: Facts) -> None:
        known = {problem.message for problem in before.problems}
        new = [one.message for one in self.canvas.document.facts.problems if one.message not in known]
        if len(new) == 1:
            self.announce(tr("Problem: {words}").format(words=new[0]))
        elif new:
            self.announce(tr("{count} new problems, first: {words}").format(count=len(new), words=new[0]))

    def _on_focus(self) -> None:
        if QAccessible.isActive() and (made := self.part(self.canvas.focus.part)) is not None:
            QAccessible.updateAccessibility(QAccessibleEvent(made, QAccessible.Event.Focus))

    def _on_keys(self, words: str) -> None:
        if self.canvas.keys.mode is not None and words != self._last:
            self.announce(words)
        self._last = words


class CanvasInterface(QAccessibleWidget):
    """The canvas: its children are the parts, and after them the cards and fields over the paper."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view, QAccessible.Role.Canvas, tr("Drawing"))
        self._view = view

    @answers(lambda: 1)
    def childCount(self) -> int:
        return len(self._spoken.rows) + 1 if self._spoken else 1

    @answers(lambda: None)
    def child(self, index: int) -> Interface:
        rows = self._spoken.rows if self._spoken else ()
        if self._spoken is not None and 0 <= index < len(rows):
            return self._spoken.part(rows[index])
        return self._paper() if index == len(rows) else None

    @answers(lambda: -1)
    def indexOfChild(self, child: QAccessibleInterface) -> int:
        if self._spoken is None:
            return -1
        if isinstance(child, PartInterface):
            return self._spoken.number(child.part)
        return len(self._spoken.rows) if child.object() is self._view.viewport() else -1

    @answers(lambda: None)
    def childAt(self, x: int, y: int) -> Interface:
        view, told = self._view, self._spoken
        at = view.viewport().mapFromGlobal(QPoint(x, y))
        if told is None or not view.viewport().rect().contains(at):
            return None
        if view.viewport().childAt(at) is not None:
            return self._paper()
        found = hit(told.canvas.scene, view.to_scene(QPointF(at)))
        return told.part(only_part(found))

    @answers(lambda: None)
    def focusChild(self) -> Interface:
        if self._spoken is not None and self._view.hasFocus():
            return self._spoken.part(self._spoken.canvas.focus.part)
        return None

    @answers(str)
    def text(self, kind: QAccessible.Text) -> str:
        if self._spoken is None:
            return ""
        flow = self._spoken.canvas.document.flow
        if kind is QAccessible.Text.Name:
            return tr("Drawing of {flow}").format(flow=flow.name) if flow.name else tr("Drawing")
        if kind is QAccessible.Text.Description:
            return tr("{nodes} nodes, {edges} edges. Arrows walk, F1 shows all keys").format(
                nodes=len(flow.nodes), edges=len(flow.edges)
            )
        return ""

    @property
    def _spoken(self) -> Spoken | None:
        return self._view.spoken if isValid(self._view) else None

    def _paper(self) -> Interface:
        return QAccessible.queryAccessibleInterface(self._view.viewport())


class PartInterface(QAccessibleInterface):
    """One node, edge, note or frame."""

    def __init__(self, told: Spoken, part: Hit) -> None:
        super().__init__()
        self._spoken = told
        self.part = part

    @answers(lambda: False)
    def isValid(self) -> bool:
        return isValid(self._spoken) and isValid(self._view) and self._spoken.number(self.part) >= 0

    def object(self) -> Interface:
        return None

    @answers(lambda: None)
    def parent(self) -> Interface:
        return self._spoken.pane()

    def child(self, _index: int) -> Interface:
        return None

    def childAt(self, _x: int, _y: int) -> Interface:
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        return -1

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:
        """Titles are changed by commands, so that undo knows of it."""

    @answers(lambda: None)
    def window(self) -> Interface:
        return self._view.window().windowHandle()

    @answers(QRect)
    def rect(self) -> QRect:
        area = area_of(self._spoken.drawing, self.part)
        if area is None:
            return QRect()
        corner = self._view.to_screen(QPointF(area.x, area.y))
        end = self._view.to_screen(QPointF(area.right, area.bottom))
        seen = QRectF(corner, end).toAlignedRect()
        return QRect(self._view.viewport().mapToGlobal(seen.topLeft()), seen.size())

    def role(self) -> QAccessible.Role:
        return _ROLES.get(self.part.target, QAccessible.Role.StaticText)

    @answers(QAccessible.State)
    def state(self) -> QAccessible.State:
        state, canvas = QAccessible.State(), self._spoken.canvas
        area = area_of(self._spoken.drawing, self.part)
        state.focusable = state.selectable = 1
        state.focused = int(canvas.focus.part == self.part and self._view.hasFocus())
        state.selected = int(bool(self.part.parts & canvas.selection.parts))
        state.invalid = int(area is None)
        if area is not None:
            body = QRectF(area.x, area.y, max(area.width, 1), max(area.height, 1))
            state.offscreen = int(not self._view.seen.intersects(body))
        return state

    @answers(str)
    def text(self, kind: QAccessible.Text) -> str:
        document, drawing = self._spoken.canvas.document, self._spoken.drawing
        if not self.isValid():
            return ""
        if kind is QAccessible.Text.Name:
            return spoken.name_of(document, drawing, self.part, self._spoken.number(self.part) + 1)
        if kind is QAccessible.Text.Description:
            return spoken.about(document, drawing, self.part)
        if kind is QAccessible.Text.Value:
            return spoken.here_now(document, drawing, self.part)
        return ""

    @answers(list)
    def relations(
        self, match: QAccessible.RelationFlag = QAccessible.RelationFlag.AllRelations
    ) -> list[Relation]:
        drawing, flag = self._spoken.drawing, QAccessible.RelationFlag
        if self.part.edge is not None:
            box = drawing.shown.box
            ends = [(box(self.part.edge[2]), flag.FlowsTo), (box(self.part.edge[0]), flag.FlowsFrom)]
        elif self.part.name in drawing.boxes and self.part.target is Target.NODE:
            ends = [(name, flag.FlowsTo) for name in walk.leads_to(drawing, self.part.name)]
            ends += [(name, flag.FlowsFrom) for name in walk.led_from(drawing, self.part.name)]
        else:
            ends = []
        wanted = [(self._spoken.part(node_hit(name)), how) for name, how in ends if how & match]
        return [(made, how) for made, how in wanted if made is not None]

    @property
    def _view(self) -> CanvasView:
        return self._spoken.canvas.view


def only_part(found: Hit) -> Hit:
    """The part that lies under a pointer: of a port its node, of a handle its edge."""
    if found.edge is not None:
        return Hit(Target.EDGE, edge=found.edge)
    parts = found.parts
    return next((node_hit(name) for name in parts.nodes), found)


def _install() -> None:
    if not _INSTALLED:
        _INSTALLED.append(_made)
        QAccessible.installFactory(_made)


def _made(_key: str, widget: object) -> Interface:
    if not isinstance(widget, CanvasView):
        return None
    interface = CanvasInterface(widget)
    widget.interface = interface
    return interface
