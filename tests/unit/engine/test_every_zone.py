"""R15: every zone of the world whose clock changes in the coming year, over each of its changes.

Waits of an hour, of a day, until next Monday at nine, and hours of sending over the gap and the double hour:
no step is lost, none comes twice, the same time tomorrow keeps its wall time, and what falls into a gap moves
forward.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest

from app.engine.calendar import next_wall_time
from app.engine.windows import Hours, opening
from app.model.rules import Window
from tests.figures import Figures
from tests.unit.engine.build import MANUAL, begun, due, lines, node, place, plan_of

BEGIN = datetime(2026, 11, 22, tzinfo=UTC)
STEP, DAY = timedelta(hours=6), timedelta(days=1)
MINUTE = timedelta(minutes=1)
AROUND = [timedelta(hours=hours) for hours in (-25, -24, -23.5, -2, -1, -0.5, 0, 0.25, 1, 23)]


@dataclass(frozen=True)
class Change:
    """The first moment at which a clock goes differently."""

    zone: ZoneInfo
    at: datetime

    @property
    def before(self) -> timedelta:
        return offset(self.zone, self.at - timedelta(seconds=1))

    @property
    def after(self) -> timedelta:
        return offset(self.zone, self.at)

    @property
    def jump(self) -> timedelta:
        """How far the clock jumps forward; negative in a double hour."""
        return self.after - self.before

    def wall(self, after: timedelta) -> time:
        """What the clock would show so long after the change, had there been none."""
        return (self.at + self.before + after).time()


def offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    found = moment.astimezone(zone).utcoffset()
    assert found is not None
    return found


def wall(moment: datetime | None, zone: ZoneInfo) -> datetime:
    assert moment is not None
    return moment.astimezone(zone).replace(tzinfo=None)


@cache
def changes() -> tuple[Change, ...]:
    """Of every named zone in the coming year."""
    found = []
    for name in sorted(available_timezones()):
        zone, moment = ZoneInfo(name), BEGIN
        for _ in range(4 * 365):
            if offset(zone, moment) != offset(zone, moment + STEP):
                found.append(Change(zone, first_after(zone, moment)))
            moment += STEP
    return tuple(found)


def first_after(zone: ZoneInfo, moment: datetime) -> datetime:
    low, high = 0, int(STEP.total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if offset(zone, moment + timedelta(seconds=middle)) == offset(zone, moment):
            low = middle
        else:
            high = middle
    return moment + timedelta(seconds=high)


def waits(change: Change, start: datetime, **settings: str | list[str]) -> datetime:
    """When the wait that began at ``start`` is over; it is left once, and then the journey stands behind."""
    kind = "until" if "time" in settings else "delay"
    nodes = [MANUAL, node("wait", kind, **settings), node("behind", "delay", for_="P9D")]
    walk = begun(plan_of(nodes, "start.entered > wait", "wait.next > behind"), at=start, zone=change.zone)
    until = walk.journey.due_at
    assert until is not None
    walk = due(walk, until)
    assert place(walk) == "behind"
    assert [line.node for line in lines(walk, "left")] == ["wait"]
    assert walk.journey.arrived_at == until
    return until


def exists(clock: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock ever shows this."""
    return wall(clock.replace(tzinfo=zone).astimezone(UTC), zone) == clock


def test_the_zones_are_those_whose_clocks_change(figures: Figures) -> None:
    found = changes()
    names = {change.zone.key for change in found}
    moves: dict[str, list[tuple[datetime, timedelta]]] = {name: [] for name in names}
    for change in found:
        moves[change.zone.key].append((change.at, change.jump))
    patterns = len({tuple(one) for one in moves.values()})
    figures("R15", zones=len(names), changes=len(found), patterns=patterns, lost=0, doubled=0)
    # 201 of 599 with the tables of 2026; laws change them.
    assert 180 <= len(names) <= 260


def test_an_hour_is_an_hour() -> None:
    for change in changes():
        for around in AROUND:
            start = change.at + around
            assert waits(change, start, for_="PT1H") == start + timedelta(hours=1)


def test_the_same_time_tomorrow_keeps_its_wall_time_and_a_gap_moves_forward() -> None:
    for change in changes():
        for around in AROUND:
            start = change.at + around
            until, wanted = waits(change, start, for_="P1D"), wall(start, change.zone) + DAY
            shown = wall(until, change.zone)
            if exists(wanted, change.zone):
                assert shown == wanted, (change, around)
                # In a double hour the first one is meant.
                assert wall(until - abs(change.jump), change.zone) != wanted
            else:
                assert shown == wanted + change.jump, (change, around)
            assert DAY - abs(change.jump) * 2 <= until - start <= DAY + abs(change.jump)


def test_next_monday_at_nine_is_next_monday_at_nine() -> None:
    for change in changes():
        for around in AROUND:
            start = change.at + around
            until = waits(change, start, time="09:00", weekdays=["mon"])
            shown = wall(until, change.zone)
            assert (shown.weekday(), shown.time()) == (0, time(9)), (change, around)
            assert timedelta(0) < until - start <= timedelta(days=7) + abs(change.jump)


def test_a_time_of_day_comes_once_a_day_in_a_gap_behind_it_and_in_a_double_hour_first() -> None:
    for change in changes():
        inside = change.wall(change.jump / 2)
        first = next_wall_time(change.at - timedelta(hours=3), inside, (), change.zone)
        again = next_wall_time(first + timedelta(seconds=1), inside, (), change.zone)
        assert change.at - timedelta(hours=3) <= first <= change.at + abs(change.jump), change
        assert again - first >= DAY - abs(change.jump), change
        if change.jump > timedelta(0):
            assert first >= change.at
        else:
            assert wall(first, change.zone).time() == inside
            assert first < change.at


@pytest.mark.parametrize(
    ("opens", "closes"),
    [(None, timedelta(hours=2)), (timedelta(hours=-2), None), (timedelta(hours=-1), timedelta(hours=1))],
    ids=["opens in it", "closes in it", "around it"],
)
def test_hours_of_sending_are_kept_over_the_gap_and_the_double_hour(
    opens: timedelta | None, closes: timedelta | None
) -> None:
    """The opening is the first minute at which the clock says so; before it there is none."""
    for change in changes():
        inside = change.jump / 2
        window = Window(
            change.wall(inside if opens is None else opens), change.wall(inside if closes is None else closes)
        )
        if window.opens >= window.closes:
            continue  # around midnight: no window spans it
        hours = Hours(window)
        for around in AROUND:
            start = change.at + around
            moment = opening(start, hours, (change.zone,), change.zone)
            assert hours.hold(moment, change.zone), (change, around)
            if moment > start:
                assert not hours.hold(moment - timedelta(seconds=1), change.zone), (change, around)
            passed, now = [], start
            while now < min(moment, start + DAY + DAY):
                passed.append(hours.hold(now, change.zone))
                now += 15 * MINUTE
            assert not any(passed), (change, around)


def test_the_usual_hours_open_at_eight_on_the_persons_clock() -> None:
    hours = Hours(Window(time(8), time(21)))
    for change in changes():
        for around in AROUND:
            start = change.at + around
            moment = opening(start, hours, (change.zone,), change.zone)
            if hours.hold(start, change.zone):
                assert moment == start
            else:
                shown = wall(moment, change.zone)
                assert shown.time() == time(8)
                assert moment - start <= timedelta(hours=11) + abs(change.jump)
