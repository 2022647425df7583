"""R19: greylisted letters are tried after 5, 15, 60 minutes, then doubling to 4 hours, 3 days at most."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.retry import next_try
from tests.unit.engine.build import NOW, later


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 5), (2, 15), (3, 60), (4, 120), (5, 240), (6, 240), (7, 240), (5_000, 240)]
)
def test_the_pauses_grow_from_five_minutes_to_four_hours(attempts: int, minutes: int) -> None:
    """R19."""
    assert next_try(attempts, NOW, NOW) == later(minutes=minutes)


def test_after_three_days_it_is_given_up() -> None:
    """R19."""
    assert next_try(9, NOW, later(days=3, hours=-4)) == later(days=3)
    assert next_try(9, NOW, later(days=3, hours=-4, seconds=1)) is None


def test_what_waited_for_a_machine_or_a_person_still_gets_its_first_tries() -> None:
    """Promise 1: one greylisting does not end a letter that slept for a week."""
    assert next_try(3, NOW, later(days=7)) == later(days=7, hours=1)
    assert next_try(4, NOW, later(days=7)) is None


@given(st.integers(1, 10_000), st.integers(0, 400_000), st.integers(0, 400_000))
def test_a_next_try_is_always_later_and_never_far(attempts: int, due: int, waited: int) -> None:
    """R19."""
    due_at = NOW + timedelta(seconds=due)
    now = due_at + timedelta(seconds=waited)
    moment = next_try(attempts, due_at, now)
    if moment is not None:
        assert timedelta(minutes=5) <= moment - now <= timedelta(hours=4)
        assert attempts <= 3 or moment <= due_at + timedelta(days=3)


@given(st.integers(0, 400_000))
def test_a_message_that_always_fails_is_given_up_after_a_bounded_number_of_tries(slept: int) -> None:
    """R19."""
    now, tries = NOW + timedelta(seconds=slept), 1
    while (moment := next_try(tries, NOW, now)) is not None:
        now, tries = moment, tries + 1
    assert 4 <= tries <= 25
