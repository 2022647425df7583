"""What can be said before publishing, worked out off the GUI thread."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from app.flows.codec import read_flow, write_flow
from app.flows.diff_words import called
from app.flows.mending.parts import main_outlet
from app.model.flow import EMPTY, Flow, Node, Problem
from app.model.kinds import Category, kind_of
from app.model.ports import Desk
from app.model.shifts import Change, Impact
from app.ui.publish_dialog import Outlook


def outlook(desk: Desk, flow: Flow, name: str) -> tuple[Outlook | None, tuple[Problem, ...]]:
    """(the outlook, or None where errors stand in the way; all problems). ``name``: of the stored draft."""
    problems = tuple(desk.check(flow))
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    info = next((one for one in desk.flows() if one.name == name), None)
    published = info is not None and info.version > 0 and not info.changed
    same = published and read_flow(desk.draft(name)) == flow
    is_live = info is not None and info.version > 0
    impact = desk.impact(name, write_flow(flow)) if is_live and not same else None
    olds = documents(desk, name, impact) if impact is not None else {}
    made = Outlook(
        flow=flow,
        info=info,
        warnings=tuple(problem for problem in problems if problem.severity == "warning"),
        first_messages=first_messages(flow),
        practice=desk.status().practice,
        unchanged=same,
        reach=None if same else desk.first_reach(name, write_flow(flow)),
        impact=impact,
        follows=follows(impact, olds, flow) if impact is not None else EMPTY,
        names=names(impact, olds, flow) if impact is not None else EMPTY,
    )
    return made, problems


def documents(desk: Desk, name: str, impact: Impact) -> Mapping[int, Flow]:
    """The drawings of the versions in which something is different, by number."""
    numbers = {one.version for one in impact.stands if one.change is not Change.NONE}
    return {number: read_flow(desk.version_document(name, number)) for number in sorted(numbers)}


def follows(impact: Impact, olds: Mapping[int, Flow], new: Flow) -> Mapping[str, str]:
    """By node that is gone: the first node behind it, as it was drawn, that people can be moved to."""
    found: dict[str, str] = {}
    for one in impact.stands:
        if not (one.needs_target and one.here):
            continue
        old, at, seen = olds[one.version], one.node, set[str]()
        while at and at not in seen and not _can_stand(new, at):
            seen.add(at)
            node = old.by_id.get(at)
            at = old.leading.get((at, main_outlet(node)), "") if node is not None else ""
        if at and _can_stand(new, at):
            found[one.node] = at
    return found


def names(impact: Impact, olds: Mapping[int, Flow], new: Flow) -> Mapping[tuple[int, str], str]:
    """What a sentence calls each node that is different: “The wait after Letter 1”."""
    found = {}
    for one in impact.stands:
        flow = new if one.node in new.by_id else olds.get(one.version, new)
        if one.node in flow.by_id:
            words = called(flow, flow.by_id[one.node])
            found[one.version, one.node] = words[:1].upper() + words[1:]
    return found


def _can_stand(flow: Flow, node_id: str) -> bool:
    kind = kind_of(flow.by_id[node_id]) if node_id in flow.by_id else None
    return kind is not None and kind.category not in (Category.ENTRY, Category.END)


def first_messages(flow: Flow) -> tuple[tuple[Node, timedelta], ...]:
    """Messages to a person that none comes before, by the earliest time after the start."""
    from app.flows.arrivals import arrivals  # networkx comes with it: not before it is wanted

    times = arrivals(flow)
    found = [(flow.by_id[name], times[name][0]) for name in _first(flow) if name in times]
    return tuple(sorted(found, key=lambda pair: pair[1]))


def _first(flow: Flow) -> list[str]:
    following: dict[str, list[str]] = {}
    for edge in flow.edges:
        following.setdefault(edge.source, []).append(edge.target)
    kinds = {node.id: kind_of(node) for node in flow.nodes}
    waiting = [name for name, kind in kinds.items() if kind is not None and not kind.has_inlet]
    seen, found = set(waiting), []
    while waiting:
        name = waiting.pop()
        kind = kinds.get(name)
        if kind is not None and kind.is_message and kind.policy == "person":
            found.append(name)
            continue
        new = [one for one in following.get(name, ()) if one not in seen]
        seen.update(new)
        waiting += new
    return found


def templates(desk: Desk) -> list[Flow]:
    """The flows that come along; one that cannot be read is no reason to show none."""
    return [read_flow(document) for _name, document in desk.templates()]
