"""Walking over the drawing by keys, and moving what has the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from app.canvas import walk
from app.canvas.commands import Move
from app.canvas.deeds.base import Deed, Effect, Group, Key, Place
from app.canvas.focus import NOTHING, area_of, node_hit
from app.canvas.gestures.keys_move import MoveByKeys
from app.canvas.hits import Hit, Target
from app.canvas.inhabitants import inhabitants
from app.canvas.walk import Way
from app.canvas.words import tr

if TYPE_CHECKING:
    from app.canvas.edits import EdgeKey
    from app.canvas.widget import Canvas

FAR: Final = 8
"""Steps of the grid that Shift makes of one."""


def go(canvas: Canvas, way: Way) -> None:
    """One arrow: along an edge, to a sibling, or to what is nearest; what has no way on is said."""
    focus = canvas.focus
    if not focus.part.parts:
        focus.appear()
        focus.walk_to(focus.part)
    elif focus.part.edge is not None:
        _go_from_edge(canvas, focus.part.edge, way)
    elif focus.node:
        _go_from_node(canvas, focus.node, way)
    else:
        _go_near(canvas, way)


def go_first(canvas: Canvas) -> None:
    """The first start."""
    _walk_to_node(canvas, walk.first_start(canvas.scene.drawing))


def go_last(canvas: Canvas) -> None:
    """The rightmost node."""
    _walk_to_node(canvas, walk.last_node(canvas.scene.drawing))


def go_by_order(canvas: Canvas, step: int) -> None:
    """The next part in reading order: nodes, then notes, then frames."""
    drawing, focus = canvas.scene.drawing, canvas.focus
    row = [node_hit(name) for name in walk.in_reading_order(drawing, drawing.boxes)]
    row += [Hit(Target.NOTE, note.id) for note in drawing.notes]
    row += [Hit(Target.FRAME, frame.id) for frame in drawing.frames]
    here = node_hit(drawing.shown.box(focus.part.edge[0])) if focus.part.edge else focus.part
    there = walk.beside(row, here, step) if here in row else row[0]
    if there is not None:
        focus.walk_to(there)


def go_to_edge(canvas: Canvas) -> None:
    """From a node onto an edge that leaves it; from an edge onto the next one."""
    drawing, focus = canvas.scene.drawing, canvas.focus
    if focus.part.edge is not None:
        row = walk.edges_from(drawing, drawing.shown.box(focus.part.edge[0]))
        after = walk.beside(row, focus.part.edge, 1) or next(iter(row), focus.part.edge)
        focus.walk_to(Hit(Target.EDGE, edge=after))
        return
    row = walk.edges_from(drawing, focus.node) or walk.edges_into(drawing, focus.node)
    if row:
        focus.walk_to(Hit(Target.EDGE, edge=row[0]))
    else:
        canvas.said.emit(tr("No edge here yet. C connects this node"))


def open_focused(canvas: Canvas) -> None:
    """The settings of the focused node, the text of a note; a closed branch is opened up."""
    if canvas.papers.box:
        canvas.run("open-up")
        return
    if canvas.papers.can_open(canvas.selection.parts):
        canvas.papers.write()
        return
    name = canvas.focus.node
    canvas.focus.walk_to(node_hit(name))
    canvas.open_requested.emit(name)


def open_settings(canvas: Canvas) -> None:
    """The fields of the focused node beside the canvas, with the cursor in the first."""
    canvas.settings_requested.emit(canvas.focus.node)


def nudge(canvas: Canvas, way: Way, far: int) -> None:
    """Moves what is selected, else what has the focus, by one step of the grid or eight."""
    chosen = canvas.selection.parts or canvas.focus.parts
    across, down = way.value
    step = canvas.style_.m.grid * far
    by = (across * step, down * step)
    chosen = chosen | inhabitants(canvas.scene.drawing, chosen.frames)
    canvas.document.do(Move(canvas.document, by, chosen.nodes, chosen.notes, chosen.frames, by_keys=True))
    canvas.scene.settle()
    canvas.focus.scroll_to()


def move(canvas: Canvas) -> None:
    """Arrows move what is selected, else what has the focus, until Enter or Esc."""
    canvas.keys.begin(MoveByKeys(canvas, canvas.selection.parts or canvas.focus.parts))


def _go_from_edge(canvas: Canvas, edge: EdgeKey, way: Way) -> None:
    focus, box = canvas.focus, canvas.scene.drawing.shown.box
    if way is Way.RIGHT:
        focus.walk_to(node_hit(box(edge[2])), came=box(edge[0]))
    elif way is Way.LEFT:
        focus.walk_to(node_hit(box(edge[0])))
    else:
        row = walk.edges_from(canvas.scene.drawing, box(edge[0]))
        there = walk.beside(row, edge, way.value[1])
        if there is not None:
            focus.walk_to(Hit(Target.EDGE, edge=there))


def _go_from_node(canvas: Canvas, name: str, way: Way) -> None:
    drawing, focus = canvas.scene.drawing, canvas.focus
    if way is Way.RIGHT and (after := walk.leads_to(drawing, name)):
        focus.walk_to(node_hit(after[0]), came=name)
    elif way is Way.LEFT and (before := walk.led_from(drawing, name)):
        came = focus.came.get(name, "")
        focus.walk_to(node_hit(came if came in before else before[0]))
    elif way in (Way.UP, Way.DOWN) and (sibling := _sibling(canvas, name, way)):
        focus.walk_to(node_hit(sibling), came=focus.came.get(name, ""))
    elif way in (Way.UP, Way.DOWN) or walk.is_loose(drawing, name):
        _go_near(canvas, way)
    elif way is Way.RIGHT:
        canvas.said.emit(tr("Nothing follows here. Tab adds a node, C connects"))
    else:
        canvas.said.emit(tr("Nothing leads here"))


def _sibling(canvas: Canvas, name: str, way: Way) -> str | None:
    drawing = canvas.scene.drawing
    before = walk.led_from(drawing, name)
    came = canvas.focus.came.get(name, "")
    source = came if came in before else next(iter(before), "")
    if not source:
        return None
    canvas.focus.came[name] = source
    return walk.beside(walk.leads_to(drawing, source), name, way.value[1])


def _go_near(canvas: Canvas, way: Way) -> None:
    drawing, here = canvas.scene.drawing, canvas.focus.part
    parts = [node_hit(name) for name in drawing.boxes]
    parts += [Hit(Target.NOTE, note.id) for note in drawing.notes]
    parts += [Hit(Target.FRAME, frame.id) for frame in drawing.frames]
    areas = {part: area for part in parts if part != here and (area := area_of(drawing, part)) is not None}
    standing = area_of(drawing, here)
    there = walk.nearest(standing, areas, way) if standing is not None else None
    if there is not None:
        canvas.focus.walk_to(there)


def _walk_to_node(canvas: Canvas, name: str) -> None:
    if name:
        canvas.focus.walk_to(node_hit(name))


def _has_parts(canvas: Canvas) -> bool:
    return bool(canvas.document.flow.nodes or canvas.document.flow.notes or canvas.scene.drawing.frames)


def _walks(canvas: Canvas) -> bool:
    """Several selected parts are moved by the arrows, unless Space is taking them together."""
    parts = canvas.selection.parts
    count = len(parts.nodes) + len(parts.notes) + len(parts.frames) + len(parts.edges)
    is_one = count < 2 or parts == canvas.focus.parts
    return _has_parts(canvas) and (is_one or canvas.focus.is_gathering)


def _moves(canvas: Canvas) -> bool:
    parts = canvas.selection.parts or canvas.focus.live.parts
    return bool(parts.nodes or parts.notes or parts.frames)


def _on_node(canvas: Canvas) -> bool:
    return bool(canvas.focus.node) and canvas.focus.live != NOTHING


def _opens(canvas: Canvas) -> bool:
    return _on_node(canvas) or canvas.papers.can_open(canvas.selection.parts)


def _on_node_or_edge(canvas: Canvas) -> bool:
    return _on_node(canvas) or canvas.focus.live.edge is not None


def _walking(name: str, words: str, keys: tuple[Key, ...], run: Callable[[Canvas], None]) -> Deed:
    return Deed(name, words, Group.WALK, Effect.LOOKS, run, keys, _walks, on_paper=True)


def _nudging(way: Way, key: str, near: str, far: str) -> tuple[Deed, Deed]:
    return (
        Deed(
            f"nudge-{key.lower()}",
            near,
            Group.WALK,
            Effect.CHANGES,
            lambda canvas: nudge(canvas, way, 1),
            (f"Ctrl+{key}", key),
            _moves,
            on_paper=True,
        ),
        Deed(
            f"nudge-{key.lower()}-far",
            far,
            Group.WALK,
            Effect.CHANGES,
            lambda canvas: nudge(canvas, way, FAR),
            (f"Shift+{key}", f"Ctrl+Shift+{key}"),
            _moves,
            on_paper=True,
        ),
    )


DEEDS: Final = (
    Deed(
        "open",
        "Open",
        Group.WALK,
        Effect.CHANGES,
        open_focused,
        ("Return", "Enter"),
        _opens,
        (Place.NODE,),
        icon="edit",
        on_paper=True,
    ),
    Deed(
        "settings",
        "Settings",
        Group.WALK,
        Effect.LOOKS,
        open_settings,
        ("Ctrl+Return", "Ctrl+Enter"),
        _on_node,
        (Place.NODE,),
        icon="settings",
        on_paper=True,
    ),
    _walking("walk-on", "Walk on along the first edge", ("Right",), lambda canvas: go(canvas, Way.RIGHT)),
    _walking("walk-back", "Walk back", ("Left",), lambda canvas: go(canvas, Way.LEFT)),
    _walking("walk-up", "Walk to the sibling above", ("Up",), lambda canvas: go(canvas, Way.UP)),
    _walking("walk-down", "Walk to the sibling below", ("Down",), lambda canvas: go(canvas, Way.DOWN)),
    _walking("walk-first", "Go to the first start", ("Home",), go_first),
    _walking("walk-last", "Go to the last node", ("End",), go_last),
    _walking("walk-next", "Go to the next part", ("PgDown",), lambda canvas: go_by_order(canvas, 1)),
    _walking("walk-before", "Go to the part before", ("PgUp",), lambda canvas: go_by_order(canvas, -1)),
    Deed(
        "menu",
        "What can be done here",
        Group.WALK,
        Effect.LOOKS,
        lambda canvas: canvas.menus.open_at_focus(),
        ("Shift+F10", "Menu"),
        on_paper=True,
    ),
    Deed(
        "walk-edge",
        "Walk onto an edge",
        Group.WALK,
        Effect.LOOKS,
        go_to_edge,
        ("E",),
        _on_node_or_edge,
        on_paper=True,
    ),
    Deed(
        "select-focused",
        "Select, or take out of the selection",
        Group.WALK,
        Effect.LOOKS,
        lambda canvas: canvas.focus.toggle(),
        ("Space",),
        lambda canvas: canvas.focus.live != NOTHING,
        on_paper=True,
    ),
    Deed("move", "Move by arrows", Group.WALK, Effect.CHANGES, move, ("M",), _moves, on_paper=True),
    *_nudging(Way.LEFT, "Left", "Move left by 8", "Move left by 64"),
    *_nudging(Way.RIGHT, "Right", "Move right by 8", "Move right by 64"),
    *_nudging(Way.UP, "Up", "Move up by 8", "Move up by 64"),
    *_nudging(Way.DOWN, "Down", "Move down by 8", "Move down by 64"),
)
