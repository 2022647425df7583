"""The part of the drawing that has the keyboard focus: one node, edge, note or frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QRectF, Signal

from app.canvas import walk
from app.canvas.drawing import Drawing
from app.canvas.geometry import Rect
from app.canvas.hits import Hit, Target
from app.canvas.items.ring import RingItem
from app.canvas.selection import Parts

if TYPE_CHECKING:
    from app.canvas.widget import Canvas

NOTHING: Final = Hit()
_MARGIN: Final = (48, 48, 48, 96)
"""Left, top, right and bottom of the view, in screen px, that the focused part is kept clear of."""
_OUTSIDE: Final = 5.0
"""Outside the ring of the selection, where several parts are selected."""


def node_hit(name: str) -> Hit:
    """A node as a part."""
    return Hit(Target.NODE, name)


class KeyFocus(QObject):
    """Where the arrows are. It follows the selection of one part, and remembers the way it came.

    Signals:
        changed: another part has the focus; carries the ``Hit`` before.
    """

    changed = Signal(object)

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._area: Rect | None = None
        self._gathered = Parts()
        self._ring: RingItem | None = None
        self.part = NOTHING
        self.is_shown = False
        """Whether a key brought it here: then the ring is drawn."""
        self.came: dict[str, str] = {}
        """From which node one came to a node."""
        canvas.selection.changed.connect(self._follow)

    @property
    def node(self) -> str:
        """The focused node, empty when another part or none has the focus."""
        return self.part.name if self.part.target is Target.NODE else ""

    @property
    def parts(self) -> Parts:
        """What selecting the focused part selects: of a closed branch, all that is inside."""
        return parts_of(self._canvas.scene.drawing, self.part)

    @property
    def live(self) -> Hit:
        """The part that a key would mean: it is ringed, or it is all that is selected."""
        is_meant = self.is_shown or self._canvas.selection.parts == self.parts
        return self.part if self.part.parts and is_meant else NOTHING

    @property
    def is_gathering(self) -> bool:
        """Whether Space took parts together: arrows then move the focus and leave the selection alone."""
        return bool(self._gathered) and self._gathered == self._canvas.selection.parts

    def open(self) -> None:
        """The canvas shows another scene."""
        self._ring = RingItem(self._canvas.scene.look)
        self._canvas.scene.addItem(self._ring)
        self.came, self._gathered, self.is_shown = {}, Parts(), False
        self._put(NOTHING)

    def close(self) -> None:
        """The scene goes, and the ring with it."""
        self._ring = None

    def walk_to(self, part: Hit, came: str = "") -> None:
        """A key leads here: the part is ringed, scrolled into view and, unless gathering, selected."""
        if came and part.target is Target.NODE:
            self.came[part.name] = came
        self.is_shown = True
        gathers = self.is_gathering
        self._put(part)
        if not gathers:
            self._canvas.selection.set(self.parts)
        self.show_ring()
        self.scroll_to()

    def appear(self) -> None:
        """The keyboard has come to the canvas: shows where, or begins at the first start."""
        self.is_shown = True
        if not self.part.parts:
            self._put(self.first())
        self.show_ring()
        if self.part.parts:
            self.scroll_to()

    def hide(self) -> None:
        """The mouse is used: no ring but that of the selection."""
        self.is_shown = False
        self.show_ring()

    def adopt(self) -> None:
        """A command comes: where nothing is selected it means the part that is ringed."""
        if self.is_shown and self._canvas.view.hasFocus() and not self._canvas.selection.parts:
            self._canvas.selection.set(self.parts)

    def toggle(self) -> None:
        """Space: takes the focused part to the selection, or out of it."""
        selection, part = self._canvas.selection, self.parts
        self.is_shown = True
        if self.is_gathering or selection.parts != part:
            selection.toggle(part)
        self._gathered = selection.parts
        self.show_ring()

    def first(self) -> Hit:
        """Where the keyboard begins: the first start when it is seen, else what is nearest the middle."""
        drawing, seen = self._canvas.scene.drawing, self._canvas.view.seen
        view = Rect(seen.x(), seen.y(), seen.width(), seen.height())
        start = walk.first_start(drawing)
        if not start:
            return NOTHING
        if not drawing.body(start).touches(view):
            near = {name: drawing.body(name) for name in drawing.boxes if drawing.body(name).touches(view)}
            start = walk.closest(view, near) or start
        return node_hit(start)

    def keep(self) -> None:
        """The drawing is another one: the focus stays on its part, or goes to what was next to it."""
        drawing, part = self._canvas.scene.drawing, self.part
        if part.parts and area_of(drawing, part) is None:
            self._put(self._next_best(part))
        else:
            self._area = area_of(drawing, part)
        self.show_ring()

    def scroll_to(self) -> None:
        """Scrolls just so far that the focused part is seen."""
        area = area_of(self._canvas.scene.drawing, self.part)
        if area is not None:
            self._canvas.view.show_area(QRectF(area.x, area.y, area.width, area.height), _MARGIN)

    def show_aim(self, name: str) -> None:
        """A connection would lead to this node: it is ringed and seen, the focus stays where it is."""
        area = area_of(self._canvas.scene.drawing, node_hit(name))
        if area is not None and self._ring is not None:
            body = QRectF(area.x, area.y, area.width, area.height)
            self._ring.show_area(body, self._canvas.scene.look.style.m.radius)
            self._canvas.view.show_area(body, _MARGIN)

    def point_out(self) -> None:
        """Rings the focused part among the selected ones although the keyboard is elsewhere."""
        self.show_ring(elsewhere=True)

    def show_ring(self, *, elsewhere: bool = False) -> None:
        """Draws the ring where it has to be; what is selected has a ring of its own."""
        if self._ring is None:
            return
        part, chosen = self.parts, self._canvas.selection.parts
        if not (part and self.is_shown and (elsewhere or self._canvas.view.hasFocus())) or part == chosen:
            self._ring.hide()
            return
        away = _OUTSIDE if part & chosen else 0.0
        drawing, m = self._canvas.scene.drawing, self._canvas.scene.look.style.m
        area = area_of(drawing, self.part)
        if self.part.edge is not None and (route := drawing.routes.get(self.part.edge)) is not None:
            self._ring.show_line(route.points)
        elif area is not None:
            body = QRectF(area.x, area.y, area.width, area.height).adjusted(-away, -away, away, away)
            self._ring.show_area(body, m.radius + away)

    def _put(self, part: Hit) -> None:
        before, self.part = self.part, part
        self._area = area_of(self._canvas.scene.drawing, part)
        if part != before:
            self.changed.emit(before)

    def _follow(self) -> None:
        """What alone is selected has the focus too."""
        part = only(self._canvas.scene.drawing, self._canvas.selection.parts)
        if part is not None and part != self.part:
            self._put(part)
            if self.is_shown:
                self.scroll_to()
        self.show_ring()

    def _next_best(self, gone: Hit) -> Hit:
        drawing = self._canvas.scene.drawing
        back = drawing.shown.box(gone.edge[0]) if gone.edge else self.came.get(gone.name, "")
        if back in drawing.boxes:
            return node_hit(back)
        bodies = {name: drawing.body(name) for name in drawing.boxes}
        near = walk.closest(self._area, bodies) if self._area is not None else None
        return node_hit(near) if near else NOTHING


def parts_of(drawing: Drawing, part: Hit) -> Parts:
    """What belongs to a part: to a closed branch all that is inside."""
    inside = drawing.shown.inside.get(part.name, ()) if part.target is Target.NODE else ()
    return Parts.of_nodes(inside) if inside else part.parts


def only(drawing: Drawing, parts: Parts) -> Hit | None:
    """The part, where exactly one is selected."""
    firsts = {drawing.shown.box(name) for name in parts.nodes}
    if len(firsts) == 1 and len(parts.nodes) > 1:
        part = node_hit(firsts.pop())
        return part if parts == parts_of(drawing, part) else None
    if len(parts.nodes) + len(parts.edges) + len(parts.notes) + len(parts.frames) != 1:
        return None
    for target, names in (
        (Target.NODE, parts.nodes),
        (Target.NOTE, parts.notes),
        (Target.FRAME, parts.frames),
    ):
        for name in names:
            return Hit(target, name)
    return Hit(Target.EDGE, edge=next(iter(parts.edges)))


def area_of(drawing: Drawing, part: Hit) -> Rect | None:
    """The rectangle around a part; None when it is not in the drawing."""
    if part.target is Target.NODE:
        return drawing.body(part.name) if part.name in drawing.boxes else None
    if part.edge is not None:
        return _around(drawing, part)
    papers = drawing.notes if part.target is Target.NOTE else drawing.frames
    for paper in papers:
        if part.target in (Target.NOTE, Target.FRAME) and paper.id == part.name:
            return Rect(paper.x, paper.y, paper.width, paper.height)
    return None


def _around(drawing: Drawing, part: Hit) -> Rect | None:
    if part.edge is None or part.edge not in drawing.flow_edges():
        return None
    route = drawing.routes.get(part.edge)
    if route is None or not route.points:
        return drawing.body(part.edge[0])
    across, down = [x for x, _ in route.points], [y for _, y in route.points]
    return Rect(min(across), min(down), max(across) - min(across), max(down) - min(down))
