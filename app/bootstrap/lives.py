"""Commands about the life of a flow: ``publish``, ``pause``, ``resume``, ``stop``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from app.bootstrap.commands import workspace_of
from app.bootstrap.doors import set_state
from app.bootstrap.drawing import plural, problem_json, problem_line
from app.bootstrap.flow_files import is_file_name, load_flow
from app.bootstrap.impacts import look, take_back
from app.bootstrap.outcome import Outcome
from app.bootstrap.publishing import problems_of, publish
from app.engine.first import release_first
from app.engine.life import answer_clock, stop_journeys
from app.flows.impact_words import done, taken_back, told
from app.model.errors import UserError
from app.model.journey import FlowState
from app.model.shifts import Choice, Move

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from app.bootstrap.workspace import Workspace
    from app.model.flow import Flow, Problem
    from app.model.ports import PublishResult


def do_publish(chosen: Namespace) -> Outcome:
    """Publishes a file, or the workspace's draft; looks at what it would mean, or takes it back."""
    if chosen.undo:
        return _take_back(chosen)
    if chosen.dry:
        raise UserError("“--dry” goes with “--undo”. What publishing would mean, “--impact” says.")
    # A file is read before a workspace is made for it.
    read = load_flow(chosen.flow, None) if is_file_name(chosen.flow) else None
    moves = _moves(chosen)
    with workspace_of(chosen, make=read is not None and not chosen.impact) as workspace:
        flow, document = read or load_flow(chosen.flow, workspace)
        if chosen.impact:
            return _impact(workspace, flow, document, moves)
        result = publish(
            workspace,
            flow.name,
            document,
            moves,
            confirm=chosen.confirm,
            first=chosen.first,
            also_today=chosen.also_today,
        )
    problems = [problem_json(problem) for problem in result.problems]
    text = "\n".join(problem_line(problem) for problem in result.problems)
    answer = {
        "flow": flow.name,
        "version": result.version,
        "texts_only": result.texts_only,
        "problems": problems,
        "first_hour": result.first_hour,
        "first_day": result.first_day,
    }
    if result.today:
        answer |= {"today": result.today, "also_today": result.also_today}
    if moves:
        answer |= {"moved": result.moved, "at_once": result.at_once, "left": result.left}
    if result.unconfirmed:
        return Outcome(_unconfirmed(flow.name, result), answer, text, 1)
    if not result.version:
        return Outcome(_not_published(flow.name, result.problems), answer, text, 1)
    sentence = done(result.version, flow.name, result.moved, result.at_once, result.left)
    return Outcome(f"{sentence}{_those_of_today(result)}", answer, text)


def _not_published(name: str, problems: Sequence[Problem]) -> str:
    errors = sum(one.severity == "error" for one in problems)
    return f"“{name}” was not published: {plural(errors, 'error')}."


def _impact(workspace: Workspace, flow: Flow, document: str, moves: Sequence[Move]) -> Outcome:
    problems = problems_of(workspace, flow.name, flow)
    if any(one.severity == "error" for one in problems):
        text = "\n".join(problem_line(one) for one in problems)
        answer = {"flow": flow.name, "problems": [problem_json(one) for one in problems]}
        return Outcome("With errors it cannot be published. Mend them first.", answer, text, 1)
    found = look(workspace, flow.name, document, moves)
    return Outcome("Nothing is published.", asdict(found), "\n".join(told(found)))


def _moves(chosen: Namespace) -> list[Move]:
    moves = []
    for text in chosen.move:
        node, _, to = text.partition("=")
        moves.append(Move(node, Choice.MOVE, to))
    return moves + [Move(node, Choice.LEAVE) for node in chosen.leave]


def _take_back(chosen: Namespace) -> Outcome:
    if chosen.impact or chosen.move or chosen.leave:
        raise UserError("“--undo” takes a publish back as it was: name the flow alone.")
    with workspace_of(chosen) as workspace:
        name = _name(chosen, workspace)
        made = take_back(workspace, name, dry=chosen.dry)
    return Outcome(taken_back(name, made, dry=chosen.dry), {"flow": name, "dry": chosen.dry, **asdict(made)})


def _unconfirmed(name: str, result: PublishResult) -> str:
    return (
        f"“{name}” was not published: {result.first_hour:,} people would get its first message within an "
        f"hour and {result.first_day:,} within a day. To agree, type the number: --confirm {result.first_day}"
    )


def _those_of_today(result: PublishResult) -> str:
    """What becomes of those who are in it already; nothing where there is nobody."""
    if not result.today:
        return ""
    who = f"{result.today:,} {'person is' if result.today == 1 else 'people are'} in it today"
    if result.also_today:
        return f" {who}, and come in too."
    return f" {who}, and do not come in; “publish --also-today” lets them in as well."


def do_pause(chosen: Namespace) -> Outcome:
    """Holds entries and sends, or with ``--entries`` only the door."""
    state = FlowState.CLOSED if chosen.entries else FlowState.PAUSED
    name = _set_state(chosen, state)
    what = "lets nobody in" if chosen.entries else "is paused; waits go on"
    return Outcome(f"“{name}” {what}.", {"flow": name, "state": str(state)})


def do_resume(chosen: Namespace) -> Outcome:
    """Lets it go on; with ``--first`` what is held behind its first messages; with ``--clock`` everything
    that waits for this machine's clock to be trusted."""
    if chosen.clock:
        return _trust_the_clock(chosen)
    if not chosen.flow:
        raise UserError("Name the flow that goes on, or say --clock when this machine's clock is right.")
    if chosen.first:
        return _release_first(chosen)
    name = _set_state(chosen, FlowState.LIVE)
    return Outcome(f"“{name}” is live.", {"flow": name, "state": str(FlowState.LIVE)})


def _release_first(chosen: Namespace) -> Outcome:
    with workspace_of(chosen) as workspace:
        name = _name(chosen, workspace)
        count = release_first(workspace.context, name)
    return Outcome(f"{plural(count, 'message')} of “{name}” may go out.", {"flow": name, "released": count})


def _trust_the_clock(chosen: Namespace) -> Outcome:
    with workspace_of(chosen) as workspace:
        answered = answer_clock(workspace.context)
    sentence = "Sending goes on." if answered else "The clock was not in doubt; nothing was changed."
    return Outcome(sentence, {"clock": "trusted", "was_in_doubt": answered})


def do_stop(chosen: Namespace) -> Outcome:
    """Ends all its journeys, or with ``--dry`` says how many that are (rule 21)."""
    with workspace_of(chosen) as workspace:
        name = _name(chosen, workspace)
        if chosen.dry:
            inside = workspace.store.numbers.inside(name)
            what = "journey ends" if inside == 1 else "journeys end"
            return Outcome(
                f"{inside:,} {what} when “{name}” is stopped.", {"flow": name, "ended": inside, "dry": True}
            )
        ended = stop(workspace, name)
    return Outcome(f"“{name}” is stopped; {plural(ended, 'journey')} ended.", {"flow": name, "ended": ended})


def stop(workspace: Workspace, name: str) -> int:
    """Closes the flow for good and ends its journeys; answers how many."""
    flow = set_state(workspace, name, FlowState.STOPPED)
    return stop_journeys(workspace.context, flow.id)


def _set_state(chosen: Namespace, state: FlowState) -> str:
    with workspace_of(chosen) as workspace:
        name = _name(chosen, workspace)
        set_state(workspace, name, state)
    return name


def _name(chosen: Namespace, workspace: Workspace) -> str:
    return load_flow(chosen.flow, workspace)[0].name if is_file_name(chosen.flow) else str(chosen.flow)
