"""What was decided once is decided the same way for ever: recorded histories, replayed (R10)."""

from __future__ import annotations

from collections import Counter

import pytest

from app.flows.codec import read_flow
from app.model.flow import Node
from app.model.kinds import KINDS
from tests.figures import Figures
from tests.histories.play import HISTORIES, history, play


@pytest.mark.parametrize("name", HISTORIES)
def test_a_recorded_history_is_decided_the_same_way_today(name: str, figures: Figures) -> None:
    """R10 and Show 6."""
    kept = history(name)
    journal = kept.pop("journal")
    played = play(**kept)
    different = sum(one != other for one, other in zip(played, journal, strict=False))
    figures("R10", history=name, decisions=len(journal), different=different)
    figures("show 6", history=name, decisions=len(journal), different=different)
    assert played == journal


@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_is_long_enough_to_tell_something(name: str) -> None:
    journal = history(name)["journal"]
    assert len(journal) > 30
    assert {line[4] for line in journal} >= {"started", "queued", "sent", "left", "ended", "reaction"}


def test_every_kind_of_node_has_its_history() -> None:
    """Show 6: somebody has gone through it, or come to its end."""
    walked = Counter[str]()
    for name in HISTORIES:
        kept = history(name)
        nodes: dict[str, Node] = {}
        for document in [*kept.get("others", ()), kept["document"]]:
            nodes |= read_flow(document).by_id
        walked.update(nodes[line[3]].kind for line in kept["journal"] if line[3] in nodes)
    assert {name for name, kind in KINDS.items() if kind.available} <= walked.keys()
