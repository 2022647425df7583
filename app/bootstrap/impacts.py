"""Publishing over people: what it would mean, what was chosen for them, and taking it back for a while."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.bootstrap.doors import plan_of
from app.engine import shifts
from app.engine.admission import admit
from app.engine.plan import make_plan
from app.flows.codec import read_flow
from app.flows.impact import Inside, fault_of, impact, stands
from app.flows.publish import content_hash
from app.model.errors import RefusedError, UserError
from app.model.journey import FlowState, Version
from app.model.kinds import Category, kind_of
from app.model.shifts import TAKE_BACK_WITHIN, Choice, Group, Impact, Phase, Shift, TakenBack

if TYPE_CHECKING:
    from app.bootstrap.workspace import Workspace
    from app.model.flow import Flow, Node
    from app.model.journey import LiveFlow
    from app.model.shifts import Move, ShiftCount, Stand


@dataclass(frozen=True, slots=True)
class _People:
    """Who is inside a published flow, and under which number the next version comes."""

    flow: LiveFlow
    versions: tuple[Inside, ...]
    """Those with people in them, and the live one as the last."""
    number: int


def look(workspace: Workspace, name: str, document: str, moves: Sequence[Move] = ()) -> Impact:
    """What publishing this draft would mean; nothing is stored. UserError for a choice that cannot be
    made."""
    new = read_flow(document)
    people = _people(workspace, name)
    if people is None:
        return Impact(new.name, 1)
    found = stands(people.versions, new)
    chosen = _groups(people, found, new, moves)
    asked = {(one.version_id, one.node): one for one in (*_all_moves(found), *chosen)}
    at_once = _at_once(workspace, people, new, document, asked.values())
    by_place = {(one.version_id, one.node): one.choice for one in chosen}
    return impact(people.number, people.versions, new, by_place, at_once)


def chosen_groups(workspace: Workspace, name: str, new: Flow, moves: Sequence[Move]) -> Sequence[Group]:
    """The choices as they are kept with the version; UserError for one that cannot be made."""
    people = _people(workspace, name) if moves else None
    if people is None:
        if moves:
            raise UserError(f"Nobody is inside “{name}”: it has never been published.")
        return ()
    return _groups(people, stands(people.versions, new), new, moves)


def take_back(workspace: Workspace, name: str, *, dry: bool = False) -> TakenBack:
    """Makes the version before the live one again, and takes everybody back who has not gone on since.

    RefusedError when it is too late for that. ``dry``: only says what would be done.
    """
    shifts.carry_on(workspace.context)
    flow = workspace.store.flows.find(name)
    shift = _last(workspace, name, flow)
    if not dry:
        text = workspace.store.flows.version_document(name, shift.before_number)
        hash_ = content_hash(read_flow(text))
        _put_back(workspace, shift, text, hash_)
        shift = replace(shift, phase=Phase.BACK)
    counts = shifts.take_back(workspace.context, shift, dry=dry)
    back = {
        choice: sum(count for (_, _, one, _, is_back), count in counts.items() if one is choice and is_back)
        for choice in Choice
    }
    stay = sum(count for (*_, is_back), count in counts.items() if not is_back)
    moved = sum(count for (_, _, choice, *_), count in counts.items() if choice is Choice.MOVE)
    here = workspace.store.numbers.stands(flow.id).get(shift.version_id, ({}, {}))[0]
    # Those who were moved there stand there until they are back; all others have come in since.
    gone = moved if dry else moved - back[Choice.MOVE]
    came = 0 if shift.texts_only else max(0, sum(here.values()) - gone)
    return TakenBack(
        shift.before_number, shift.number, back[Choice.MOVE], back[Choice.LEAVE], stay=stay, came=came
    )


def _put_back(workspace: Workspace, shift: Shift, text: str, hash_: str) -> None:
    """The version before is live again, with the entries that it has."""
    flows, now = workspace.store.flows, workspace.clock.now()
    admit(
        workspace.context,
        plan_of(text),
        lambda along: flows.take_back(shift, hash_=hash_, now=now, along=along),
    )


def _last(workspace: Workspace, name: str, flow: LiveFlow) -> Shift:
    """The publish that can be taken back."""
    shift = workspace.store.flows.last_shift(name)
    if shift is None:
        raise RefusedError(
            f"“{name}” has been published only once, so there is no version to go back to. "
            "Pause or stop it instead."
        )
    if shift.undone_at is not None:
        raise RefusedError(f"The publish of version {shift.number} of “{name}” was taken back already.")
    ago = workspace.clock.now() - shift.at
    if ago > TAKE_BACK_WITHIN:
        minutes = int(ago.total_seconds()) // 60
        raise RefusedError(
            f"Version {shift.number} of “{name}” was published {minutes:,} minutes ago, and a publish can be "
            f"taken back for ten minutes. Publish the drawing of version {shift.before_number} again instead."
        )
    stopped = FlowState.STOPPED in (shift.state, flow.state)
    if stopped:
        raise RefusedError(f"“{name}” was stopped, and all journeys in it have ended. Stop it again instead.")
    return shift


# --- who is inside -------------------------------------------------------------------------------------


def _people(workspace: Workspace, name: str) -> _People | None:
    """None for a flow that was never published."""
    flows = workspace.store.flows
    if not any(info.name == name and info.version for info in flows.infos()):
        return None
    flow = flows.find(name)
    numbers = workspace.store.numbers.stands(flow.id)
    ids = sorted(id_ for id_, (here, _) in numbers.items() if sum(here.values()) and id_ != flow.version_id)
    versions = tuple(
        _inside(flows.version(id_), *numbers.get(id_, ({}, {}))) for id_ in (*ids, flow.version_id)
    )
    return _People(flow, versions, flows.versions(name)[0].number + 1)


def _inside(version: Version, here: Mapping[str, int], past: Mapping[tuple[str, str], int]) -> Inside:
    """``past``: walks by node and how they went; who came to an end has walked through that."""
    flow = read_flow(version.document)
    walked = {node.id: past.get((node.id, "end" if _is_end(node) else "out"), 0) for node in flow.nodes}
    return Inside(version.id, version.number, flow, here, walked)


def _is_end(node: Node) -> bool:
    kind = kind_of(node)
    return kind is not None and kind.category is Category.END


# --- what is chosen ------------------------------------------------------------------------------------


def _groups(people: _People, found: Sequence[Stand], new: Flow, moves: Sequence[Move]) -> list[Group]:
    groups: dict[tuple[int, str], Group] = {}
    for move in moves:
        if not any(move.node in one.flow.by_id for one in people.versions):
            raise UserError(f"No version of “{people.flow.name}” with people in it has a node “{move.node}”.")
        for stand in found:
            if stand.node != move.node or move.version not in (0, stand.version):
                continue
            fault = fault_of(stand, new, move.choice, move.to)
            if fault:
                raise UserError(fault)
            groups[stand.version_id, stand.node] = Group(stand.version_id, stand.node, move.choice, move.to)
    return list(groups.values())


def _all_moves(found: Iterable[Stand]) -> list[Group]:
    """Everybody who can be moved without being asked where."""
    return [
        Group(one.version_id, one.node, Choice.MOVE)
        for one in found
        if one.here and Choice.MOVE in one.choices and not one.needs_target
    ]


def _at_once(
    workspace: Workspace, people: _People, new: Flow, document: str, groups: Iterable[Group]
) -> Mapping[tuple[int, str], int]:
    """How many would go on at once, by version and node: the deciders themselves say so."""
    moving = tuple(one for one in groups if one.choice is Choice.MOVE)
    flow = people.flow
    plan = make_plan(Version(0, flow.id, people.number, content_hash(new), document))
    trial = Shift(
        0, flow.id, workspace.clock.now(), "", flow.version_id, 0, 0, people.number, flow.state, moving
    )
    counts: Mapping[ShiftCount, int] = shifts.carry_out(workspace.context, trial, dry=True, plan=plan)
    return {
        (version_id, node): count for (version_id, node, _, at_once, _), count in counts.items() if at_once
    }
