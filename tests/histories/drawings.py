"""The flows of the histories that no template draws: with them every kind of node is walked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from app.model.flow import Flow
from tests.unit.engine.build import MANUAL, flow_of, letter, node

SEGMENTS: Final[dict[str, dict[str, Any]]] = {"Regulars": {"tag": "regular"}}


def _birthday() -> Flow:
    """Every year, a week before: one of two letters, or nothing, to compare with."""
    arms = [{"name": "gift", "weight": 1}, {"name": "words", "weight": 1}]
    nodes = [
        node("start", "entry.date", property="born", side="before", offset="P7D", yearly=True),
        node("compare", "split", arms=arms, hold_out=20),
        letter("gift", reactions=["clicked"], timeout="P3D"),
        letter("words"),
        node("thanks", "set", add_tags=["had-gift"], properties={"gifts": 1}),
        node("won", "goal"),
        node("over", "end"),
    ]
    lines = ["start.entered > compare", "compare.gift > gift", "compare.words > words"]
    lines += ["gift.clicked > thanks", "gift.timeout > over", "gift.failed > over"]
    lines += ["thanks.next > won", "words.sent > over", "words.failed > over"]
    return flow_of(nodes, *lines, reentry={"after": "P30D"})


def _regulars() -> Flow:
    """Whoever becomes a regular is asked, and what they say is kept."""
    nodes = [
        node("start", "entry.segment", segment="Regulars"),
        letter("hello"),
        node("answer", "wait", events=["survey_done"], since="last-message", timeout="P5D"),
        node("agreed", "consent", channel="sms", topic="", given="yes", text="Yes, write to me"),
        node("refused", "consent", channel="email", topic="offers", given="no"),
        node("noted", "record", event="asked", properties={"total": 9}),
        node("over", "end"),
    ]
    lines = ["start.entered > hello", "hello.sent > answer", "hello.failed > over"]
    lines += ["answer.happened > agreed", "answer.timeout > refused"]
    lines += ["agreed.next > noted", "refused.next > noted", "noted.next > over"]
    return flow_of(nodes, *lines)


def _every_thursday() -> Flow:
    """Every Thursday, to the regulars, when the shop is open; who is not reached is called."""
    nodes = [
        node(
            "start",
            "entry.schedule",
            start="2026-03-05T07:00:00+01:00",
            repeat="FREQ=WEEKLY;BYDAY=TH",
            segment="Regulars",
        ),
        node("open", "until", business=True),
        node("sms", "sms", text="Fresh today"),
        node("call", "task", text="Call them", timeout="P2D"),
        node("over", "end"),
    ]
    lines = ["start.entered > open", "open.next > sms", "sms.sent > over", "sms.failed > call"]
    lines += ["call.done > over", "call.not-reached > over", "call.timeout > over"]
    return flow_of(nodes, *lines, reentry={"after": "P1D"})


def _by_hand() -> Flow:
    """Popup, else letter, else SMS; the desk is told, and another flow goes on."""
    rungs = [
        {"kind": "popup", "settings": {"headline": "Hi"}, "try_for": "P1D"},
        {"kind": "email", "settings": {"subject": "Hello", "body": "Text"}, "try_for": "P1D"},
        {"kind": "sms", "settings": {"text": "Hello"}, "try_for": "P1D"},
    ]
    nodes = [
        MANUAL,
        node("reach", "reach", rungs=rungs, reactions=["clicked"]),
        node("tell", "notify", text="Reached"),
        node("next", "start", flow="Goes on"),
        node("over", "end"),
    ]
    lines = ["start.entered > reach", "reach.clicked > tell", "reach.timeout > next", "reach.failed > next"]
    return flow_of(nodes, *lines, "tell.next > next", "next.next > over", reentry={"after": "P1D"})


GOES_ON: Final = replace(
    flow_of(
        [MANUAL, node("day", "delay", for_="P1D"), letter("last"), node("over", "end")],
        *("start.entered > day", "day.next > last", "last.sent > over", "last.failed > over"),
    ),
    name="Goes on",
)
DRAWINGS: Final[dict[str, tuple[Flow, ...]]] = {
    "birthday": (_birthday(),),
    "regulars": (_regulars(),),
    "every-thursday": (_every_thursday(),),
    "reached-by-hand": (_by_hand(), GOES_ON),
}
"""Each with the flows that are published before it, the last ones first."""
