"""How problems are mended by one press of a button, where that is mechanical."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from app.flows.mending import content, shape
from app.flows.mending.parts import Fix
from app.flows.validate import validate
from app.model.flow import Flow, Problem

__all__ = ["Fix", "fixes"]

_MOST: Final = 3
_Mender = Callable[[Flow, Problem], Iterator[Fix]]
_MENDERS: Final[Mapping[str, _Mender]] = {
    "open-outlet": shape.open_outlet,
    "unreachable": shape.unreachable,
    "bad-edge": shape.bad_edge,
    "cycle": shape.cycle,
    "duplicate-id": shape.duplicate_id,
    "no-entry": shape.no_entry,
    "unknown-kind": shape.take_out,
    "channel-not-set-up": shape.take_out,
    "missing-setting": content.missing_setting,
    "bad-setting": content.bad_setting,
    "unknown-field": content.unknown_field,
    "no-unsubscribe": content.no_unsubscribe,
    "machine-opens": content.machine_opens,
    "late": content.late,
}

Key = tuple[str, tuple[str, ...], str, tuple[str, str, str]]


def fixes(flow: Flow, problem: Problem, known: Sequence[Problem] | None = None) -> tuple[Fix, ...]:
    """At most three ways to mend a problem of this flow, the best first; never raises.

    Each was tried: after it the problem is gone and no error is new, but for others of the same code that it
    stood before. ``known``: the flow's problems, when they are at hand. Costs one check for each way.
    """
    mender = _MENDERS.get(problem.code)
    if mender is None or not flow.by_id.keys() >= set(problem.nodes):
        return ()
    before = {key_of(one) for one in (validate(flow) if known is None else known)}
    found: list[Fix] = []
    for fix in mender(flow, problem):
        if len(found) == _MOST:
            break
        if all(fix.words != one.words for one in found) and _mends(fix, problem, before):
            found.append(fix)
    return tuple(found)


def is_mechanical(problem: Problem) -> bool:
    """Whether problems of this code may have a fix; whether this one has is asked of ``fixes``."""
    return problem.code in _MENDERS


def key_of(problem: Problem) -> Key:
    """What a problem is known by in two flows."""
    edge = problem.edge
    ends = (edge.source, edge.outlet, edge.target) if edge else ("", "", "")
    # A circle is known by its nodes: the edge that is named may be another one each time.
    return problem.code, problem.nodes, problem.setting, ends if problem.code == "bad-edge" else ("", "", "")


def _mends(fix: Fix, problem: Problem, before: set[Key]) -> bool:
    after = validate(fix.flow)
    if key_of(problem) in {key_of(one) for one in after}:
        return False
    return not any(
        one.severity == "error" and one.code != problem.code and key_of(one) not in before for one in after
    )
