"""Show 5 of the engine: what a rehearsal says is what the real engine does, message by message."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.bootstrap.rehearsing import rehearse_flow
from app.model.rehearsing import Rehearsal, RehearsalOptions
from tests.figures import Figures
from tests.stories.basket_flow import NAME
from tests.stories.rehearsed import DAYS, START, document, month, prints_of, really, record, shop

REPLAY = RehearsalOptions(days=DAYS, replay=True, start=START)


def _rehearsed(folder: Path, text: str, people: int, options: RehearsalOptions, **more: object) -> Rehearsal:
    with shop(folder, START + timedelta(days=DAYS), people, more) as workspace:
        record(workspace, month(people))
        return rehearse_flow(workspace, NAME, text, options)


def _is_equal(tmp_path: Path, people: int, seed: int, figures: Figures, **more: object) -> None:
    text, options = document(tmp_path), RehearsalOptions(days=DAYS, replay=True, seed=seed, start=START)
    found = _rehearsed(tmp_path / "rehearsed", text, people, options, **more)
    said = [(one.at, one.contact_id, one.node, one.channel) for one in found.draft.said]
    with shop(tmp_path / "real", START - timedelta(seconds=1), people, more) as workspace:
        real = really(workspace, text, month(people), seed)
        walked = workspace.store.numbers.counts(NAME)
    other = len(set(said) ^ set(real))
    figures("show 5", people=people, seed=seed, messages=len(real), different=other)
    assert len({node for _, _, node, _ in real}) == 5, "every letter, the popup and the SMS"
    assert sorted(said) == sorted(real)
    told = {(one["from"], one["outlet"]): one["count"] for one in found.document["edges"]}
    assert {place: count for place, count in told.items() if count} == dict(walked.edges)


def test_a_rehearsal_says_what_a_real_run_of_the_same_dice_sends_to_the_microsecond(
    tmp_path: Path, figures: Figures
) -> None:
    """Show 5: the same messages at the same moments, the same ways walked."""
    _is_equal(tmp_path, 80, 3, figures)


def test_limits_hold_back_the_same_messages_until_the_same_moments(tmp_path: Path, figures: Figures) -> None:
    """Show 5, with a ceiling and a rate that are reached, and a cap (rule 22)."""
    limits = {"sending.ceiling": {"email": 4, "sms": 2}, "sending.rate": {"sms": "1/h"}, "sending.cap": 2}
    _is_equal(tmp_path, 60, 4, figures, **limits)


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_the_same_of_many_people(tmp_path: Path, figures: Figures) -> None:
    """Show 5 in large."""
    _is_equal(tmp_path, 1500, 11, figures)


def test_the_same_seed_says_the_same_and_another_one_something_else(tmp_path: Path) -> None:
    text = document(tmp_path)
    with shop(tmp_path / "shop", START + timedelta(days=DAYS), 60) as workspace:
        record(workspace, month(60))
        first, second = (rehearse_flow(workspace, NAME, text, REPLAY) for _ in range(2))
        other = rehearse_flow(
            workspace, NAME, text, RehearsalOptions(days=DAYS, replay=True, seed=2, start=START)
        )
    assert first.document == second.document
    assert first.draft.said == second.draft.said
    assert [one.at for one in first.draft.said] != [one.at for one in other.draft.said]


def test_the_workspace_is_never_written(tmp_path: Path) -> None:
    """Rehearsed while another program has it open: not one byte of any file changes."""
    text, place = document(tmp_path), tmp_path / "shop"
    with shop(place, START + timedelta(days=DAYS), 40) as workspace:
        record(workspace, month(40))
        workspace.store.checkpoint(truncate=True)
        before = prints_of(place)
        for options in (REPLAY, RehearsalOptions(days=5), RehearsalOptions(days=5, also_today=True)):
            assert rehearse_flow(workspace, NAME, text, options).draft.said
        assert prints_of(place) == before
        assert not (tmp_path / "shop.secrets").exists(), "no key was made for its links"
