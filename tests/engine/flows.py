"""The flows that tests of the engine run."""

from __future__ import annotations

from typing import Any, Final

from app.model.flow import Flow
from tests.unit.engine.build import MANUAL, flow_of, letter, node

BASKET_EVENTS: Final = ["basket_added", "basket_changed"]


def basket(**settings: Any) -> Flow:
    """The first story, small: a letter, then a popup for who did not open it, an SMS, a last letter."""
    nodes = [
        node("start", "entry.event", events=BASKET_EVENTS, quiet_for="PT30M"),
        letter("letter1", reactions=["opened", "clicked"], timeout="P1D"),
        node("hour", "delay", for_="PT1H"),
        letter("letter2"),
        node(
            "popup", "popup", headline="Hi", reactions=["clicked", "closed"], timeout="P2D", show="next-visit"
        ),
        node("sms", "sms", text="Hello", reactions=["clicked"], timeout="P1D"),
        node("days", "until", since_entry="P3D"),
        letter("letter3"),
        node("over", "end"),
    ]
    lines = [
        "start.entered > letter1",
        "letter1.opened > hour",
        "letter1.clicked > hour",
        "letter1.timeout > popup",
        "letter1.failed > popup",
        "hour.next > letter2",
        "letter2.sent > days",
        "letter2.failed > days",
        "popup.clicked > days",
        "popup.closed > days",
        "popup.timeout > sms",
        "sms.clicked > days",
        "sms.timeout > days",
        "sms.failed > days",
        "days.next > letter3",
        "letter3.sent > over",
        "letter3.failed > over",
    ]
    rules: dict[str, Any] = {
        "key": "basket_id",
        "reentry": {"after": "P7D"},
        "goal": {"events": ["order_completed"]},
        "exits": [{"event": "basket_cleared"}],
    }
    return flow_of(nodes, *lines, **{**rules, **settings})


def one_letter(**settings: Any) -> Flow:
    """By hand: a letter; then an hour; then the end."""
    nodes = [
        MANUAL,
        letter(**settings),
        node("hour", "delay", for_="PT1H"),
        node("over", "end"),
        node("sorry", "end"),
    ]
    return flow_of(
        nodes, "start.entered > letter", "letter.sent > hour", "hour.next > over", "letter.failed > sorry"
    )


def answered(*reactions: str, flow: dict[str, Any] | None = None, **settings: Any) -> Flow:
    """By hand: a letter that waits a day for reactions, each of which leads to a pause of its own."""
    names = [*reactions, "timeout", "failed"]
    nodes = [
        MANUAL,
        letter(reactions=list(reactions), **{"timeout": "P1D", **settings}),
        *(node(f"to-{name}", "delay", for_="P30D") for name in names),
    ]
    lines = ["start.entered > letter", *(f"letter.{name} > to-{name}" for name in names)]
    return flow_of(nodes, *lines, **(flow or {}))


def by_event(**settings: Any) -> Flow:
    """A letter for whoever signs up."""
    nodes = [node("start", "entry.event", events=["signed_up"]), letter(), node("hour", "delay", for_="PT1H")]
    return flow_of(nodes, "start.entered > letter", "letter.sent > hour", **settings)
