"""The people behind a number, with names, and the way of one of them, for the window."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from app.bootstrap.previews import person_of
from app.flows import ways
from app.flows.codec import read_flow
from app.model.errors import UserError
from app.model.standing import Period, Standing, Way
from app.store.standing import StandingPart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from app.bootstrap.workspace import Workspace
    from app.model.ports import Counts, Person


def counts(workspace: Workspace, name: str, period: Period) -> Counts:
    """Numbers of one flow in a period of the workspace's own days."""
    return workspace.store.numbers.counts(name, period, _now(workspace))


def standing(
    workspace: Workspace, name: str, node: str, what: str, period: Period, limit: int
) -> Sequence[Standing]:
    """Those whom a counter counted at a node; ``here``: those who are there now."""
    part = StandingPart(workspace.store)
    flow_id = _flow_id(part, name)
    if what == "here":
        return _here(part, flow_id, node, limit)
    since = part.begin(flow_id, period, _now(workspace))
    rows = part.counted(flow_id, node, what, since, limit)
    people = _people(part, (row.contact_id for row in rows))
    return [
        Standing(
            row.contact_id,
            row.journey_id,
            people[row.contact_id].name,
            people[row.contact_id].address,
            row.at,
            node,
            reason=row.reason,
        )
        for row in rows
        if row.contact_id in people
    ]


def way(workspace: Workspace, name: str, contact_id: int, journey_id: int | None) -> Way:
    """The way of one journey, the contact's newest of this flow when none is named."""
    part = StandingPart(workspace.store)
    wanted = journey_id or part.newest_journey(_flow_id(part, name), contact_id)
    journey, lines, message = part.journey(wanted) if wanted else (None, (), None)
    people = _people(part, [contact_id])
    if journey is None or contact_id not in people:
        raise UserError(f"This person was never in “{name}”, or is erased.")
    flow = read_flow(part.document(journey.version_id))
    told = ways.sentence(flow, journey, lines, message, lambda moment: _said(workspace, moment))
    person = people[contact_id]
    return Way(person.name or person.address, ways.steps_of(journey, lines), told)


def _here(part: StandingPart, flow_id: int, node: str, limit: int) -> Sequence[Standing]:
    rows = part.here(flow_id, node, limit)
    people = _people(part, (journey.contact_id for journey, _ in rows))
    return [
        Standing(
            journey.contact_id,
            journey.id,
            people[journey.contact_id].name,
            people[journey.contact_id].address,
            journey.arrived_at,
            journey.node,
            str(journey.state),
            message.reason if message is not None and journey.state == "held" else "",
            journey.due_at,
        )
        for journey, message in rows
        if journey.contact_id in people
    ]


def _people(part: StandingPart, ids: Iterable[int]) -> Mapping[int, Person]:
    return {one.id: person_of(one) for one in part.contacts(ids).values() if not one.erased}


def _flow_id(part: StandingPart, name: str) -> int:
    flow_id = part.flow_id(name)
    if flow_id is None:
        raise UserError(f"There is no flow named “{name}” in this workspace.")
    return flow_id


def _now(workspace: Workspace) -> datetime:
    return workspace.clock.now().astimezone(workspace.zone)


def _said(workspace: Workspace, moment: datetime) -> str:
    """“14:02 today”, “14:02 on Tue” within a week, else “14:02 on 3 Nov”."""
    local, today = moment.astimezone(workspace.zone), _now(workspace).date()
    if local.date() == today:
        return f"{local:%H:%M} today"
    is_near = abs((local.date() - today).days) < 7
    return f"{local:%H:%M} on {f'{local:%a}' if is_near else f'{local.day} {local:%b}'}"
