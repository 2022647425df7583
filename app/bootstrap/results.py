"""What a workspace has done so far, in the JSON shape that ``run``, ``demo`` and ``rehearse`` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.flows.codec import read_flow

if TYPE_CHECKING:
    from app.bootstrap.workspace import Workspace


def results(workspace: Workspace) -> dict[str, Any]:
    """All of it is read from counters; ``edges`` has those of the newest versions, walked or not."""
    totals = workspace.store.numbers.totals()
    return {
        "contacts": totals.contacts,
        "events": totals.events,
        "journeys": {
            "entered": totals.entered,
            "inside": totals.inside,
            "by_end": dict(sorted(totals.ends.items())),
        },
        "messages": {name: dict(sorted(states.items())) for name, states in sorted(totals.messages.items())},
        "reactions": dict(sorted(totals.reactions.items())),
        "failed": dict(sorted(totals.failed.items())),
        "edges": edges(workspace),
    }


def edges(workspace: Workspace) -> list[dict[str, Any]]:
    """Every edge of every published flow with how often it was walked."""
    found = []
    for name, document in workspace.store.flows.published():
        walked = workspace.store.numbers.counts(name).edges
        found += [
            {
                "flow": name,
                "from": edge.source,
                "outlet": edge.outlet,
                "to": edge.target,
                "count": walked.get((edge.source, edge.outlet), 0),
            }
            for edge in read_flow(document).edges
        ]
    return found


def results_text(document: dict[str, Any]) -> str:
    """The same for people."""
    journeys = document["journeys"]
    ends = ", ".join(f"{count} {reason}" for reason, count in journeys["by_end"].items()) or "none ended"
    lines = [
        f"People: {document['contacts']}    Events: {document['events']}",
        f"Journeys: {journeys['entered']} began, {journeys['inside']} are under way; {ends}",
    ]
    for channel, states in document["messages"].items():
        lines.append(f"{channel}: " + ", ".join(f"{count} {state}" for state, count in states.items()))
    if document["reactions"]:
        lines.append(
            "Reactions: " + ", ".join(f"{count} {name}" for name, count in document["reactions"].items())
        )
    return "\n".join(lines)
