"""How problems are mended by one press of a button, where that is mechanical."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from app.flows.mending.parts import Fix
from app.model.flow import Flow, Problem

__all__ = ["Fix", "fixes"]

_MOST: Final = 3
_Mender = Callable[[Flow, Problem], Iterator[Fix]]
_SHAPE: Final = ("open-outlet", "unreachable", "bad-edge", "cycle", "duplicate-id", "no-entry")
_CONTENT: Final = (
    "missing-setting",
    "bad-setting",
    "unknown-field",
    "no-unsubscribe",
    "machine-opens",
    "late",
    "flow-loop",
)
_TAKE_OUT: Final = ("unknown-kind", "channel-not-set-up")
_MECHANICAL: Final = frozenset((*_SHAPE, *_CONTENT, *_TAKE_OUT))

Key = tuple[str, tuple[str, ...], str, tuple[str, str, str]]


def fixes(flow: Flow, problem: Problem, known: Sequence[Problem] | None = None) -> tuple[Fix, ...]:
    """At most three ways to mend a problem of this flow, the best first; never raises.

    Each was tried: after it the problem is gone and no error is new, but for others of the same code that it
    stood before. ``known``: the flow's problems, when they are at hand. Costs one check for each way.
    """
    from app.flows.validate import validate

    mender = _mender(problem.code)
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
    return problem.code in _MECHANICAL


def key_of(problem: Problem) -> Key:
    """What a problem is known by in two flows."""
    edge = problem.edge
    ends = (edge.source, edge.outlet, edge.target) if edge else ("", "", "")
    # A circle is known by its nodes: the edge that is named may be another one each time.
    return problem.code, problem.nodes, problem.setting, ends if problem.code == "bad-edge" else ("", "", "")


def _mender(code: str) -> _Mender | None:
    # What reads letters is heavy: it comes with the first problem, not with the window.
    from app.flows.mending import content, shape

    if code in _TAKE_OUT:
        return shape.take_out
    if code in _SHAPE or code in _CONTENT:
        mender: _Mender = getattr(shape if code in _SHAPE else content, code.replace("-", "_"))
        return mender
    return None


def _mends(fix: Fix, problem: Problem, before: set[Key]) -> bool:
    from app.flows.validate import validate

    after = validate(fix.flow)
    if key_of(problem) in {key_of(one) for one in after}:
        return False
    return not any(
        one.severity == "error" and one.code != problem.code and key_of(one) not in before for one in after
    )
