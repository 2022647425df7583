"""Rule 22: how many get the first message of a flow in the next hour and day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.engine.first import Reach, reach_of
from app.model.flow import Flow, Node
from tests.unit.engine.build import MANUAL, flow_of, letter, node

START = node("start", "entry.event", events=["signed_up"])
HOUR = timedelta(hours=1)


def comers(rate: int) -> Callable[[Node, timedelta], int]:
    """So many people come in an hour, by every entry but by hand."""
    return lambda entry, span: 0 if entry.kind == "entry.manual" else int(rate * (span / HOUR))


def flow_with(*middle: Node, lines: tuple[str, ...] = ()) -> Flow:
    way = ["start.entered > " + middle[0].id, *lines]
    return flow_of([START, *middle], *way)


def test_who_comes_gets_the_first_message_at_once() -> None:
    assert reach_of(flow_with(letter()), comers(10)) == Reach(10, 240)
    assert reach_of(flow_of([MANUAL, letter()], "start.entered > letter"), comers(10)) == Reach(0, 0)


@pytest.mark.parametrize(
    ("wait", "reach"),
    [("PT30M", Reach(5, 235)), ("PT2H", Reach(0, 220)), ("P1D", Reach(0, 0)), ("P2D", Reach(0, 0))],
)
def test_a_wait_before_it_is_taken_off(wait: str, reach: Reach) -> None:
    """With a wait of two hours only those of the next 22 get it within a day."""
    flow = flow_with(node("wait", "delay", for_=wait), letter(), lines=("wait.next > letter",))
    assert reach_of(flow, comers(10)) == reach


def test_what_waits_on_the_page_or_is_no_message_to_the_person_does_not_count() -> None:
    popup = node("popup", "popup", headline="Hi", timeout="PT12H")
    call = node("call", "task", text="Call", timeout="PT1H")
    flow = flow_with(popup, call, letter(), lines=("popup.timeout > call", "call.done > letter"))
    assert reach_of(flow, comers(10)) == Reach(0, 120)
    assert reach_of(flow_with(popup), comers(10)) == Reach(0, 0)


def test_each_entry_has_its_own_way() -> None:
    other = node("other", "entry.event", events=["came_back"])
    nodes = [START, other, MANUAL, node("wait", "delay", for_="PT23H"), letter(), Node("odd", "of.tomorrow")]
    manual = Node("by-hand", "entry.manual")
    nodes[2] = manual
    lines = [
        "start.entered > letter",
        "other.entered > wait",
        "wait.next > letter",
        "by-hand.entered > letter",
    ]
    assert reach_of(flow_of(nodes, *lines), comers(10)) == Reach(10, 250)
