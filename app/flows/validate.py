"""``check``: everything that is wrong with a flow, with nodes, a plain message and a fix in words."""

from __future__ import annotations

from datetime import UTC, datetime

from app.flows.checks.loops import loops, names
from app.flows.checks.references import references
from app.flows.checks.risks import machine_opens
from app.flows.checks.sending import sending
from app.flows.checks.settings import settings
from app.flows.checks.structure import structure
from app.flows.checks.timing import late
from app.flows.checks.windows import window_closed
from app.flows.checks.wording import wording
from app.flows.graph import Drawing, drawing_of
from app.model.flow import Flow, Problem, Surroundings


def validate(
    flow: Flow, surroundings: Surroundings | None = None, *, now: datetime | None = None
) -> tuple[Problem, ...]:
    """The problems of a flow: errors first, then in the order of its nodes; never raises.

    Without surroundings the drawing alone is judged. ``now`` (aware, default: the moment) is when the first
    journey could start. ``Problem.setting`` names the node's setting, ``outlets.NAME`` for an open outlet, or
    a setting of the flow where no node is named.
    """
    drawing = drawing_of(flow)
    found = [
        *structure(drawing),
        *settings(drawing),
        *references(drawing),
        *names(drawing, surroundings),
        *loops(drawing, surroundings),
        *wording(drawing, surroundings),
        *sending(drawing, surroundings),
        *machine_opens(drawing),
        *late(drawing, now or datetime.now(UTC)),
        *window_closed(drawing),
    ]
    return _sorted(drawing, found)


def has_errors(problems: tuple[Problem, ...]) -> bool:
    """Whether publishing has to wait; warnings alone do not stop it."""
    return any(problem.severity == "error" for problem in problems)


def _sorted(drawing: Drawing, problems: list[Problem]) -> tuple[Problem, ...]:
    place = {node_id: number for number, node_id in enumerate(drawing.by_id)}

    def key(problem: Problem) -> tuple[bool, int]:
        return problem.severity != "error", place[problem.nodes[0]] if problem.nodes else -1

    return tuple(sorted(problems, key=key))
