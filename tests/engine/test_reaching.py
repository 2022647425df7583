"""Rule 18 with a store: first popup, then letter, then SMS, and whichever works first."""

from __future__ import annotations

from typing import Any

from app.engine import page
from app.engine.tick import tick
from app.model.flow import Flow
from app.model.journey import MessageState, Result
from tests.engine.world import NOON, World, later
from tests.unit.engine.build import MANUAL, flow_of, node

RUNGS: list[dict[str, Any]] = [
    {"kind": "popup", "settings": {"headline": "Hi"}, "try_for": "P2D"},
    {"kind": "email", "settings": {"subject": "Hello", "body": "Text"}, "try_for": "P1D"},
    {"kind": "sms", "settings": {"text": "Hello"}, "try_for": "P1D"},
]
ENDS = ("clicked", "timeout", "failed")


def reaching(*kinds: str, **settings: Any) -> Flow:
    rungs = [rung for rung in RUNGS if not kinds or rung["kind"] in kinds]
    told = {"rungs": rungs, "reactions": ["clicked"], **settings}
    names = [*told["reactions"], "timeout", "failed"] if told["reactions"] else ["sent", "failed"]
    nodes = [
        MANUAL,
        node("r", "reach", **told),
        node(
            "which",
            "check",
            ways=[
                {"name": "letter", "when": {"message": "r#1", "reaction": "clicked"}},
                {"name": "any", "when": {"message": "r", "reaction": "clicked"}},
            ],
        ),
        *(node(name, "delay", for_="P90D") for name in ("by-letter", "by-another", "nobody")),
    ]
    ways = [
        "start.entered > r",
        *(f"r.{name} > which" for name in names),
        "which.letter > by-letter",
        "which.any > by-another",
        "which.else > nobody",
    ]
    return flow_of(nodes, *ways)


def inside(world: World, *kinds: str, visitor: str = "v1", **more: Any) -> int:
    world.publish(reaching(*kinds, **more.pop("flow", {})))
    eva = world.person(**{"email": "eva@example.org", "phone": "+4915112345678", "visitor": visitor, **more})
    world.enter(eva)
    world.work()
    return eva


def on_page(world: World, contact_id: int) -> list[str]:
    with world.context.session() as session:
        return [one.outgoing.node.id for one in page.waiting(session, session.tx.page_messages(contact_id))]


def test_each_rung_is_tried_for_its_time(world: World) -> None:
    eva = inside(world)
    assert on_page(world, eva) == ["r#0"]
    world.wait(days=2)
    assert on_page(world, eva) == []
    assert [one.channel for one in world.messages(eva)] == ["popup", "email"]
    assert world.email.nodes == ["r#1"]
    world.wait(days=1)
    assert (world.email.nodes, world.sms.nodes) == (["r#1"], ["r#2"])
    world.wait(days=1)
    assert world.place(eva) == "nobody"
    assert [(one.rung, one.step, one.state) for one in world.messages(eva)] == [
        (0, 1, MessageState.CANCELLED),
        (1, 1, MessageState.SENT),
        (2, 1, MessageState.SENT),
    ]
    assert world.journey(eva).arrived_at == later(days=4)


def test_which_rung_worked_is_stored_and_can_be_asked(world: World) -> None:
    """The letter is answered while the SMS waits already."""
    eva = inside(world)
    world.wait(days=3)
    letter = world.messages(eva)[1]
    world.react(letter, "clicked")
    assert world.place(eva) == "by-letter"
    left = next(one for one in world.journal(eva) if one.what == "left" and one.node == "r")
    assert left.data == {"rung": 1, "message": letter.id}
    assert (world.count("rung:1"), world.count("out:clicked")) == (1, 1)


def test_a_shown_popup_is_not_shown_again_when_its_rung_is_over(world: World) -> None:
    eva = inside(world)
    assert world.show(world.message(eva))
    world.wait(days=2)
    assert on_page(world, eva) == []
    popup = world.messages(eva)[0]
    world.react(popup, "clicked")
    assert world.place(eva) == "by-another"
    assert world.messages(eva)[-1].state is MessageState.SENT
    world.wait(days=9)
    assert world.sms.nodes == []


def test_who_cannot_be_reached_one_way_is_tried_the_next_at_once(world: World) -> None:
    """Rule 18: policy, a dead address, a text that cannot be made."""
    eva = inside(world, "email", "sms", email="")
    assert [(one.channel, one.reason) for one in world.messages(eva)] == [
        ("email", "no-address"),
        ("sms", ""),
    ]
    assert world.sms.nodes == ["r#1"]
    assert world.journey(eva).arrived_at == NOON


def test_a_dead_address_goes_to_the_next_rung(world: World) -> None:
    world.email.will(Result.HARD, "550", bad_address=True)
    eva = inside(world, "email", "sms")
    assert [(one.state, one.reason) for one in world.messages(eva)] == [
        (MessageState.FAILED, "hard"),
        (MessageState.SENT, ""),
    ]
    assert "email" in world.contact(eva).suppressed


def test_when_nothing_can_be_sent_it_leaves_by_failed(world: World) -> None:
    eva = inside(world, "email", "sms", agrees=())
    assert world.place(eva) == "nobody"
    assert world.count("out:failed") == 1
    assert world.count("failed:no-consent") == 2


def test_none_ticked_it_goes_on_when_one_is_sent(world: World) -> None:
    eva = inside(world, "email", "sms", agrees=("sms",), flow={"reactions": []})
    assert (world.place(eva), world.count("out:sent"), world.count("rung:1")) == ("nobody", 1, 1)


def test_an_unsubscribe_from_an_earlier_rung_withdraws_the_later_one(world: World) -> None:
    """Rules 8 and 10."""
    eva = inside(world, "email", "sms")
    world.clock.jump(later(days=1))
    tick(world.context)
    world.react(world.messages(eva)[0], "unsubscribed")
    assert world.place(eva) == "unsubscribed!"
    assert world.message(eva).state is MessageState.CANCELLED
    world.work()
    assert world.sms.nodes == []


def test_a_letter_of_which_nothing_is_known_tries_no_other_way(world: World) -> None:
    """Rule 5 and promise 3: it may have arrived. A person decides, and no SMS goes out behind their back."""
    world.email.will(Result.UNKNOWN, "cut off")
    eva = inside(world, "email", "sms")
    world.wait(days=9)
    assert (world.place(eva), world.message(eva).state) == ("r", MessageState.UNKNOWN)
    assert world.sms.nodes == []
    world.react(world.message(eva), "delivered")
    assert world.journey(eva).due_at == later(days=10)
