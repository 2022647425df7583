"""Publishing: a drawing without errors is frozen into a version and put live."""

from __future__ import annotations

import getpass
from dataclasses import replace
from typing import TYPE_CHECKING

from app.bootstrap.doors import in_it_today, plan_of
from app.bootstrap.first_sends import first_reach, has_to_be_typed
from app.bootstrap.impacts import chosen_groups
from app.engine import shifts
from app.engine.admission import admit
from app.engine.first import hold_after
from app.flows.codec import read_flow
from app.flows.publish import content_hash, shape_hash
from app.flows.validate import validate
from app.model.ports import PublishResult
from app.model.shifts import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.bootstrap.workspace import Workspace
    from app.model.flow import Flow, Problem
    from app.model.shifts import Move, ShiftCount


def publish(
    workspace: Workspace,
    name: str,
    document: str,
    moves: Sequence[Move] = (),
    *,
    confirm: int | None = None,
    first: int = 0,
    also_today: bool = False,
) -> PublishResult:
    """Saves the draft and, when it has no errors, publishes it under ``name`` and does what was chosen for
    the people inside; whoever nothing was chosen for finishes on their version. Its entries take those who
    enter from now on, with ``also_today`` those too who are in it today (rule 2).

    The answer's version is 0 when errors kept it from being published, or when ``confirm`` is not the number
    of people that it would reach. ``first``: after so many first messages the others are held (rule 22).
    UserError, and nothing published, for a choice that cannot be made.
    """
    shifts.carry_on(workspace.context)
    flow = read_flow(document)
    problems = tuple(problems_of(workspace, name, flow))
    workspace.store.flows.save_draft(name, document, now=workspace.clock.now())
    if any(problem.severity == "error" for problem in problems):
        return PublishResult(0, problems)
    reach = first_reach(workspace, flow, also_today=also_today)
    if has_to_be_typed(workspace, name, flow, reach, confirm):
        return PublishResult(0, problems, first_hour=reach.hour, first_day=reach.day, unconfirmed=True)
    choices = chosen_groups(workspace, name, flow, moves)
    if first:
        # Before it is live: the engine may send at once.
        hold_after(workspace.context, workspace.store.flows.id_of(name), first)
    plan = plan_of(document)
    today = in_it_today(workspace, name, plan, all_of_them=also_today)
    published = admit(
        workspace.context,
        plan,
        lambda along: workspace.store.flows.publish(
            name,
            document,
            hash_=content_hash(flow),
            shape_hash=shape_hash(flow),
            now=workspace.clock.now(),
            author=_author(),
            choices=choices,
            along=along,
        ),
        also_today=also_today,
    )
    shift = published.shift
    counts = shifts.carry_out(workspace.context, shift) if shift is not None and shift.groups else {}
    workspace.context.wake.set()
    workspace.context.changed()
    return PublishResult(
        published.number,
        problems,
        texts_only=published.texts_only,
        first_hour=reach.hour,
        first_day=reach.day,
        moved=_sum(counts, Choice.MOVE),
        at_once=sum(count for (*_, at_once, _), count in counts.items() if at_once),
        left=_sum(counts, Choice.LEAVE),
        today=today,
        also_today=also_today,
    )


def problems_of(workspace: Workspace, name: str, flow: Flow) -> Sequence[Problem]:
    """What keeps it from being published, and what is worth a look."""
    # Laps are looked for under the name that other flows know it by.
    return validate(replace(flow, name=name), workspace.surroundings())


def _sum(counts: Mapping[ShiftCount, int], choice: Choice) -> int:
    return sum(count for (_, _, one, *_), count in counts.items() if one is choice)


def _author() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
