from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from app.support import clock as clocks
from app.support import ids

START = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Woken:
    """Stands for a wake-up that does not come; keeps how long it would have waited."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> bool:
        self.seconds.append(seconds)
        return False


def test_the_wall_clock_is_in_utc_and_is_woken() -> None:
    clock, event = clocks.SystemClock(), threading.Event()
    event.set()
    clock.sleep(3600, event.wait)
    assert clock.now().tzinfo is UTC
    wake = Woken()
    clock.sleep(-5, wake)
    assert wake.seconds == [0.0]


def test_the_fast_clock_runs_as_many_times_as_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: wall[0])
    clock, wake = clocks.FastClock(START, speed=60), Woken()
    clock.sleep(3600, wake)
    assert wake.seconds == [60.0]
    wall[0] += 30
    assert clock.now() == START + timedelta(minutes=30)


def test_the_fast_clock_leaves_a_person_time_before_each_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: wall[0])
    clock, wake = clocks.FastClock(START, speed=3600, floor=20), Woken()
    clock.sleep(1800, wake)
    assert wake.seconds == [pytest.approx(20)]
    wall[0] = 5.0  # woken on the way: what is left stays left
    clock.sleep((START + timedelta(seconds=1800) - clock.now()).total_seconds(), wake)
    assert wake.seconds[-1] == pytest.approx(15)
    wall[0] = 20.0
    assert clock.now() == START + timedelta(seconds=1800)
    clock.sleep(5, wake)
    assert wake.seconds[-1] == 5  # never slower than the wall
    wall[0] = 25.0
    clock.sleep(10 * 86_400, wake)
    assert wake.seconds[-1] == 240


def test_the_standing_clock_moves_only_when_told_and_never_back() -> None:
    clock, wake = clocks.StandingClock(START), Woken()
    clock.sleep(3600, wake)
    assert clock.now() == START
    assert wake.seconds == [pytest.approx(0.05)]
    clock.jump(START + timedelta(days=1))
    clock.jump(START)
    assert clock.now() == START + timedelta(days=1)


def test_a_following_clock_jumps_over_each_sleep() -> None:
    clock, wake = clocks.StandingClock(START, follow=True), Woken()
    clock.sleep(90, wake)
    assert clock.now() == START + timedelta(seconds=90)
    assert wake.seconds == [0]


def test_ids_grow_and_never_repeat_also_from_many_threads() -> None:
    source = ids.TimedIds(tag=5)
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda _n: [source.new() for _ in range(5_000)], range(4)))
    assert all(part == sorted(part) for part in parts)
    together = {made for part in parts for made in part}
    assert len(together) == 20_000
    assert all(0 < made < 2**63 and (made >> 12) % 1024 == 5 for made in together)


def test_ids_grow_although_the_wall_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    source = ids.TimedIds(tag=0)
    first = source.new()
    monkeypatch.setattr("time.time_ns", lambda: 1_735_689_600_000_000_000)
    assert [source.new(), source.new()] == [first + 1, first + 2]


def test_a_process_takes_its_own_tag() -> None:
    import os

    assert (ids.TimedIds().new() >> 12) % 1024 == os.getpid() % 1024


def test_a_sequence_counts() -> None:
    source = ids.SequenceIds(7)
    assert [source.new(), source.new()] == [7, 8]


def test_where_no_clock_counts_sleep_a_sleep_shows_on_the_wall_alone() -> None:
    clock = clocks.StandingClock(START, counts_sleep=False)
    clock.doze(START + timedelta(hours=8))
    assert (clock.now() - START, clock.awake(), clock.passed()) == (timedelta(hours=8), 0.0, 0.0)


def test_this_machines_clocks_go_on_together_while_it_is_awake() -> None:
    clock = clocks.SystemClock()
    before = clock.passed() - clock.awake()
    assert clock.counts_sleep or before == 0
    assert abs(clock.passed() - clock.awake() - before) < 5
