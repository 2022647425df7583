"""What can be said before publishing, worked out off the GUI thread."""

from __future__ import annotations

from datetime import timedelta

from app.flows.codec import read_flow
from app.model.flow import Flow, Node, Problem
from app.model.kinds import kind_of
from app.model.ports import Desk
from app.ui.publish_dialog import Outlook


def outlook(desk: Desk, flow: Flow, name: str) -> tuple[Outlook | None, tuple[Problem, ...]]:
    """(the outlook, or None where errors stand in the way; all problems). ``name``: of the stored draft."""
    problems = tuple(desk.check(flow))
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    info = next((one for one in desk.flows() if one.name == name), None)
    published = info is not None and info.version > 0 and not info.changed
    same = published and read_flow(desk.draft(name)) == flow
    made = Outlook(
        flow=flow,
        info=info,
        warnings=tuple(problem for problem in problems if problem.severity == "warning"),
        first_messages=first_messages(flow),
        practice=desk.status().practice,
        unchanged=same,
    )
    return made, problems


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
