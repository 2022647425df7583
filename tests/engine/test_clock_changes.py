"""R15 with a store: one person in a zone of each pattern of changes, followed over their next change."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.model.journey import JourneyState
from app.model.rules import Rules, Window
from tests.engine.world import World
from tests.figures import Figures
from tests.unit.engine.build import MANUAL, flow_of, letter, node
from tests.unit.engine.test_every_zone import Change, changes

DAYTIME = Window(time(8), time(21))


def one_of_each_pattern() -> list[Change]:
    """The first change of one zone for each pattern of changes, the soonest first."""
    by_zone: dict[str, list[Change]] = {}
    for change in changes():
        by_zone.setdefault(change.zone.key, []).append(change)
    patterns = {tuple((one.at, one.jump) for one in found): found[0] for found in by_zone.values()}
    return sorted(patterns.values(), key=lambda one: one.at)


def test_everybody_gets_each_letter_once_at_their_own_hour(world: World, figures: Figures) -> None:
    """R15: a letter in the night of the change, one a day after it, and one next Monday at nine."""
    world.context.rules = Rules(windows={"email": DAYTIME})
    nodes = [
        MANUAL,
        letter("one"),
        node("day", "delay", for_="P1D"),
        letter("two"),
        node("monday", "until", time="09:00", weekdays=["mon"]),
        letter("three"),
        node("over", "end"),
    ]
    lines = [
        "start.entered > one",
        "one.sent > day",
        "day.next > two",
        "two.sent > monday",
        "monday.next > three",
        "three.sent > over",
    ]
    world.publish(flow_of(nodes, *lines))
    found = one_of_each_pattern()
    people = {world.person(f"p{number}@example.org"): change for number, change in enumerate(found)}
    for one, change in people.items():
        world.in_zone(one, change.zone.key)
        begins = change.at - timedelta(minutes=30)
        if begins > world.now:
            world.wait(seconds=(begins - world.now).total_seconds())
        world.enter(one)
        world.work()
    world.wait(days=10)
    for one, change in people.items():
        letters = world.messages(one)
        assert [message.node for message in letters] == ["one", "two", "three"]
        assert world.journey(one).state is JourneyState.DONE
        shown = [wall(message.sent_at, change.zone) for message in letters]
        assert all(DAYTIME.holds(moment.time()) for moment in shown)
        assert shown[1] == shown[0] + timedelta(days=1)
        assert (shown[2].weekday(), shown[2].time()) == (0, time(9))
    figures("R15", patterns=len(found), letters=len(world.email.sent), lost=0, doubled=0)
    assert len(world.email.sent) == 3 * len(found)


def wall(moment: datetime | None, zone: ZoneInfo) -> datetime:
    assert moment is not None
    return moment.astimezone(zone).replace(tzinfo=None)
