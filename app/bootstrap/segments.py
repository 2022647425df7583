"""Segments for the window and the command ``set``."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from app.engine import counting, segment_life
from app.engine.admission import asked_segments
from app.engine.plan import make_plan
from app.engine.watched import Watched
from app.model.errors import FlowFileError, UserError
from app.model.segments import WATCHED, SegmentInfo, settled

if TYPE_CHECKING:
    from app.bootstrap.workspace import Workspace

PREFIX: Final = "segment."
"""Assignments of the command ``set`` that begin so are no settings."""


def infos(workspace: Workspace) -> Sequence[SegmentInfo]:
    """All segments by name: how many people are in them where that is kept, and which flows use them."""
    with workspace.store.looking() as tx:
        watched = Watched.read(tx.machine(WATCHED))
    sizes, users = workspace.store.segments.sizes(), _users(workspace)
    found = []
    for one in workspace.store.segments.all():
        kept = watched.segments.get(one.id)
        size = sizes.get(one.id, 0) if kept is not None and kept.is_ready else None
        found.append(SegmentInfo(one.name, one.rule, size, tuple(users.get(one.name, ()))))
    return found


def save(workspace: Workspace, name: str, rule: Mapping[str, Any]) -> None:
    """Makes a segment, or gives it another rule: who comes in by that alone starts nothing."""
    segment_life.save_segment(workspace.context, name, rule)


def rename(workspace: Workspace, old: str, new: str) -> None:
    """RefusedError while a flow uses it."""
    workspace.store.segments.rename(old, new, _users(workspace).get(old, ()))
    workspace.context.changed()


def delete(workspace: Workspace, name: str) -> None:
    """RefusedError while a flow uses it."""
    workspace.store.segments.delete(name, _users(workspace).get(name, ()))
    workspace.context.changed()


def size(workspace: Workspace, rule: Mapping[str, Any]) -> int:
    """How many people fit a rule now."""
    segment_life.check_segment("A segment", rule)
    return counting.count_segment(workspace.context, settled(rule))


def _users(workspace: Workspace) -> Mapping[str, Sequence[str]]:
    """Names of the flows that use each segment: by the version that lets people in, or by one that somebody
    is still in. One whose text is damaged uses none."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for flow, version in workspace.store.flows.in_use():
        try:
            names = asked_segments(make_plan(version))
        except FlowFileError:
            continue
        for name in names:
            found[name][flow] = None
    return {name: list(flows) for name, flows in found.items()}


# --- the command line ------------------------------------------------------------------------------------


def is_segment(assignment: str) -> bool:
    """Whether ``set`` is told about a segment."""
    return assignment.startswith(PREFIX)


def read_assignment(text: str) -> tuple[str, Mapping[str, Any] | None]:
    """Name and rule of ``segment.NAME=RULE``; without a rule the segment is to be forgotten."""
    told, equals, value = text.removeprefix(PREFIX).partition("=")
    name = told.strip()
    if not equals:
        raise UserError(
            f'Write {PREFIX}{name}=RULE, such as {PREFIX}VIP=\'{{"tag": "vip"}}\'; '
            "with nothing after “=” the segment is forgotten."
        )
    if not value.strip():
        return name, None
    try:
        rule = json.loads(value)
    except ValueError as error:
        raise UserError(f"The rule of the segment “{name}” is no JSON: {error}.") from error
    segment_life.check_segment(name, rule)
    return name, rule


def assign(workspace: Workspace, name: str, rule: Mapping[str, Any] | None) -> None:
    """Carries out one assignment."""
    if rule is None:
        delete(workspace, name)
    else:
        save(workspace, name, rule)
