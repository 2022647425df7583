"""Flows for the tests of the canvas: by hand, by chance, and edits by chance."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from hypothesis import strategies as st

from app.canvas import edits
from app.canvas.drawing import Drawing
from app.canvas.frames import Frame
from app.canvas.theme import Measures
from app.model.flow import Edge, Flow, Node, Note
from app.model.kinds import KINDS, outlets_of

M = Measures()
IDS = [f"n{number}" for number in range(12)]


def measure(text: str, px: int, weight: int) -> float:
    """Every letter is as wide as 0.6 of the font is high."""
    return 0.6 * px * len(text)


def drawing(flow: Flow) -> Drawing:
    return Drawing(flow, M, measure)


def node(name: str, kind: str = "email", x: float = 0, y: float = 0, **settings: object) -> Node:
    return Node(name, kind, name.title(), x, y, settings)


def delay(length: str) -> Node:
    return Node("a", "delay", "", 0, 0, {"for": length})


def chain(*kinds: str, gap: float = 240) -> Flow:
    """Nodes in one row, each joined to the next by its first outlet."""
    nodes = tuple(node(f"n{number}", kind, number * gap, 0) for number, kind in enumerate(kinds))
    edges = tuple(Edge(one.id, outlets_of(one)[0].name, other.id) for one, other in pairwise(nodes))
    return Flow("Chain", nodes, edges)


settings = st.fixed_dictionaries(
    {},
    optional={
        "reactions": st.lists(st.sampled_from(["opened", "clicked", "bought"]), max_size=3),
        "timeout": st.sampled_from(["P1D", "PT2H", "nonsense"]),
        "subject": st.text(max_size=12),
        "for": st.sampled_from(["PT30M", "P3D", ""]),
        "events": st.lists(st.sampled_from(["order_completed", "visit"]), max_size=2),
        "rungs": st.sampled_from(
            [[], "none", [3], [{"kind": "popup", "try_for": "P1D"}, {"kind": "sms"}], [{"kind": "fax"}]]
        ),
        "arms": st.sampled_from([[], [None], [{"name": "A", "weight": 1}, {"name": "B", "weight": "much"}]]),
        "hold_out": st.sampled_from([0, 10, "some"]),
        "ways": st.lists(st.sampled_from(["yes", "no", "maybe"]), max_size=3, unique=True).map(
            lambda names: [{"name": name} for name in names]
        ),
    },
)
places = st.integers(-40, 120).map(lambda number: number * 8.0)
kinds = st.sampled_from([*KINDS, "strange.kind"])


@st.composite
def flows(draw: st.DrawFn, most: int = 8) -> Flow:
    """Any drawing, also a foolish one: circles, open ends, overlapping nodes."""
    names = draw(st.lists(st.sampled_from(IDS), max_size=most, unique=True))
    nodes = tuple(
        Node(name, draw(kinds), draw(st.text(max_size=8)), draw(places), draw(places), draw(settings))
        for name in names
    )
    return Flow("Flow", nodes, draw(_edges(nodes)), draw(_notes()))


@st.composite
def _edges(draw: st.DrawFn, nodes: tuple[Node, ...]) -> tuple[Edge, ...]:
    if not nodes:
        return ()
    found: dict[tuple[str, str], Edge] = {}
    for _ in range(draw(st.integers(0, 2 * len(nodes)))):
        source = draw(st.sampled_from(nodes))
        names = [outlet.name for outlet in outlets_of(source)] or ["somewhere"]
        edge = Edge(source.id, draw(st.sampled_from(names)), draw(st.sampled_from(nodes)).id)
        found[edge.source, edge.outlet] = edge
    return tuple(found.values())


@st.composite
def _notes(draw: st.DrawFn) -> tuple[Note, ...]:
    count = draw(st.integers(0, 2))
    return tuple(
        Note(f"note{number}", draw(st.text(max_size=20)), draw(places), draw(places))
        for number in range(count)
    )


@st.composite
def arranged(draw: st.DrawFn) -> Flow:
    """Nodes in columns that do not touch, joined from left to right."""
    columns = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    nodes: list[Node] = []
    for number, count in enumerate(columns):
        y = float(draw(st.integers(0, 20)) * 8)
        for _ in range(count):
            kind = draw(st.sampled_from(["email", "check", "set", "delay", "wait", "end"]))
            made = Node(f"n{len(nodes)}", kind, "", number * 288.0, y, draw(settings))
            nodes.append(made)
            y += 56 + 24 * (len(outlets_of(made)) + 1) + 40
    edges: dict[tuple[str, str], Edge] = {}
    for source in nodes:
        for outlet in outlets_of(source):
            later = [target for target in nodes if target.x > source.x]
            wants: bool = draw(st.booleans())
            if later and wants:
                edges[source.id, outlet.name] = Edge(source.id, outlet.name, draw(st.sampled_from(later)).id)
    return Flow("Arranged", tuple(nodes), tuple(edges.values()))


Edit = Callable[[Flow], Flow]


@st.composite
def edits_of(draw: st.DrawFn, flow: Flow) -> Edit:
    """Any edit of this flow."""
    names = [one.id for one in flow.nodes]
    choices = ["add", "note", "name", "frame"]
    if names:
        choices += ["remove", "move", "settings", "rename", "connect", "disconnect", "place"]
    choice = draw(st.sampled_from(choices))
    if choice == "add":
        free = [name for name in IDS if name not in names]
        if not free:
            return lambda one: one
        fresh = Node(draw(st.sampled_from(free)), draw(kinds), "", draw(places), draw(places), draw(settings))
        return lambda one: edits.add(one, [fresh])
    if choice == "note":
        note = Note(f"note{draw(st.integers(0, 3))}", draw(st.text(max_size=5)), draw(places), draw(places))
        return lambda one: edits.put_note(one, note)
    if choice == "name":
        title = draw(st.text(max_size=5))
        return lambda one: edits.change_flow(one, title, {"key": title})
    if choice == "frame":
        frame = Frame(f"f{draw(st.integers(0, 2))}", "Frame", draw(places), draw(places), 300, 200)
        return lambda one: edits.framed(one, frame)
    return _edit_of_node(choice, draw(st.sampled_from(names)), draw, flow)


def _edit_of_node(choice: str, name: str, draw: st.DrawFn, flow: Flow) -> Edit:
    if choice == "remove":
        return lambda one: edits.remove(one, {name})
    if choice == "move":
        dx, dy = draw(places), draw(places)
        return lambda one: edits.move(one, dx, dy, nodes={name}, notes={"note0"}, frames={"f0"})
    if choice == "place":
        place = (draw(places), draw(places))
        return lambda one: edits.place(one, {name: place})
    if choice == "settings":
        changes = draw(settings)
        return lambda one: edits.change_settings(one, name, changes)
    if choice == "rename":
        title = draw(st.text(max_size=5))
        return lambda one: edits.rename(one, name, title)
    outlets = [outlet.name for outlet in outlets_of(flow.by_id[name])] or ["somewhere"]
    if choice == "connect":
        edge = Edge(
            name, draw(st.sampled_from(outlets)), draw(st.sampled_from([one.id for one in flow.nodes]))
        )
        return lambda one: edits.connect(one, edge)
    gone = {edits.key_of(edge) for edge in flow.edges if edge.source == name}
    return lambda one: edits.remove(one, edges=gone)
