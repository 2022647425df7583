"""R16, R17: what three clocks say together. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.engine.watch import Found, Look, Reading, at_start

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = 86_400.0


def after(wall: float, awake: float, passed: float, look: Look | None = None, *, counts: bool = True) -> Look:
    """A look so many seconds of each clock after another one."""
    before = look or Look(Reading(NOON, 50.0, 70.0))
    old = before.reading
    now = Reading(old.wall + timedelta(seconds=wall), old.awake + awake, old.passed + passed)
    return before.then(now, counts_sleep=counts)


@pytest.mark.parametrize(
    ("wall", "awake", "passed", "found"),
    [
        (1, 1, 1, Found.WELL),
        (0, 0, 0, Found.WELL),
        (DAY, DAY, DAY, Found.WELL),  # awake all the time
        (8 * 3600, 1, 8 * 3600, Found.AWAY),
        (3 * DAY + 0.7, 1, 3 * DAY, Found.AWAY),
        (9, 1, 9, Found.WELL),
        (11, 1, 11, Found.AWAY),
        (601, 1, 1, Found.WELL),  # the last second that passes unasked
        (602, 1, 1, Found.AHEAD),
        (3601, 1, 1, Found.AHEAD),
        (10 * 365 * DAY, 1, 1, Found.AHEAD),
        (-3, 1, 1, Found.WELL),
        (-5, 1, 1, Found.BEHIND),
        (1 - 3600, 1, 1, Found.BEHIND),
        (1 - DAY, 1, 1, Found.BEHIND),
        (DAY, 1, 2 * DAY, Found.BEHIND),  # set back while it slept
        (4 * DAY, 1, 2 * DAY, Found.AHEAD),  # set forward while it slept
    ],
)
def test_sleep_and_a_clock_that_was_set_are_told_apart(
    wall: float, awake: float, passed: float, found: Found
) -> None:
    """R16, R17."""
    assert after(wall, awake, passed).found is found


def test_where_no_clock_counts_sleep_a_jump_forward_is_a_sleep_and_back_is_back() -> None:
    """R16: treat it as sleep."""
    assert after(8 * 3600, 1, 1, counts=False).found is Found.AWAY
    assert after(300, 1, 1, counts=False).found is Found.WELL
    assert after(-300, 1, 1, counts=False).found is Found.BEHIND


def test_how_far_it_was_set_is_told() -> None:
    assert after(3601, 1, 1).by == timedelta(hours=1)
    assert after(1 - DAY, 1, 1).by == timedelta(days=-1)
    assert after(61, 1, 1).by == timedelta(minutes=1)


def test_small_steps_back_add_up_and_a_step_forward_takes_them_off() -> None:
    """R16: not more than five seconds back unnoticed, in however many steps."""
    look = after(-1, 1, 1)
    assert (look.found, look.back) == (Found.WELL, timedelta(seconds=2))
    look = after(-1, 1, 1, look)
    assert look.found is Found.WELL
    assert after(-1, 1, 1, look).found is Found.BEHIND
    assert after(-1, 1, 1, look).by == timedelta(seconds=-6)
    forward = after(4, 1, 1, look)
    assert forward.back == timedelta(seconds=1)
    assert after(-1, 1, 1, forward).found is Found.WELL


def test_a_clock_that_is_slowed_is_not_set_back_however_long_it_lasts() -> None:
    look = Look(Reading(NOON, 0, 0))
    for _ in range(1000):
        look = after(0.5, 1, 1, look)
        assert look.found is Found.WELL


@pytest.mark.parametrize(
    ("now", "seen", "built", "found"),
    [
        (NOON, None, None, Found.WELL),
        (NOON, NOON - timedelta(days=300), None, Found.WELL),
        (NOON, NOON - timedelta(days=367), None, Found.AHEAD),
        (NOON, NOON + timedelta(seconds=5), None, Found.WELL),
        (NOON, NOON + timedelta(seconds=6), None, Found.BEHIND),
        (NOON, NOON + timedelta(days=3650), None, Found.BEHIND),
        (NOON, None, NOON + timedelta(days=1), Found.BEHIND),
        (NOON, NOON - timedelta(days=400), NOON + timedelta(days=1), Found.BEHIND),
        (NOON, None, NOON - timedelta(days=4000), Found.WELL),
    ],
)
def test_a_clock_that_cannot_be_right_at_the_start_is_found_out(
    now: datetime, seen: datetime | None, built: datetime | None, found: Found
) -> None:
    """R16: clock wrong by ten years at boot."""
    assert at_start(now, seen, built) is found
