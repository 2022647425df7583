"""Typing a chain on a canvas: the line, the ghosts of what it says, and the one step that adds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPointF, Qt, QTimer
from shiboken6 import isValid

from app.canvas.chaining import Draft, drafted
from app.canvas.commands import FlowCommand
from app.canvas.gestures.ghosts import Ghosts
from app.canvas.parts.chainline import ChainLine
from app.canvas.selection import Parts
from app.canvas.style import Style
from app.canvas.words import node_title, outlet_words, tr
from app.flows.chains.reading import Chain, read_chain

if TYPE_CHECKING:
    from app.canvas.widget import Canvas

_EDGE: Final = 16
_BOTTOM: Final = 136
"""The small map lies there."""
_READABLE: Final = 0.6
_MANY: Final = 500
_REST: Final = 150
"""In a drawing of many nodes the ghosts follow when the keys have rested for so many ms."""


class Chainer(QObject):
    """One for each canvas. Nothing of the document changes before Enter."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.card = ChainLine(canvas.style_, canvas.view.viewport())
        self._ghosts: Ghosts | None = None
        self._chain: Chain = read_chain("")
        self._seen: tuple[float, QPointF] | None = None
        self._origin = (0.0, 0.0)
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.timeout.connect(self._refresh)
        self.card.typed.connect(self._on_typed)
        self.card.taken.connect(self._add)
        self.card.left.connect(self._leave)
        canvas.view.viewed.connect(self._place)

    @property
    def is_open(self) -> bool:
        """Whether the line is there."""
        return self._ghosts is not None

    @property
    def draft(self) -> Draft | None:
        """What Enter would add now."""
        return self._ghosts.draft if self._ghosts is not None else None

    def ask(self, line: str = "") -> None:
        """Opens the line, behind the selected node where it has a free way out."""
        if self.is_open:
            self.card.ask(line or self.card.line)
            return
        canvas = self._canvas
        canvas.scene.settle()
        self._seen = (canvas.view.zoom, canvas.view.seen.topLeft())
        if canvas.view.zoom < _READABLE:
            canvas.view.set_zoom(_READABLE)
        self._ghosts = Ghosts(canvas.scene)
        canvas.selection.changed.connect(self._refresh)
        canvas.document.changed.connect(self._refresh)
        canvas.show_hint()
        self.card.ask(line)
        self._origin = self._at()
        self._refresh()

    def close(self) -> None:
        """Takes line and ghosts away; nothing is added."""
        if self._ghosts is None:
            return
        canvas, ghosts = self._canvas, self._ghosts
        self._ghosts = None
        self._waiting.stop()
        canvas.selection.changed.disconnect(self._refresh)
        canvas.document.changed.disconnect(self._refresh)
        if isValid(canvas.scene):
            ghosts.clear()
        self.card.hide()
        canvas.show_hint()
        canvas.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_style(self, style: Style) -> None:
        """Another theme."""
        self.card.set_style(style)

    def _leave(self) -> None:
        """Esc: nothing is added, and the same part of the drawing is seen as before."""
        seen, view = self._seen, self._canvas.view
        self.close()
        if seen is not None:
            view.set_zoom(seen[0])
            view.show_from(seen[1])

    def _add(self) -> None:
        """Enter: what the line says comes, as one step; a word that was not understood is shown instead."""
        self._refresh()
        wrong = next(iter(self._chain.complaints), None)
        draft, canvas = self.draft, self._canvas
        if wrong is not None:
            self.card.show_complaint(wrong)
        elif draft is None or not draft.nodes:
            self._leave()
        else:
            self.close()
            canvas.document.do(FlowCommand(canvas.document, _words(draft), lambda _flow: draft.added))
            canvas.selection.set(Parts.of_nodes(draft.nodes))

    def _on_typed(self) -> None:
        if len(self._canvas.document.flow.nodes) > _MANY:
            self._waiting.start(_REST)
        else:
            self._refresh()

    def _refresh(self) -> None:
        self._waiting.stop()
        if self._ghosts is None:
            return
        canvas = self._canvas
        self._chain = read_chain(self.card.line)
        self._ghosts.make_room_no_longer()
        draft = drafted(canvas.scene.drawing, self._chain, self._behind(), self._origin)
        self._ghosts.show(draft)
        self.card.say(self._chain.complaints, self._says(draft))
        self._place()
        self._show_ghosts()

    def _behind(self) -> str:
        """The one node that is selected; a box of several has no outlet of its own."""
        drawing = self._canvas.scene.drawing
        names = [name for name in self._canvas.selected if name in drawing.boxes]
        return names[0] if len(names) == 1 and names[0] not in drawing.shown.inside else ""

    def _at(self) -> tuple[float, float]:
        """Where a chain begins that hangs on nothing: in view, clear of the line."""
        view = self._canvas.view
        place = view.to_scene(QPointF(_EDGE + 80, self.card.height() + 2 * _EDGE + 80))
        return place.x(), place.y()

    def _says(self, draft: Draft) -> str:
        if not draft.nodes:
            return tr(
                "Steps with > between. “?” asks, and “opened:”, “yes:” or “after 1d:” say where it leads."
            )
        count = tr("1 node") if len(draft.nodes) == 1 else tr("{count} nodes").format(count=len(draft.nodes))
        if not draft.source:
            return tr("Enter adds {nodes}.").format(nodes=count)
        node = draft.flow.by_id[draft.source]
        return tr("Enter adds {nodes} after {title}, {outlet}.").format(
            nodes=count, title=node_title(node), outlet=outlet_words(node, draft.outlet)
        )

    def _place(self) -> None:
        if self.is_open:
            self.card.fit()
            width = self._canvas.view.viewport().width()
            self.card.move(max(_EDGE, (width - self.card.width()) // 2), _EDGE)

    def _show_ghosts(self) -> None:
        """Moves the paper, and the eye back, only as far as is needed to see what would come."""
        if self._ghosts is None or (area := self._ghosts.area).isEmpty():
            return
        view = self._canvas.view
        size, top = view.viewport().size(), self.card.height() + 2 * _EDGE
        room = (size.width() - 2 * _EDGE) / area.width(), (size.height() - top - _BOTTOM) / area.height()
        if min(room) < view.zoom > _READABLE:
            view.set_zoom(max(_READABLE, min(room)))
        top_left, bottom_right = view.to_screen(area.topLeft()), view.to_screen(area.bottomRight())
        across = min(0.0, size.width() - _EDGE - bottom_right.x())
        across += max(0.0, _EDGE - top_left.x() - across) if top_left.x() + across < _EDGE else 0.0
        down = min(0.0, size.height() - _BOTTOM - bottom_right.y())
        down += max(0.0, top - top_left.y() - down)
        if across or down:
            view.pan(across, down)


def _words(draft: Draft) -> str:
    if len(draft.nodes) == 1:
        return tr("Add {name}").format(name=node_title(draft.flow.by_id[draft.nodes[0]]))
    return tr("Add {count} nodes").format(count=len(draft.nodes))
