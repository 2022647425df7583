"""Mending the shape: open outlets, bad edges, circles, what nobody comes to, doubled ids, no start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.flows.graph import drawing_of
from app.flows.mending.parts import (
    Fix,
    can_be_led_to,
    free_id,
    joined_without,
    lost_by,
    main_outlet,
    named,
    with_edge,
    with_end,
    with_settings,
    without_edges,
    without_nodes,
)
from app.model.flow import Edge, Flow, Node, Problem
from app.model.kinds import KINDS, OutletRole, kind_of, outlets_of, ticked, value_of
from app.model.rungs import rungs_of

_OPEN = "outlets."


def open_outlet(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Connects it to the nearest node that nobody comes to yet, or ends here."""
    node, outlet = flow.by_id[problem.nodes[0]], problem.setting.removeprefix(_OPEN)
    if outlet not in _failures(node) and (target := _nearest_lost(flow, node)):
        edge = Edge(node.id, outlet, target.id)
        yield Fix(f"Connect to {named(flow, target.id)}", replace(flow, edges=(*flow.edges, edge)))
    yield _end_here(flow, node, outlet)


def unreachable(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Connects the nearest free outlet that leads there, or deletes what only leads to it."""
    node = flow.by_id[problem.nodes[0]]
    if can_be_led_to(node):
        outlet = _nearest_free(flow, node)
        if outlet is not None:
            edge = Edge(outlet[0].id, outlet[1], node.id)
            words = f"Connect from {named(flow, outlet[0].id)}"
            yield Fix(words, replace(flow, edges=(*flow.edges, edge)))
    leading: dict[str, list[str]] = {}
    for one, others in drawing_of(flow).following.items():
        for other in others:
            leading.setdefault(other, []).append(one)
    gone = {node.id}
    todo = [node.id]
    while todo:
        before = [one for one in leading.get(todo.pop(), ()) if one not in gone]
        gone.update(before)
        todo.extend(before)
    words = "Delete it" if len(gone) == 1 else f"Delete it and {len(gone) - 1} before it"
    yield Fix(words, without_nodes(flow, gone))


def bad_edge(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Deletes it, or plugs it in where it makes sense."""
    edge = problem.edge
    if edge is None or edge not in flow.edges:
        return
    same = [one for one in flow.edges if (one.source, one.outlet) == (edge.source, edge.outlet)]
    source, target = flow.by_id.get(edge.source), flow.by_id.get(edge.target)
    if len(same) > 1 and source is not None and target is not None:
        yield from _one_of(flow, same)
        return
    if source is not None:
        yield from _plugged_anew(flow, edge, source, target)
    yield from _cut(flow, [edge], "Delete the edge")
    if source is not None and edge.outlet in {one.name for one in outlets_of(source)}:
        yield _end_here(without_edges(flow, [edge]), source, edge.outlet)


def cycle(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Ends where it leads back."""
    if problem.edge is None:
        return
    edge = problem.edge
    source = flow.by_id[edge.source]
    gone = [one for one in flow.edges if (one.source, one.target) == (edge.source, edge.target)]
    after = without_edges(flow, gone)
    for one in dict.fromkeys(one.outlet for one in gone):
        after = _end_here(after, source, one).flow
    yield Fix(f"End after {named(flow, source.id)}", after)


def duplicate_id(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Only the first would run: the others go."""
    first = flow.by_id[problem.nodes[0]]
    nodes = tuple(node for node in flow.nodes if node is first or node.id != first.id)
    yield Fix("Keep the first alone", replace(flow, nodes=nodes))


def no_entry(flow: Flow, _problem: Problem) -> Iterator[Fix]:
    """A start by hand, before the first node that nothing leads to."""
    led_to = {edge.target for edge in flow.edges if edge.source in flow.by_id}
    nodes = [node for node in flow.nodes if can_be_led_to(node)]
    firsts = [node for node in nodes if node.id not in led_to] or nodes
    entry = Node(free_id(flow, "start"), "entry.manual", "", 24, 24)
    if firsts:
        first = min(firsts, key=lambda node: (node.x, node.y, node.id))
        entry = replace(entry, x=first.x - 240, y=first.y)
        edges = (*flow.edges, Edge(entry.id, "entered", first.id))
        yield Fix("Add a start by hand", replace(flow, nodes=(entry, *flow.nodes), edges=edges))
    else:
        added = replace(flow, nodes=(entry, *flow.nodes))
        yield replace(_end_here(added, entry, "entered"), words="Add a start by hand")


def take_out(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """The node goes, and what led there leads to what followed; not where only the workspace lacks it."""
    node = flow.by_id[problem.nodes[0]]
    if problem.code == "channel-not-set-up" and problem.setting:
        yield from _one_rung_less(flow, node, problem.setting)
        return
    kind = kind_of(node)
    only_lacking = problem.code == "channel-not-set-up" and kind is not None and kind.available
    if only_lacking:
        return
    after = joined_without(flow, node)
    if after is None and can_be_led_to(node):
        end = Node(node.id, "end", "", node.x, node.y)
        yield Fix("Put an end in its place", flow.with_node(end))
    if after is not None:
        lost = lost_by(flow, after)
        words = "Delete it, join its neighbours" if not lost else f"Delete it and {len(lost)} behind it"
        yield Fix(words, without_nodes(after, lost))


def _one_rung_less(flow: Flow, node: Node, path: str) -> Iterator[Fix]:
    """A ``reach`` without the way that this release cannot run, where others are left."""
    found = [(number, rung) for number, _, rung in rungs_of(node) if path.startswith(f"rungs.{number}.")]
    rungs = list(node.settings["rungs"]) if found else []
    if len(rungs) > 1 and not KINDS[found[0][1].kind].available:
        del rungs[found[0][0]]
        yield Fix("Leave this way out", with_settings(flow, node, {"rungs": rungs}))


def _one_of(flow: Flow, same: Sequence[Edge]) -> Iterator[Fix]:
    for kept in dict.fromkeys(same):
        others = list(same)
        others.remove(kept)
        yield from _cut(flow, others, f"Keep the way to {named(flow, kept.target)}")


def _plugged_anew(flow: Flow, edge: Edge, source: Node, target: Node | None) -> Iterator[Fix]:
    """By another outlet of its source, by ticking its reaction, or past a start to what follows that."""
    names = {one.name for one in outlets_of(source)}
    kind = kind_of(source)
    if target is not None and not can_be_led_to(target):
        follows = flow.leading.get((target.id, main_outlet(target)))
        if follows is not None:
            words = f"Lead to {named(flow, follows)}"
            yield Fix(words, with_edge(flow, edge, replace(edge, target=follows)))
        return
    if target is None or edge.outlet in names or kind is None:
        return
    free = [name for name in names if (source.id, name) not in flow.leading]
    if (best := main_outlet(source)) in free:
        words = f"Let it leave by “{best}”"
        yield Fix(words, with_edge(flow, edge, replace(edge, outlet=best)))
    if edge.outlet in kind.reactions:
        chosen = {"reactions": [*ticked(source), edge.outlet], "timeout": value_of(source, "timeout")}
        yield Fix(f"Tick “{edge.outlet}”", with_settings(flow, source, chosen))
    for name in sorted(free):
        words = f"Let it leave by “{name}”"
        yield Fix(words, with_edge(flow, edge, replace(edge, outlet=name)))


def _cut(flow: Flow, edges: Sequence[Edge], words: str) -> Iterator[Fix]:
    """Without these edges, and without what people came to by them alone."""
    after = without_edges(flow, edges)
    lost = lost_by(flow, after)
    if lost:
        words = f"{words}, and {len(lost)} behind it"
    yield Fix(words, without_nodes(after, lost))


def _end_here(flow: Flow, source: Node, outlet: str) -> Fix:
    after, end = with_end(flow, source, outlet)
    return Fix("End here", replace(after, edges=(*after.edges, Edge(source.id, outlet, end.id))))


def _failures(node: Node) -> set[str]:
    return {one.name for one in outlets_of(node) if one.role is OutletRole.FAILED}


def _nearest_lost(flow: Flow, node: Node) -> Node | None:
    """The nearest node to the right that nothing leads to yet."""
    led_to = {edge.target for edge in flow.edges}
    lost = [
        one
        for one in flow.nodes
        if one.id not in led_to and one is not node and can_be_led_to(one) and one.x > node.x
    ]
    return min(lost, key=lambda one: _away(node, one), default=None)


def _nearest_free(flow: Flow, node: Node) -> tuple[Node, str] | None:
    """The nearest node to the left that people come to and that has a free outlet."""
    reached = drawing_of(flow).reachable
    free = [
        (one, outlet.name)
        for one in flow.nodes
        if one.id in reached and one.x < node.x
        for outlet in outlets_of(one)
        if outlet.role is not OutletRole.FAILED and (one.id, outlet.name) not in flow.leading
    ]
    return min(free, key=lambda pair: _away(pair[0], node), default=None)


def _away(one: Node, other: Node) -> float:
    return abs(other.x - one.x) + abs(other.y - one.y)
