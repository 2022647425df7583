"""Drawing a frame, and pulling notes and frames larger or smaller by their edges and corners."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt

from app.canvas.commands import FlowCommand
from app.canvas.edits import framed, put_note
from app.canvas.frames import Frame, frames_of
from app.canvas.geometry import Rect
from app.canvas.gestures.base import Gesture, Stage
from app.canvas.hits import Hit, Target
from app.canvas.items.paper import FRAME_LEAST, NOTE_LEAST, FrameItem
from app.canvas.look import Level
from app.canvas.naming import fresh_id
from app.canvas.placing import snapped
from app.canvas.scene import CanvasScene
from app.canvas.selection import Parts
from app.canvas.words import tr
from app.model.flow import Note
from app.model.frozen import dataclass

_CATCH: Final = 6.0
"""Screen px on both sides of an edge within which it is taken hold of."""
_CORNER: Final = 12.0
_CURSORS: Final = {
    (1, 0): Qt.CursorShape.SizeHorCursor,
    (-1, 0): Qt.CursorShape.SizeHorCursor,
    (0, 1): Qt.CursorShape.SizeVerCursor,
    (0, -1): Qt.CursorShape.SizeVerCursor,
    (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (-1, -1): Qt.CursorShape.SizeFDiagCursor,
    (1, -1): Qt.CursorShape.SizeBDiagCursor,
    (-1, 1): Qt.CursorShape.SizeBDiagCursor,
}
_MOST_RINGED: Final = 2_000


@dataclass(frozen=True, slots=True)
class Grip:
    """An edge or corner of a paper: ``across`` and ``down`` are -1, 0 or 1 from its middle."""

    target: Target
    name: str
    across: int
    down: int

    @property
    def cursor(self) -> Qt.CursorShape:
        return _CURSORS[self.across, self.down]


def grip_at(scene: CanvasScene, at: QPointF, found: Hit) -> Grip | None:
    """The edge or corner at ``at``, where ``found`` is what lies there otherwise."""
    if found.target not in (Target.NOTE, Target.FRAME, Target.NOTHING) or scene.look.level is Level.OVERVIEW:
        return None
    for note in reversed(scene.drawing.notes):
        if note.id in scene.notes and (grip := _grip(scene, Target.NOTE, note.id, _area_of(note), at)):
            return grip
        if found == Hit(Target.NOTE, note.id):
            return None
    for frame in reversed(scene.drawing.frames):
        if grip := _grip(scene, Target.FRAME, frame.id, _area_of(frame), at):
            return grip
    return None


class Resize(Gesture):
    """Pulls an edge or corner; what lies inside stays where it is."""

    def __init__(self, stage: Stage, grip: Grip) -> None:
        super().__init__(stage)
        self.cursor = grip.cursor
        self._grip = grip
        self._start = QPointF()
        flow = stage.document.flow
        listed = flow.notes if grip.target is Target.NOTE else frames_of(flow)
        self._before: Note | Frame = next(part for part in listed if part.id == grip.name)
        self._now = self._before

    def begin(self, at: QPointF) -> None:
        self._start = at
        if self._grip.target is Target.NOTE:
            self.stage.selection.set(Parts(notes=frozenset({self._grip.name})))
        else:
            self.stage.selection.set(Parts(frames=frozenset({self._grip.name})))

    def move(self, at: QPointF) -> None:
        way, area = at - self._start, _area_of(self._before)
        grid = self.stage.scene.look.style.m.grid
        least = NOTE_LEAST if isinstance(self._before, Note) else FRAME_LEAST
        x, width = _pulled(area.x, area.right, way.x(), self._grip.across, grid, least[0])
        y, height = _pulled(area.y, area.bottom, way.y(), self._grip.down, grid, least[1])
        self._show(replace(self._before, x=x, y=y, width=width, height=height))

    def end(self, at: QPointF) -> None:
        self.move(at)
        document, now = self.stage.document, self._now
        if isinstance(now, Note):
            note = now
            command = FlowCommand(document, tr("Resize a note"), lambda flow: put_note(flow, note))
        else:
            frame = now
            command = FlowCommand(document, tr("Resize a frame"), lambda flow: framed(flow, frame))
        document.do(command)

    def cancel(self) -> None:
        self._show(self._before)

    def _show(self, part: Note | Frame) -> None:
        self._now, scene = part, self.stage.scene
        if isinstance(part, Note):
            if (note := scene.notes.get(part.id)) is not None:
                note.show_note(part)
        elif (frame := scene.frames.get(part.id)) is not None:
            frame.show_frame(part)


class DrawFrame(Gesture):
    """Draws a frame; what would be inside is ringed meanwhile. Too small a one is none."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._start = QPointF()
        self._before = Parts()
        self._item = FrameItem(stage.scene.look, Frame("", "", 0, 0, 0, 0))

    def begin(self, at: QPointF) -> None:
        self._start = at
        self._before = self.stage.selection.parts
        self.stage.scene.addItem(self._item)
        self.move(at)

    def move(self, at: QPointF) -> None:
        grid = self.stage.scene.look.style.m.grid
        area = QRectF(self._start, at).normalized()
        left, top = snapped(area.left(), grid), snapped(area.top(), grid)
        right, bottom = snapped(area.right(), grid), snapped(area.bottom(), grid)
        frame = Frame("", "", left, top, right - left, bottom - top)
        self._item.show_frame(frame)
        self._item.setOpacity(1 if _is_large(frame) else 0.4)
        self.stage.selection.set(_inside(self.stage.scene, frame) if _is_large(frame) else Parts())

    def end(self, at: QPointF) -> None:
        self.move(at)
        self.stage.scene.removeItem(self._item)
        document = self.stage.document
        drawn = self._item.frame
        if not _is_large(drawn):
            self.stage.selection.set(self._before)
            return
        frame = replace(drawn, id=fresh_frame_id(frames_of(document.flow)))
        document.do(FlowCommand(document, tr("Draw a frame"), lambda flow: framed(flow, frame)))
        self.stage.selection.set(Parts(frames=frozenset({frame.id})))
        self.stage.view.drawn.emit(frame.id)

    def cancel(self) -> None:
        self.stage.scene.removeItem(self._item)
        self.stage.selection.set(self._before)


def fresh_frame_id(frames: tuple[Frame, ...]) -> str:
    """An id that no frame has."""
    return fresh_id("frame", {frame.id for frame in frames})


def _is_large(frame: Frame) -> bool:
    return frame.width >= FRAME_LEAST[0] and frame.height >= FRAME_LEAST[1]


def _inside(scene: CanvasScene, frame: Frame) -> Parts:
    if len(scene.drawing.boxes) > _MOST_RINGED:
        return Parts()
    area, drawing = _area_of(frame), scene.drawing
    return Parts(
        nodes=frozenset(name for name in drawing.boxes if area.holds(drawing.body(name))),
        notes=frozenset(note.id for note in drawing.notes if area.holds(_area_of(note))),
    )


def _area_of(part: Note | Frame) -> Rect:
    """The paper as it is drawn: a note in a file may be smaller than any that is drawn."""
    if isinstance(part, Note):
        return Rect(part.x, part.y, max(part.width, NOTE_LEAST[0]), max(part.height, NOTE_LEAST[1]))
    return Rect(part.x, part.y, part.width, part.height)


def _grip(scene: CanvasScene, target: Target, name: str, area: Rect, at: QPointF) -> Grip | None:
    reach, corner = _CATCH / scene.look.zoom, _CORNER / scene.look.zoom
    x, y = at.x(), at.y()
    if not area.grown(reach).holds(Rect(x, y, 0, 0)):
        return None
    if area.width < 4 * reach or area.height < 4 * reach or area.grown(-reach).holds(Rect(x, y, 0, 0)):
        return None
    across = _side(x, area.x, area.right, corner if min(y - area.y, area.bottom - y) <= reach else reach)
    down = _side(y, area.y, area.bottom, corner if min(x - area.x, area.right - x) <= reach else reach)
    return Grip(target, name, across, down) if across or down else None


def _side(at: float, first: float, last: float, reach: float) -> int:
    return -1 if at - first <= reach else 1 if last - at <= reach else 0


def _pulled(
    first: float, last: float, way: float, side: int, grid: float, least: float
) -> tuple[float, float]:
    """Where the paper begins and how long it is, after one of its ends was pulled by ``way``."""
    if side > 0:
        return first, max(least, snapped(last + way, grid) - first)
    if side < 0:
        begin = min(snapped(first + way, grid), last - least)
        return begin, last - begin
    return first, last - first
