"""Whether the crowd's numbers add up, counted again by somebody else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from app.flows.codec import read_flow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.bootstrap.demo.crowd import Crowd
    from app.bootstrap.workspace import Workspace
    from app.model.flow import Flow
    from app.model.ports import Caught, Counts


def faults(
    workspace: Workspace, document: dict[str, Any], crowd: Crowd, caught: Sequence[Caught]
) -> list[str]:
    """Everything that is not as it must be, each in one sentence; empty when all is well."""
    return [
        *_unwalked(document),
        *_sums(document, caught),
        *_conserved(workspace),
        *_recounted(workspace),
        *_after_goal(crowd, caught),
    ]


def _unwalked(document: dict[str, Any]) -> Iterator[str]:
    for edge in document["edges"]:
        if not edge["count"]:
            way = f"from {edge['from']} by {edge['outlet']} to {edge['to']}"
            yield f"Nobody walked {way} in “{edge['flow']}”."


def _sums(document: dict[str, Any], caught: Sequence[Caught]) -> Iterator[str]:
    """What the servers caught is what the outbox says was sent, and nothing came twice."""
    arrived = Counter(message.channel for message in caught)
    for channel in ("email", "sms"):
        sent = document["messages"].get(channel, {}).get("sent", 0)
        if sent != arrived[channel]:
            yield f"{channel}: {sent} were sent and {arrived[channel]} arrived."
    doubled = [key for key, count in Counter(message.message_id for message in caught).items() if count > 1]
    if doubled:
        yield f"{len(doubled)} messages arrived twice."
    journeys = document["journeys"]
    if journeys["entered"] != journeys["inside"] + sum(journeys["by_end"].values()):
        yield "The journeys that began are not those that ended and those under way."


def _conserved(workspace: Workspace) -> Iterator[str]:
    """At every node: who came is who left, ended or is here."""
    for name, document in workspace.store.flows.published():
        flow, counts = read_flow(document), workspace.store.numbers.counts(name)
        arrived: Counter[str] = Counter()
        for edge in flow.edges:
            arrived[edge.target] += counts.edges.get((edge.source, edge.outlet), 0)
        for node in flow.nodes:
            if node.kind.startswith("entry."):
                continue
            left = sum(count for (source, _), count in counts.edges.items() if source == node.id)
            stopped = _ends(counts, node.id) - _ended_leaving(counts, node.id, flow)
            if arrived[node.id] != left + stopped + counts.here.get(node.id, 0):
                yield f"At {node.id} of “{name}” the numbers of people do not add up."


def _ends(counts: Counts, node: str) -> int:
    return sum(count for (at, name), count in counts.names.items() if at == node and name.startswith("end:"))


def _ended_leaving(counts: Counts, node: str, flow: Flow) -> int:
    """Ends by an open outlet are counted as a walk too."""
    return sum(
        count
        for (source, outlet), count in counts.edges.items()
        if source == node and (source, outlet) not in flow.leading
    )


def _recounted(workspace: Workspace) -> Iterator[str]:
    if workspace.store.numbers.recount(dry=True):
        yield "The counters are not what the rows say."


def _after_goal(crowd: Crowd, caught: Sequence[Caught]) -> Iterator[str]:
    """Nobody whose basket was ordered got anything about it afterwards."""
    for message in caught:
        visitor = crowd.by_address[message.address]
        if visitor.ordered_at is not None and message.at > visitor.ordered_at:
            yield f"A message reached visitor {visitor.person.number} after their order."
