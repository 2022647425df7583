"""The first story of section 1, told in small over both stores: each way through the basket flow."""

from __future__ import annotations

import pytest

from app.model.journey import MessageState
from app.model.people import Actor
from tests.engine.flows import basket
from tests.engine.world import World, later

B1 = {"basket_id": "b1"}


@pytest.fixture
def eva(world: World) -> int:
    """She left her basket half an hour ago."""
    world.publish(basket())
    contact_id = world.person("eva@example.org", "+4915112345678", "v1")
    world.happens("basket_added", contact_id, properties=B1)
    world.wait(minutes=30)
    return contact_id


def test_opened_an_hour_later_the_second_letter_and_the_third_after_three_days(
    world: World, eva: int
) -> None:
    """Section 1, story 1."""
    world.wait(hours=2)
    world.react(world.message(eva), "opened")
    world.wait(minutes=59)
    assert world.email.nodes == ["letter1"]
    world.wait(minutes=1)
    assert world.email.nodes == ["letter1", "letter2"]
    world.wait(hours=68)
    assert world.email.nodes == ["letter1", "letter2"]
    world.wait(hours=1)
    assert world.email.nodes == ["letter1", "letter2", "letter3"]
    assert world.messages(eva)[-1].due_at == later(days=3, minutes=30)
    assert world.place(eva) == "end!"


def test_who_only_reads_leaves_by_opened_when_the_day_is_over(world: World, eva: int) -> None:
    """Rule 4: here both lead to the same place, so opened leaves at once."""
    world.react(world.message(eva), "opened", Actor.MACHINE)
    assert world.place(eva) == "letter1"
    world.react(world.message(eva), "opened")
    assert world.place(eva) == "hour"


def test_not_opened_a_popup_and_without_a_visit_an_sms(world: World, eva: int) -> None:
    """Section 1, story 1."""
    world.wait(days=1)
    assert world.place(eva) == "popup"
    world.wait(days=2)
    assert [one.state for one in world.messages(eva)] == ["sent", "cancelled", "sent"]
    assert [one.address for one in world.sms.sent] == ["+4915112345678"]
    world.wait(days=2)
    assert world.email.nodes == ["letter1", "letter3"]


def test_the_popup_is_shown_once_and_its_answer_moves_on(world: World, eva: int) -> None:
    """Section 1, story 1."""
    world.wait(days=1, hours=3)
    popup = world.message(eva)
    assert world.show(popup)
    assert not world.show(popup)
    assert world.message(eva).content == {"headline": "Hi"}
    world.react(world.message(eva), "closed", Actor.HUMAN)
    assert world.place(eva) == "days"


def test_the_order_ends_the_journey_wherever_it_is(world: World, eva: int) -> None:
    """Section 1: she gets nothing more."""
    world.wait(days=1, hours=3)
    world.happens("order_completed", eva, properties=B1)
    assert world.place(eva) == "goal!"
    assert world.message(eva).state is MessageState.CANCELLED
    assert not world.show(world.message(eva))
    world.wait(days=30)
    assert world.email.nodes == ["letter1"]
    assert world.sms.sent == []


def test_a_machine_that_slept_carries_on_where_the_rules_say(world: World, eva: int) -> None:
    """Rules 2 and 5, promise 4: asleep for four days after the first letter."""
    world.work()
    world.sleep(days=4)
    world.work()
    # The time-out fell on the first day; the popup begins its time when it can be seen.
    assert world.place(eva) == "popup"
    popup = world.journey(eva)
    assert popup.arrived_at == later(days=1, minutes=30)
    assert popup.due_at == later(days=6, minutes=30)


def test_the_clock_of_a_letter_is_the_receipts(world: World, eva: int) -> None:
    """Rule 5."""
    assert world.journey(eva).due_at == later(days=1, minutes=30)
