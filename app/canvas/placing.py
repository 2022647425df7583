"""Where things go: the grid, the pull that makes edges straight, free places, room for an insertion. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from app.canvas.drawing import Drawing
from app.canvas.edits import EdgeKey, downstream
from app.canvas.faces import Face, Shape
from app.canvas.geometry import Box, Rect
from app.canvas.space import Bodies, Span
from app.model.frozen import dataclass

Point = tuple[float, float]

PULL: Final = 6.0
GAP: Final = 48.0
BEAD_GAP: Final = 20.0
_APART: Final = 8.0
_FARTHEST: Final = 640


@dataclass(frozen=True, slots=True)
class Insertion:
    """A node between the ends of an edge: its place, and the new places of what makes room."""

    edge: EdgeKey
    place: Point
    moved: dict[str, Point]


def snapped(value: float, grid: float) -> float:
    """The nearest line of the grid."""
    return round(value / grid) * grid


def straight_pull(drawing: Drawing, name: str, place: Point, moving: Collection[str]) -> float | None:
    """How far down ``name`` at ``place`` has to go so that one of its edges is straight; None: too far."""
    near = [offset for offset in _offsets(drawing, name, place, moving) if abs(offset) <= PULL]
    return min(near, key=abs, default=None)


def free_way(drawing: Drawing, names: Collection[str]) -> Point:
    """The shortest way, along one axis, that brings these nodes off all others."""
    bodies = [drawing.body(name) for name in names]
    others = _others(drawing, bodies, names, _FARTHEST)
    for dx, dy in _ways_out(drawing.m.grid):
        if not any(others.blocks(_moved(body, dx, dy)) for body in bodies):
            return dx, dy
    return 0.0, 0.0


def free_place(drawing: Drawing, box: Box, place: Point) -> Point:
    """``place``, or the nearest one along an axis where a new node covers no other."""
    body = box.body.moved(*place)
    others = _others(drawing, [body], (), _FARTHEST)
    for dx, dy in _ways_out(drawing.m.grid):
        if not others.blocks(_moved(body, dx, dy)):
            return place[0] + dx, place[1] + dy
    return place


def insertion(drawing: Drawing, edge: EdgeKey, face: Face, box: Box, wish: Point) -> Insertion | None:
    """How a node can stand on an edge near ``wish``: in the gap, else what follows moves right."""
    source, outlet, target = edge
    start, end = drawing.port(source, outlet), drawing.inlet(target)
    if start is None or end is None:
        return None
    before = _gap(face, drawing.faces[source])
    after = _gap(face, drawing.faces[target])
    grid = drawing.m.grid
    first = _grid_up(start[0] + before, grid)
    last = drawing.places[target][0] - after - box.body.width
    x = min(max(snapped(wish[0], grid), first), max(last, first))
    y = drawing.places[target][1] if abs(wish[1] - drawing.places[target][1]) < 3 * grid else wish[1]
    y = snapped(y, grid) if y == wish[1] else y
    missing = x + box.body.width + after - drawing.places[target][0]
    moved: dict[str, Point] = {}
    if missing > 0:
        shift = _grid_up(missing, grid)
        line = drawing.places[target][0]
        moved = {
            name: (drawing.places[name][0] + shift, drawing.places[name][1])
            for name in downstream(drawing.flow, target)
            if name in drawing.places and drawing.places[name][0] >= line and name != source
        }
    return Insertion(edge, (x, y), moved)


def _gap(face: Face, other: Face) -> float:
    return BEAD_GAP if Shape.BEAD in (face.shape, other.shape) else GAP


def _grid_up(value: float, grid: float) -> float:
    return -(-value // grid) * grid


def _offsets(drawing: Drawing, name: str, place: Point, moving: Collection[str]) -> Iterator[float]:
    box = drawing.boxes[name]
    for key in drawing.touching.get(name, ()):
        other = key[2] if key[0] == name else key[0]
        if other in moving or other == name or other not in drawing.boxes:
            continue
        if key[0] == name:
            port, inlet = box.port(key[1]), drawing.inlet(key[2])
            if port is not None and inlet is not None:
                yield inlet[1] - (place[1] + port.y)
        elif box.inlet is not None and (end := drawing.port(key[0], key[1])) is not None:
            yield end[1] - (place[1] + box.inlet[1])


def _ways_out(grid: float) -> Iterable[Point]:
    yield 0.0, 0.0
    way = grid
    while way <= _FARTHEST:
        yield from ((0.0, way), (0.0, -way), (way, 0.0), (-way, 0.0))
        way += grid


def bodies_overlap(drawing: Drawing, names: Collection[str]) -> bool:
    """Whether one of these nodes covers another that is not among them."""
    bodies = [drawing.body(name) for name in names]
    others = _others(drawing, bodies, names, 0, apart=0)
    return any(others.blocks(_moved(body, 0, 0)) for body in bodies)


def _others(
    drawing: Drawing, bodies: Sequence[Rect], names: Collection[str], reach: float, apart: float = _APART
) -> Bodies:
    """What stands within ``reach`` of these bodies, each with so much room around it, but for ``names``."""
    if not bodies:
        return Bodies()
    left, top = min(body.x for body in bodies), min(body.y for body in bodies)
    right, bottom = max(body.right for body in bodies), max(body.bottom for body in bodies)
    area = Rect(left, top, right - left, bottom - top).grown(reach + apart)
    near = [name for name in drawing.nodes_near(area) if name not in names]
    return Bodies({name: drawing.body(name).grown(apart) for name in near})


def _moved(body: Rect, dx: float, dy: float) -> Span:
    return body.x + dx, body.y + dy, body.right + dx, body.bottom + dy


def straightened(drawing: Drawing, places: Mapping[str, Point]) -> dict[str, Point]:
    """``places`` with nodes pulled, from left to right, onto the line of an outlet that leads to them.

    The grid and the rows of outlets do not meet; this takes the last few px out of an arranged drawing.
    """
    found = dict(places)
    for name in sorted(found, key=lambda one: found[one]):
        box, (x, y) = drawing.boxes[name], found[name]
        offsets = [
            found[key[0]][1] + port.y - (y + box.inlet[1])
            for key in drawing.touching.get(name, ())
            if key[2] == name and key[0] in found and box.inlet is not None
            if (port := drawing.boxes[key[0]].port(key[1])) is not None
        ]
        near = [offset for offset in offsets if abs(offset) <= PULL]
        if near:
            found[name] = (x, y + min(near, key=abs))
    return found
