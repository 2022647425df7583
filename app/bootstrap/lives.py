"""Commands about the life of a flow: ``publish``, ``pause``, ``resume``, ``stop``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.bootstrap.commands import workspace_of
from app.bootstrap.drawing import plural, problem_json, problem_line
from app.bootstrap.flow_files import is_file_name, load_flow
from app.bootstrap.outcome import Outcome
from app.bootstrap.publishing import publish
from app.engine.life import answer_clock, stop_journeys
from app.model.errors import UserError
from app.model.journey import FlowState

if TYPE_CHECKING:
    from argparse import Namespace

    from app.bootstrap.workspace import Workspace


def do_publish(chosen: Namespace) -> Outcome:
    """Publishes a file, or the workspace's draft."""
    # A file is read before a workspace is made for it.
    read = load_flow(chosen.flow, None) if is_file_name(chosen.flow) else None
    with workspace_of(chosen, make=read is not None) as workspace:
        flow, document = read or load_flow(chosen.flow, workspace)
        result = publish(workspace, flow.name, document)
    problems = [problem_json(problem) for problem in result.problems]
    text = "\n".join(problem_line(problem) for problem in result.problems)
    answer = {
        "flow": flow.name,
        "version": result.version,
        "texts_only": result.texts_only,
        "problems": problems,
    }
    if not result.version:
        errors = sum(one["severity"] == "error" for one in problems)
        return Outcome(f"“{flow.name}” was not published: {plural(errors, 'error')}.", answer, text, 1)
    return Outcome(f"Version {result.version} of “{flow.name}” is live.", answer, text)


def do_pause(chosen: Namespace) -> Outcome:
    """Holds entries and sends, or with ``--entries`` only the door."""
    state = FlowState.CLOSED if chosen.entries else FlowState.PAUSED
    name = _set_state(chosen, state)
    what = "lets nobody in" if chosen.entries else "is paused; waits go on"
    return Outcome(f"“{name}” {what}.", {"flow": name, "state": str(state)})


def do_resume(chosen: Namespace) -> Outcome:
    """Lets it go on; with ``--clock`` everything that waits for this machine's clock to be trusted."""
    if chosen.clock:
        return _trust_the_clock(chosen)
    if not chosen.flow:
        raise UserError("Name the flow that goes on, or say --clock when this machine's clock is right.")
    name = _set_state(chosen, FlowState.LIVE)
    return Outcome(f"“{name}” is live.", {"flow": name, "state": str(FlowState.LIVE)})


def _trust_the_clock(chosen: Namespace) -> Outcome:
    with workspace_of(chosen) as workspace:
        answered = answer_clock(workspace.context)
    sentence = "Sending goes on." if answered else "The clock was not in doubt; nothing was changed."
    return Outcome(sentence, {"clock": "trusted", "was_in_doubt": answered})


def do_stop(chosen: Namespace) -> Outcome:
    """Ends all its journeys."""
    with workspace_of(chosen) as workspace:
        name = _name(chosen, workspace)
        ended = stop(workspace, name)
    return Outcome(f"“{name}” is stopped; {plural(ended, 'journey')} ended.", {"flow": name, "ended": ended})


def stop(workspace: Workspace, name: str) -> int:
    """Closes the flow for good and ends its journeys; answers how many."""
    flow = workspace.store.flows.set_state(name, FlowState.STOPPED, now=workspace.clock.now())
    return stop_journeys(workspace.context, flow.id)


def _set_state(chosen: Namespace, state: FlowState) -> str:
    with workspace_of(chosen) as workspace:
        name = _name(chosen, workspace)
        workspace.store.flows.set_state(name, state, now=workspace.clock.now())
    return name


def _name(chosen: Namespace, workspace: Workspace) -> str:
    return load_flow(chosen.flow, workspace)[0].name if is_file_name(chosen.flow) else str(chosen.flow)
