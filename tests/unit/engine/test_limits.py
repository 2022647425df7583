"""Rule 22 and R22: limits that hold across restarts and processes, by what was counted in slots of time."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine import limits
from app.engine.limits import Beat, DayLimit, Stretch
from app.model.rules import PRIORITIES, Rate, Rules, WarmUp
from tests.figures import Figures
from tests.unit.engine.build import BERLIN, NOW, at_letter, later, the_message

LETTER = the_message(at_letter())
SERVICE = replace(LETTER, purpose="transactional", priority=PRIORITIES["transactional"])
MINUTE, DAY = Rate(30, 60), Rate(500, 86_400)


class Counted:
    """What two engines see that share one store: uses by slot."""

    def __init__(self, *rates: Rate) -> None:
        self._rates = rates
        self._used = {rate: Counter[int]() for rate in rates}

    def room(self, now: datetime) -> int:
        return min(rate.most - sum(used for _, used in self.slots(rate, now)) for rate in self._rates)

    def slots(self, rate: Rate, now: datetime) -> list[tuple[int, int]]:
        first = limits.first_slot(now, rate.seconds)
        return sorted((slot, used) for slot, used in self._used[rate].items() if slot >= first)

    def room_at(self, now: datetime) -> datetime:
        """When there is room again, at a moment without any."""
        full = [(rate, self.slots(rate, now)) for rate in self._rates]
        return max(
            limits.room_at(slots, rate) for rate, slots in full if sum(used for _, used in slots) >= rate.most
        )

    def use(self, now: datetime) -> None:
        for rate in self._rates:
            self._used[rate][limits.slot_of(now, rate.seconds)] += 1


def test_no_window_of_10_000_minutes_is_exceeded_and_95_percent_are_used(figures: Figures) -> None:
    """R22: 30 a minute and 500 a day, always with more to send than may go out."""
    counted, now, sent = Counted(MINUTE, DAY), NOW, list[datetime]()
    end = NOW + timedelta(minutes=10_000)
    while now < end:
        if counted.room(now) > 0:
            counted.use(now)
            sent.append(now)
            now += timedelta(milliseconds=37)  # what a message takes
        else:
            now = max(counted.room_at(now), now)
    for rate in (MINUTE, DAY):
        lately: deque[datetime] = deque()
        for one in sent:
            lately.append(one)
            while one - lately[0] >= timedelta(seconds=rate.seconds):
                lately.popleft()
            assert len(lately) <= rate.most
    possible = 500 * 7  # days that have begun
    figures(
        "R22", minutes=10_000, sent=len(sent), exceeded=0, used_percent=round(100 * len(sent) / possible, 1)
    )
    assert len(sent) >= 0.95 * possible


@given(
    st.lists(st.integers(0, 3_000_000_000), max_size=80),
    st.integers(1, 9),
    st.sampled_from([1, 7, 60, 3600]),
)
def test_a_window_holds_no_more_however_asking_falls(moments: list[int], most: int, seconds: int) -> None:
    """R22: any sliding window, at any moments."""
    rate, counted, sent = Rate(most, seconds), Counted(Rate(most, seconds)), list[datetime]()
    for moment in sorted(moments):
        now = NOW + timedelta(microseconds=moment)
        if counted.room(now) > 0:
            counted.use(now)
            sent.append(now)
        else:
            free = counted.room_at(now)
            assert free > now
            assert counted.room(free) > 0
            assert counted.room(free - timedelta(microseconds=1)) <= 0
            assert limits.room_at([(limits.slot_of(now, seconds), most)], rate) >= free
    for one in sent:
        window = [other for other in sent if one <= other < one + timedelta(seconds=seconds)]
        assert len(window) <= most


def test_a_clock_that_was_set_back_frees_nothing_early() -> None:
    """R22: slots of the future count."""
    counted = Counted(MINUTE)
    for _ in range(30):
        counted.use(NOW)
    back = NOW - timedelta(days=1)
    assert counted.room(back) == 0
    assert counted.room_at(back) == counted.room_at(NOW)


def test_a_clock_that_was_set_forward_is_looked_behind() -> None:
    """R22: what was used just now is not forgotten because somebody set the clock."""
    slot = limits.slot_of(NOW, 60)
    forward = NOW + timedelta(hours=1)
    assert limits.first_slot(forward, 60) > slot
    assert limits.first_slot(forward, 60, timedelta(hours=1)) <= slot


def test_of_a_rate_that_was_lowered_more_than_one_use_has_to_pass() -> None:
    first, second = limits.slot_of(NOW, 60), limits.slot_of(later(seconds=30), 60)
    used = [(first, 2), (second, 2)]
    soon, late = (limits.room_at(used, Rate(most, 60)) for most in (4, 2))
    assert soon == limits.room_at([(first, 4)], Rate(4, 60))
    assert late - soon == timedelta(seconds=0.6) * (second - first)


def test_nothing_used_is_room_at_once() -> None:
    assert limits.room_at([], MINUTE) < NOW


def test_looks_at_three_clocks_tell_sleep_from_a_step() -> None:
    """R16: both clocks that count sleep go on, and only the wall's jumps."""
    before = Beat(NOW, 100.0, 100.0)
    slept, stepped = Beat(later(hours=8), 101.0, 100.0 + 8 * 3600), Beat(later(hours=1), 101.0, 101.0)
    went_on, back = Beat(later(hours=8), 100.0 + 8 * 3600, 100.0 + 8 * 3600), Beat(later(hours=-1), 101, 101)
    assert [before.away(one) for one in (slept, stepped, went_on, back)] == [True, True, False, False]
    steps = [before.step(one) for one in (slept, stepped, went_on, back)]
    assert steps == [timedelta(0), timedelta(seconds=3599), timedelta(0), timedelta(seconds=-3601)]
    assert before.step(Beat(later(seconds=4), 100, 100)) == timedelta(0)


def test_waiting_for_a_rate_makes_nobody_late() -> None:
    """Rule 12: what the owner's own limit holds up is not overdue."""
    began = Stretch(NOW, Beat(NOW, 0, 0))
    after = began.at(Beat(later(hours=30), 30 * 3600, 30 * 3600))
    assert after.since == NOW
    assert LETTER.late_at is not None
    assert after.excuses(LETTER).late_at == LETTER.late_at + timedelta(hours=30)
    waited = replace(LETTER, due_at=later(hours=20), late_at=later(hours=44))
    assert after.excuses(waited).late_at == later(hours=54)
    tried = replace(waited, next_try_at=later(hours=29))
    assert after.excuses(tried).late_at == later(hours=45)
    to_come = replace(LETTER, due_at=later(hours=31))
    assert after.excuses(to_come) == to_come
    assert after.excuses(SERVICE) == replace(SERVICE, late_at=after.excuses(LETTER).late_at)
    never = replace(LETTER, late_at=None)
    assert after.excuses(never) == never


def test_what_the_machine_slept_through_is_no_excuse() -> None:
    """Rule 12 and promise 4."""
    slept = Stretch(NOW, Beat(NOW, 0, 0)).at(Beat(later(hours=30), 60, 30 * 3600))
    assert slept.since == later(hours=30)
    assert slept.excuses(LETTER) == replace(LETTER, late_at=LETTER.late_at)


# --- days -----------------------------------------------------------------------------------------------


def test_a_day_is_the_workspaces_and_turns_at_its_midnight() -> None:
    """Rule 22."""
    night = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert limits.day_of(night, BERLIN) == date(2026, 3, 3).toordinal()
    assert limits.turn_of_day(night, BERLIN) == datetime(2026, 3, 3, 23, 0, tzinfo=UTC)
    assert limits.turn_of_day(NOW, BERLIN) == datetime(2026, 3, 2, 23, 0, tzinfo=UTC)


def test_a_midnight_that_is_skipped_turns_behind_the_gap() -> None:
    """Cairo's clock jumps from 00:00 to 01:00 on 24 April 2026."""
    cairo = ZoneInfo("Africa/Cairo")
    turn = limits.turn_of_day(datetime(2026, 4, 23, 12, tzinfo=UTC), cairo)
    assert turn.astimezone(cairo) == datetime(2026, 4, 24, 1, tzinfo=cairo)


def test_a_new_domain_grows_from_day_to_day() -> None:
    warm_up, first = WarmUp(date(2026, 3, 2), 50, 1.5), date(2026, 3, 2)
    grown = [limits.warm_up_limit(warm_up, first + timedelta(days=n)) for n in range(-1, 5)]
    assert grown == [50, 50, 75, 112, 168, 253]
    assert limits.warm_up_limit(warm_up, first + timedelta(days=90_000)) == limits.MOST
    assert limits.warm_up_limit(replace(warm_up, factor=0.0), first + timedelta(days=3)) == 0


@pytest.mark.parametrize(
    ("address", "receiver"),
    [
        ("a@gmail.com", "gmail"),
        ("a@GoogleMail.com", "gmail"),
        ("a@yahoo.co.uk", "yahoo"),
        ("a@aol.com", "yahoo"),
        ("a@hotmail.fr", "microsoft"),
        ("a@live.com", "microsoft"),
        ("a@notgmail.com", "other"),
        ("a@mail.gmail.com.example.org", "other"),
        ("", "other"),
    ],
)
def test_large_receivers_are_known_by_their_domains(address: str, receiver: str) -> None:
    assert limits.receiver_of(address) == receiver


RULES = Rules(
    ceilings={"email": 200, "sms": 0},
    domains={"gmail": 5000},
    sending_domain="shop.example",
    warm_up=WarmUp(date(2026, 3, 2), 50),
)


def test_which_limits_of_the_day_count_a_letter() -> None:
    """Rule 22."""
    today = date(2026, 3, 2)
    assert limits.day_limits(RULES, LETTER, "eva@gmail.com", today) == [
        DayLimit("to:gmail:shop.example", 5000, "day-limit"),
        DayLimit("from:shop.example", 50, "warm-up"),
        DayLimit("day:email", 200, "ceiling"),
    ]
    assert limits.day_limits(RULES, LETTER, "eva@example.org", today)[0].most is None
    plain = replace(RULES, warm_up=None, sending_domain="")
    assert limits.day_limits(plain, LETTER, "", today) == [DayLimit("day:email", 200, "ceiling")]
    assert len(limits.day_limits(replace(RULES, warm_up=None), LETTER, "", today)) == 2
    assert limits.day_limits(Rules(), LETTER, "eva@gmail.com", today) == []


def test_what_serves_the_person_is_counted_and_waits_for_no_receiver() -> None:
    found = limits.day_limits(RULES, SERVICE, "eva@gmail.com", date(2026, 3, 2))
    assert [(one.name, one.most) for one in found] == [
        ("to:gmail:shop.example", None),
        ("from:shop.example", None),
        ("day:email", 200),
    ]


def test_a_ceiling_of_none_only_counts_and_mail_has_its_own_limits() -> None:
    text = replace(LETTER, channel="sms")
    assert limits.day_limits(RULES, text, "+4915112345678", date(2026, 3, 2)) == [
        DayLimit("day:sms", None, "ceiling")
    ]
