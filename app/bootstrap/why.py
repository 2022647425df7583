"""The command ``why``: what one person got, what not, and why, from the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from app.bootstrap.commands import workspace_of
from app.bootstrap.flow_files import is_file_name, load_flow
from app.bootstrap.outcome import Outcome
from app.bootstrap.people import person
from app.flows.codec import read_flow
from app.flows.why import explain
from app.model.journey import JourneyState
from app.model.why import Edition, Past, Story, Told, written
from app.store.past import PastPart

if TYPE_CHECKING:
    from argparse import Namespace
    from datetime import datetime, tzinfo

    from app.bootstrap.workspace import Workspace
    from app.model.journey import JournalLine, Journey

_ALL: Final = 1_000_000
"""Lines of one person."""
_GOES_ON: Final = (JourneyState.DUE, JourneyState.WAITING)


def do_why(chosen: Namespace) -> Outcome:
    """Tells each message and each silence of CONTACT, the newest journey at the end."""
    with workspace_of(chosen) as workspace:
        contact_id = person(workspace, chosen.contact)
        flow_id = _flow_id(workspace, chosen.flow) if chosen.flow else 0
        stories, zone = stories_of(workspace, contact_id, flow_id), workspace.zone
    document = {"contact": contact_id, "stories": [_story_json(story, zone) for story in stories]}
    if not stories:
        where = f" by “{chosen.flow}”" if chosen.flow else ""
        return Outcome(f"Nothing was ever decided about {chosen.contact}{where}.", document)
    return Outcome("", document, told(stories, zone))


def stories_of(workspace: Workspace, contact_id: int, flow_id: int = 0) -> tuple[Story, ...]:
    """All journeys of a person, or those in one flow, with what kept them from coming in."""
    people = workspace.store.people
    lines = people.journal(contact_id, _ALL)
    if flow_id:
        lines = [line for line in lines if line.flow_id == flow_id]
    return explain(lines, _past(workspace, contact_id, lines, people.journeys(contact_id), flow_id))


def _past(
    workspace: Workspace,
    contact_id: int,
    lines: Sequence[JournalLine],
    journeys: Sequence[Journey],
    flow_id: int,
) -> Past:
    part = PastPart(workspace.store)
    armed = [one for one in part.armings(contact_id) if flow_id in (0, one.flow_id)]
    versions = {line.version_id for line in lines} | {one.version_id for one in journeys}
    editions: dict[int, list[Edition]] = {}
    flows = {line.flow_id for line in lines} | {one.flow_id for one in armed}
    for row in part.editions(versions, flows):
        drawing = read_flow(row.document)
        edition = Edition(row.flow_id, row.number, row.published_at, row.author, drawing, row.undone_at)
        editions.setdefault(row.version_id, []).append(edition)
    return Past(
        flows=part.flows(),
        editions=editions,
        consents=part.consents(contact_id),
        keys={one.id: one.key for one in journeys},
        due={one.id: one.due_at for one in journeys if one.due_at is not None and one.state in _GOES_ON},
        armed=armed,
    )


def _flow_id(workspace: Workspace, given: str) -> int:
    name = load_flow(given, workspace)[0].name if is_file_name(given) else given
    return workspace.store.flows.id_of(name)


# --- written -------------------------------------------------------------------------------------------


def told(stories: Sequence[Story], zone: tzinfo) -> str:
    """As lines for a person, story under story."""
    return "\n\n".join("\n".join([_write(story.head, zone), *_lines(story, zone)]) for story in stories)


def _lines(story: Story, zone: tzinfo) -> list[str]:
    return [f"  {_column(line, zone):<17}  {_write(line.saying, zone)}" for line in story.lines]


def _column(line: Told, zone: tzinfo) -> str:
    """When it was; what holds now has no moment."""
    at = line.at.astimezone(zone)
    return "now" if line.holds_now else f"{at.day:>2} {at:%b %Y %H:%M}"


def _write(saying: Any, zone: tzinfo) -> str:
    def when(at: datetime) -> str:
        local = at.astimezone(zone)
        return f"{local.day} {local:%B %Y, %H:%M}"

    return written(saying, when)


def _story_json(story: Story, zone: tzinfo) -> Mapping[str, Any]:
    return {
        "flow": story.flow,
        "journey": story.journey_id or None,
        "head": _write(story.head, zone),
        "lines": [
            {
                "at": line.at.isoformat(),
                "what": line.what,
                "node": line.node,
                "tone": str(line.tone),
                "text": _write(line.saying, zone),
            }
            for line in story.lines
        ],
    }
