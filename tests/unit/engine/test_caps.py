"""How much advertising one person gets over all flows (the policy's frequency cap)."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.engine.caps import COUNTED, frees_at, had, most_for
from app.model.durations import parse_duration
from app.model.journey import Said
from app.model.rules import PRIORITIES, Cap
from tests.unit.engine.build import BERLIN, NOW

HIGH, NORMAL, LOW = (PRIORITIES[name] for name in ("high", "normal", "low"))
CAP = Cap(3, 4)


def said(*days_ago: float, channel: str = "email") -> list[Said]:
    return [Said(NOW - timedelta(days=one), channel, NORMAL) for one in sorted(days_ago, reverse=True)]


def frees(lately: list[Said], priority: int = NORMAL, cap: Cap = CAP, now: datetime = NOW) -> float | None:
    """In so many days from now."""
    moment = frees_at(cap, priority, lately, now, BERLIN)
    return None if moment is None else (moment - now) / timedelta(days=1)


def test_no_cap_lets_everything_out() -> None:
    assert frees(said(*[0.1] * 50), cap=Cap()) is None


def test_the_next_one_waits_until_the_oldest_that_counts_is_a_week_old() -> None:
    assert frees(said(1, 2)) is None
    assert frees(said(1, 2, 6)) == 1
    assert frees(said(1, 2, 6, 5, 4)) == 3
    assert frees(said(1, 2, 7)) is None
    assert frees(said(1, 2, 6), now=NOW + timedelta(days=1)) is None


def test_an_important_one_may_go_further_and_what_serves_the_person_is_never_capped() -> None:
    assert frees(said(1, 2, 6), HIGH) is None
    assert frees(said(1, 2, 5, 6), HIGH) == 1
    assert frees(said(1, 2, 3), LOW) == 4
    assert frees(said(*[0.1] * 50), PRIORITIES["transactional"]) is None
    assert most_for(Cap(3, 0), HIGH) == 3


def test_how_many_count_is_told() -> None:
    lately = [*said(7.1, 6, 2), *said(1, channel="popup")]
    assert had(CAP, lately, NOW, BERLIN) == 2
    assert had(CAP, [], NOW, BERLIN) == 0


def test_days_are_counted_on_the_calendar() -> None:
    """Rule 13: over the clock change of 29 March a week is an hour short."""
    before = datetime.fromisoformat("2026-03-25T12:00:00+01:00")
    lately = [Said(before, "email", NORMAL)]
    now = before + timedelta(days=1)
    assert frees_at(Cap(1), NORMAL, lately, now, BERLIN) == before + timedelta(days=7, hours=-1)
    daily = Cap(1, within=parse_duration("PT24H"))
    assert frees_at(daily, NORMAL, lately, now - timedelta(hours=1), BERLIN) == now


def test_what_waits_on_the_page_and_what_is_ours_counts_for_nothing() -> None:
    assert frees([*said(1, 2), *said(1, 1, channel="popup"), *said(2, channel="task")]) is None
    assert frees([*said(1), *said(1, channel="sms"), *said(1, channel="whatsapp")]) == 6
    assert {"popup", "chat", "task", "webhook", "notice", ""} & COUNTED == set()
    assert {"email", "sms", "rcs", "telegram", "whatsapp"} <= COUNTED
