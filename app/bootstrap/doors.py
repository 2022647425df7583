"""The entries of a flow while its life changes: what its segments, dates and schedules wait for (rule 2)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.engine import counting
from app.engine.admission import admit, new_doors, settle
from app.engine.plan import make_plan
from app.flows.codec import write_flow
from app.model.journey import FlowState, Version

if TYPE_CHECKING:
    from app.bootstrap.workspace import Workspace
    from app.engine.plan import Plan
    from app.model.flow import Flow
    from app.model.journey import LiveFlow
    from app.model.ports import Along


def plan_of(document: str) -> Plan:
    """Of a drawing without errors that is not published."""
    return make_plan(Version(0, 0, 0, "", document))


def count_today(workspace: Workspace, name: str, flow: Flow) -> int:
    """How many people are today in what this drawing's entries name, those that the live version has not."""
    return in_it_today(workspace, name, plan_of(write_flow(flow)))


def in_it_today(workspace: Workspace, name: str, plan: Plan, *, all_of_them: bool = False) -> int:
    """The same; with ``all_of_them`` also in what the live version has already."""
    live = None if all_of_them else _live_plan(workspace, name)
    return counting.count_today(workspace.context, new_doors(live, plan))


def _live_plan(workspace: Workspace, name: str) -> Plan | None:
    """By which people come in now; None for a flow that takes nobody."""
    running = {flow: version_id for flow, version_id, _ in workspace.store.flows.running()}
    return make_plan(workspace.store.flows.version(running[name])) if name in running else None


def set_state(workspace: Workspace, name: str, state: FlowState) -> LiveFlow:
    """Pauses, closes, stops or resumes a flow."""
    flows, now = workspace.store.flows, workspace.clock.now()

    def change(along: Along) -> LiveFlow:
        return flows.set_state(name, state, now=now, along=along)

    if state is FlowState.STOPPED:
        changed = change(partial(settle, workspace.context))
    else:
        changed = admit(workspace.context, make_plan(flows.version(flows.find(name).version_id)), change)
    workspace.context.wake.set()
    workspace.context.changed()
    return changed
