"""R20: when a channel is left alone, and when it is tried again. Pure."""

from __future__ import annotations

from app.engine.breaker import FAILURES, FIRST_PAUSE, LAST, LONGEST_PAUSE, Breaker


def tried(breaker: Breaker, *outcomes: bool, start: float = 0.0, every: float = 1.0) -> Breaker:
    """So many messages, True for one that failed."""
    for number, failed in enumerate(outcomes):
        breaker = breaker.after(failed=failed, now=start + number * every)
    return breaker


def open_at(now: float) -> Breaker:
    return tried(Breaker(), *[True] * FAILURES, start=now, every=0.0)


def test_twenty_failures_of_twenty_five_open_it() -> None:
    breaker = tried(Breaker(), *[False, True, True, True, True] * 5)
    assert (sum(breaker.failures), len(breaker.failures)) == (FAILURES, LAST)
    assert not breaker.is_closed
    assert tried(Breaker(), *[False] * 5, *[True] * 19).is_closed
    assert not tried(Breaker(), *[False] * 5, *[True] * 20).is_closed


def test_nineteen_of_twenty_five_do_not() -> None:
    breaker = tried(Breaker(), *[*[True] * 19, *[False] * 6] * 8)
    assert breaker.is_closed
    assert breaker.may(4, 1e9) == 4


def test_a_minute_of_nothing_but_failures_opens_it_where_each_takes_its_time() -> None:
    """Within a minute or so, also at a server that takes a quarter of one to fail."""
    assert tried(Breaker(), *[True] * 4, every=15.0).is_closed
    assert not tried(Breaker(), *[True] * 5, every=15.0).is_closed
    assert tried(Breaker(), True, True, True, every=40.0).is_closed, "three are no proof"
    assert tried(Breaker(), True, True, False, True, True, True, every=30.0).is_closed


def test_open_it_lets_nothing_out_and_then_one_that_tries() -> None:
    breaker = open_at(100.0)
    assert breaker.may(4, 100.0 + FIRST_PAUSE - 0.1) == 0
    assert breaker.may(4, 100.0 + FIRST_PAUSE) == 1
    assert breaker.may(0, 100.0 + FIRST_PAUSE) == 0


def test_what_was_under_way_when_it_opened_says_nothing_new() -> None:
    breaker = open_at(100.0)
    assert breaker.after(failed=True, now=101.0).until == breaker.until


def test_one_that_works_closes_it_and_what_failed_before_is_forgotten() -> None:
    breaker = open_at(100.0).after(failed=False, now=131.0)
    assert breaker == Breaker()
    assert breaker.may(4, 131.0) == 4


def test_one_that_fails_opens_it_for_twice_as_long_up_to_ten_minutes() -> None:
    breaker, now, pauses = open_at(0.0), 0.0, []
    for _ in range(8):
        pauses.append(breaker.until - now)
        now = breaker.until
        breaker = breaker.after(failed=True, now=now)
    assert pauses[:4] == [30.0, 60.0, 120.0, 240.0]
    assert pauses[-1] == LONGEST_PAUSE
