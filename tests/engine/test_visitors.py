"""Rule 19: who is stored, who is noted, and who is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from app.engine.ingest import Intake
from app.engine.tick import tick
from app.model.people import Address, Event
from tests.engine.flows import by_event
from tests.engine.world import World, later
from tests.unit.engine.build import flow_of, node


def browser(number: int) -> Address:
    return Address("visitor", f"browser-{number}")


def comes(world: World, *addresses: Address, name: str = "signed_up") -> Intake:
    world.events += 1
    return world.take(Event(name, world.now, f"e{world.events}", addresses=addresses))


def noted(world: World) -> Mapping[int, None]:
    with world.store.transaction() as tx:
        return dict.fromkeys(tx.quiet_anonymous(world.now + timedelta(days=999), 99))


def contact_of(world: World, address: Address) -> int | None:
    with world.store.transaction() as tx:
        return next(iter(tx.find_contacts([address])), None)


def test_who_is_needed_by_nobody_is_counted_and_not_stored(world: World) -> None:
    assert comes(world, browser(1)) is Intake.COUNTED
    world.publish(by_event())
    assert comes(world, browser(1), name="seen") is Intake.COUNTED
    assert comes(world, browser(1)) is Intake.STORED
    assert comes(world, browser(1), name="seen") is Intake.STORED
    assert list(noted(world)) == [contact_of(world, browser(1))]


def test_a_known_contact_is_not_noted_and_a_visitor_no_longer_when_an_address_tells_who_it_is(
    world: World,
) -> None:
    world.publish(by_event())
    comes(world, Address("email", "eva@example.org"))
    assert noted(world) == {}
    comes(world, browser(1))
    assert len(noted(world)) == 1
    comes(world, browser(1), Address("email", "bob@example.org"))
    assert noted(world) == {}
    assert contact_of(world, browser(1)) == contact_of(world, Address("email", "bob@example.org"))


def test_a_visitor_who_becomes_one_with_a_known_contact_is_noted_no_longer(world: World) -> None:
    """On merge the older contact stays."""
    world.publish(by_event())
    comes(world, browser(1))
    old = contact_of(world, browser(1))
    comes(world, Address("email", "eva@example.org"))
    comes(world, browser(1), Address("email", "eva@example.org"))
    assert contact_of(world, Address("email", "eva@example.org")) == old
    assert noted(world) == {}


def test_two_visitors_who_become_one_stay_unknown(world: World) -> None:
    world.publish(by_event())
    comes(world, browser(1))
    comes(world, browser(2))
    comes(world, browser(1), browser(2))
    assert list(noted(world)) == [contact_of(world, browser(1))]


def test_an_unidentified_visitor_is_forgotten_after_thirty_quiet_days(world: World) -> None:
    world.publish(
        flow_of([node("start", "entry.event", events=["signed_up"]), node("e", "end")], "start.entered > e")
    )
    comes(world, browser(1))
    comes(world, browser(2))
    comes(world, Address("email", "eva@example.org"))
    one = contact_of(world, browser(1))
    assert one is not None
    world.wait(days=20)
    comes(world, browser(2))
    world.wait(days=10, minutes=1)
    assert contact_of(world, browser(1)) is None
    assert world.contact(one).erased
    assert contact_of(world, browser(2)) is not None
    world.wait(days=20)
    assert contact_of(world, browser(2)) is None
    assert contact_of(world, Address("email", "eva@example.org")) is not None
    assert noted(world) == {}


def test_who_is_inside_a_flow_stays_until_it_is_over(world: World) -> None:
    nodes = [
        node("start", "entry.event", events=["signed_up"]),
        node("w", "delay", for_="P45D"),
        node("e", "end"),
    ]
    world.publish(flow_of(nodes, "start.entered > w", "w.next > e"))
    comes(world, browser(1))
    world.wait(days=40)
    assert contact_of(world, browser(1)) is not None
    world.wait(days=6, hours=1)
    assert contact_of(world, browser(1)) is None


def test_many_are_forgotten_in_batches_and_at_most_once_an_hour(world: World) -> None:
    world.publish(
        flow_of([node("start", "entry.event", events=["signed_up"]), node("e", "end")], "start.entered > e")
    )
    world.context.batch = 3
    for number in range(8):
        comes(world, browser(number))
    world.work()
    world.sleep(days=31)
    assert tick(world.context) == 3
    assert len(noted(world)) == 5
    world.work()
    assert noted(world) == {}
    comes(world, browser(1))
    world.sleep(minutes=30)
    assert world.context.tidied == later(days=31)
    world.work()
    assert world.context.tidied == later(days=31)
    world.context.tidied = later(days=99)
    tick(world.context)
    assert world.context.tidied == world.now, "the clock was ahead when it was done last"
