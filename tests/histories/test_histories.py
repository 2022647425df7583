"""What was decided once is decided the same way for ever: recorded histories, replayed (R10)."""

from __future__ import annotations

import pytest

from tests.histories.play import HISTORIES, history, play


@pytest.mark.parametrize("name", HISTORIES)
def test_a_recorded_history_is_decided_the_same_way_today(name: str) -> None:
    kept = history(name)
    acts = [(minutes, what, who, properties) for minutes, what, who, properties in kept["acts"]]
    assert play(kept["document"], kept["people"], acts) == kept["journal"]


@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_is_long_enough_to_tell_something(name: str) -> None:
    journal = history(name)["journal"]
    assert len(journal) > 50
    assert {line[4] for line in journal} >= {"started", "queued", "sent", "left", "ended", "reaction"}
