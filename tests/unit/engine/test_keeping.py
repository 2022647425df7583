"""Which stored events a flow in use may still ask for: everything else may go when it is old."""

from __future__ import annotations

from datetime import timedelta

from app.engine.keeping import Use, kept_since
from app.model.flow import Node
from tests.unit.engine.build import MANUAL, NOW, later, node, plan_of

OLDEST = NOW - timedelta(days=9)


def checks(*conditions: dict[str, object]) -> Node:
    ways = [{"name": f"w{number}", "when": condition} for number, condition in enumerate(conditions)]
    return node("check", "check", ways=ways)


def use(*nodes: Node, oldest: object = OLDEST, **settings: object) -> Use:
    plan = plan_of([MANUAL, *nodes], **settings)
    return Use(plan, oldest)  # type: ignore[arg-type]


def test_an_event_is_kept_as_long_as_it_can_be_asked_for() -> None:
    one = use(
        checks(
            {"event": "order_completed", "since": "ever"},
            {"tag": "vip"},
            {"any": [{"event": "page_viewed", "since": "P30D"}, {"not": {"event": "signed_up"}}]},
        ),
        node("wait", "wait", events=["offer_requested"]),
        goal={"events": ["won"], "where": {"event": "page_viewed", "since": "P40D"}},
        exits=[{"event": "lost"}],
    )
    assert kept_since([one], [], NOW) == {
        "order_completed": None,
        "page_viewed": NOW - timedelta(days=40),
        "signed_up": OLDEST,
        "offer_requested": OLDEST,
        "won": OLDEST,
        "lost": OLDEST,
    }


def test_where_nobody_is_inside_nothing_old_is_asked_for() -> None:
    assert kept_since([use(checks({"event": "signed_up"}), oldest=None)], [], NOW) == {"signed_up": NOW}


def test_of_several_flows_the_one_that_asks_for_the_oldest_counts() -> None:
    ever = use(checks({"event": "signed_up", "since": "ever"}))
    entry = use(checks({"event": "signed_up"}))
    older = use(checks({"event": "signed_up"}), oldest=later(days=-20))
    assert kept_since([entry, older], [], NOW) == {"signed_up": later(days=-20)}
    assert kept_since([entry, ever, older], [], NOW) == {"signed_up": None}


def test_a_segment_looks_back_for_ever_unless_it_says_otherwise() -> None:
    rules = [
        {"all": [{"event": "order_completed"}, {"event": "page_viewed", "since": "P7D"}, {"tag": "vip"}]}
    ]
    assert kept_since([], rules, NOW) == {"order_completed": None, "page_viewed": NOW - timedelta(days=7)}
