"""Who is before, in and past what a draft changes, and what can become of them: from drawings and numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.flows.impact import Inside, can_stay, fault_of, impact, stands
from app.flows.impact_words import choice_words, done, taken_back, told
from app.model.flow import Flow, Node
from app.model.shifts import Change, Choice, Stand, TakenBack
from tests.unit.engine.build import edges

FINISH, MOVE, LEAVE = Choice


def node(id_: str, kind: str, title: str = "", **settings: Any) -> Node:
    return Node(id_, kind, title, settings={name.rstrip("_"): value for name, value in settings.items()})


FLOW = Flow(
    "Basket",
    (
        node("start", "entry.manual", "Start"),
        node("letter1", "email", "Letter 1", subject="Hi", body="Text", reactions=["opened"], timeout="P1D"),
        node("hour", "delay", "Wait", for_="PT1H"),
        node("popup", "popup", "Popup", headline="Hi", reactions=["clicked"], timeout="P3D"),
        node("sms", "sms", "Last SMS", text="Bye"),
        node("over", "end", "Over"),
    ),
    edges(
        "start.entered > letter1",
        "letter1.opened > hour",
        "letter1.timeout > popup",
        "letter1.failed > popup",
        "hour.next > over",
        "popup.clicked > over",
        "popup.timeout > sms",
        "sms.sent > over",
    ),
)
HERE = {"letter1": 40, "hour": 4, "popup": 44, "sms": 7}
OLD = Inside(3, 4, FLOW, HERE, {"letter1": 250, "hour": 206, "popup": 124, "over": 300})


def changed(**settings: Any) -> Flow:
    """The flow with these values at its nodes: ``hour={"for": "PT20M"}``."""
    flow = FLOW
    for id_, values in settings.items():
        old = flow.by_id[id_]
        flow = flow.with_node(replace(old, settings={**old.settings, **values}))
    return flow


def without(flow: Flow, id_: str, to: str) -> Flow:
    ways = [replace(one, target=to) if one.target == id_ else one for one in flow.edges if one.source != id_]
    return replace(flow, nodes=tuple(one for one in flow.nodes if one.id != id_), edges=tuple(ways))


DRAFT = without(changed(hour={"for": "PT20M"}, popup={"timeout": "P2D"}), "sms", "over")


def by_node(*versions: Inside, new: Flow = DRAFT) -> dict[str, Stand]:
    return {one.node: one for one in stands(versions or [OLD], new)}


def test_people_are_counted_before_in_and_past_each_node() -> None:
    found = by_node()
    numbers = {id_: (one.change, one.before, one.here, one.past) for id_, one in found.items()}
    assert numbers == {
        "letter1": (Change.NONE, 0, 40, 250),
        "hour": (Change.CHANGED, 40, 4, 206),
        "popup": (Change.CHANGED, 40, 44, 124),
        "sms": (Change.REMOVED, 84, 7, 0),
    }
    assert found["hour"].words == ("Wait waits 20 minutes instead of 1 hour",)
    assert found["sms"].words == ("Last SMS is gone, with its way out",)
    assert found["letter1"].choices == tuple(Choice)


def test_what_leads_elsewhere_is_different_for_those_who_stand_there() -> None:
    ways = tuple(replace(one, target="over") if one.outlet == "timeout" else one for one in FLOW.edges)
    found = by_node(new=replace(FLOW, edges=ways))
    assert {id_ for id_, one in found.items() if one.change is Change.CHANGED} == {"letter1", "popup"}
    assert found["letter1"].words == ("“after 1 day” of Letter 1 now leads to Over instead of Popup",)


def test_another_name_alone_is_noticed_by_nobody() -> None:
    renamed = FLOW.with_node(replace(FLOW.by_id["hour"], title="A while", x=80))
    assert {one.change for one in stands([OLD], renamed)} == set()
    renamed = renamed.with_node(replace(renamed.by_id["popup"], settings={"headline": "Hi"}))
    found = by_node(new=renamed)
    assert {id_ for id_, one in found.items() if one.change is not Change.NONE} == {"popup"}


def test_a_new_text_is_a_change_for_those_who_stay_on_the_old_version() -> None:
    found = by_node(new=changed(letter1={"subject": "Hello"}, hour={"for": "PT2H"}))
    assert found["letter1"].change is Change.CHANGED


def test_of_a_node_that_is_another_kind_now_nobody_can_be_moved() -> None:
    other = FLOW.with_node(node("hour", "until", "Wait", time="09:00"))
    stand = by_node(new=other)["hour"]
    assert (stand.change, stand.choices) == (Change.KIND, (FINISH, LEAVE))
    assert "another kind of node now" in stand.why_not
    assert fault_of(stand, other, MOVE, "") == stand.why_not
    assert fault_of(stand, other, LEAVE, "") == ""


def test_of_a_node_that_is_gone_people_go_where_they_are_sent() -> None:
    stand = by_node()["sms"]
    assert stand.needs_target
    why = "“Last SMS” is gone: say where its people go, or let them finish or leave."
    assert fault_of(stand, DRAFT, MOVE, "") == why
    assert fault_of(stand, DRAFT, MOVE, "popup") == ""
    assert fault_of(stand, DRAFT, MOVE, "nowhere") == "The new version has no node “nowhere”."
    for end in ("over", "start"):
        assert "people come in or end there" in fault_of(stand, DRAFT, MOVE, end)
    unknown = replace(DRAFT, nodes=(*DRAFT.nodes, Node("odd", "of.tomorrow")))
    assert "people come in or end there" in fault_of(stand, unknown, MOVE, "odd")


def test_who_stands_at_a_node_that_stays_stays_there() -> None:
    stand = by_node()["hour"]
    assert fault_of(stand, DRAFT, MOVE, "") == fault_of(stand, DRAFT, MOVE, "hour") == ""
    assert fault_of(stand, DRAFT, MOVE, "popup") == (
        "“Wait” is in the new version too: its people stay there. Leave out “=popup”."
    )


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        (["popup"], ["popup", "sms"], True),
        (["popup", "sms"], ["popup", "sms"], True),
        (["popup", "sms"], ["popup"], False),
        (["popup"], ["email"], False),
    ],
)
def test_a_first_that_works_is_kept_as_far_as_its_ways_are(
    before: list[str], after: list[str], *, stays: bool
) -> None:
    def reach(kinds: list[str]) -> Node:
        return node("reach", "reach", rungs=[{"kind": kind, "settings": {}} for kind in kinds])

    assert can_stay(reach(before), reach(after)) is stays
    assert not can_stay(reach(before), node("reach", "email"))


def test_choices_add_up() -> None:
    chosen = {(3, "popup"): MOVE, (3, "sms"): LEAVE}
    found = impact(5, [OLD], DRAFT, chosen, {(3, "popup"): 12, (3, "hour"): 3})
    assert (found.inside, found.affected) == (95, 55)
    assert (found.finish, found.move, found.leave, found.at_once) == (44, 44, 7, 12)
    assert not found.texts_only
    assert impact(1, [], DRAFT).inside == 0


def test_texts_alone_reach_everybody_and_only_older_versions_are_asked_about() -> None:
    """Rule 14."""
    old = Inside(2, 3, FLOW, {"hour": 2})
    found = impact(5, [old, replace(OLD, flow=DRAFT)], replace(DRAFT, name="Other"))
    assert found.texts_only
    assert (found.move, found.finish) == (95, 2)
    assert {one.version for one in found.stands} == {3}


def test_what_is_different_for_the_whole_flow_is_said_once() -> None:
    new = replace(DRAFT, settings={"goal": {"events": ["order_completed"]}})
    (rule,) = impact(5, [OLD], new).rules
    assert rule.startswith("“Goal” of the flow")


def test_the_preview_reads_as_an_owner_speaks() -> None:
    chosen = {(3, "popup"): MOVE, (3, "sms"): LEAVE}
    new = replace(DRAFT, settings={"fresh": "PT2H"})
    found = impact(5, [OLD], new, chosen, {(3, "popup"): 12, (3, "hour"): 1})
    assert (
        "\n".join(told(found))
        == """\
Version 5 of “Basket”
New people start on version 5. 95 people are inside version 4; 55 stand where something is different.
For the whole flow: “Events may be late by” of the flow is now 2 hours instead of nothing.

Letter 1 (version 4)
  0 before it, 40 in it now, 250 past it.
  finish: 40 finish on version 4.
  move: 40 move to version 5.
  leave: 40 leave the flow and get no more.

Wait (version 4, changed)
  Wait waits 20 minutes instead of 1 hour.
  40 before it, 4 in it now, 206 past it.
  finish: 4 finish on version 4.
  move: 4 move to version 5, 1 of them goes on at once.
  leave: 4 leave the flow and get no more.

Popup (version 4, changed)
  Popup gives up after 2 days instead of 3.
  “after 2 days” of Popup now leads to Over instead of Last SMS.
  40 before it, 44 in it now, 124 past it.
  finish: 44 finish on version 4.
  move: 44 move to version 5, 12 of them go on at once.
  leave: 44 leave the flow and get no more.

Last SMS (version 4, removed)
  Last SMS is gone, with its way out.
  84 before it, 7 in it now, 0 past it.
  finish: 7 finish on version 4.
  move: 7 move to the node that you name.
  leave: 7 leave the flow and get no more.
  “Last SMS” is gone: say where its people go, or let them finish or leave.

44 finish on the old version, 44 move to version 5, 12 of them at once, 7 leave the flow.
A publish can be taken back for ten minutes."""
    )


def test_one_person_and_none_are_spoken_of_as_such() -> None:
    one = Inside(2, 3, FLOW, {"hour": 1})
    lines = told(impact(4, [one], DRAFT))
    assert lines[1] == (
        "New people start on version 4. 1 person is inside version 3; 1 stands where something is different."
    )
    assert lines[-2] == "1 finishes on the old version."
    assert told(impact(4, [replace(one, here={})], DRAFT))[1] == (
        "New people start on version 4. Nobody is inside now."
    )
    assert told(impact(4, [one], replace(FLOW, name="Other")))[1] == (
        "Only texts are different: 1 person gets them at once."
    )
    three = [replace(one, version_id=id_, number=id_) for id_ in (2, 3, 4)]
    assert "3 people are inside versions 2, 3 and 4;" in told(impact(5, three, DRAFT))[1]
    stand = by_node(one)["hour"]
    assert [choice_words(stand, choice, 4) for choice in Choice] == [
        "1 finishes on version 3",
        "1 moves to version 4",
        "1 leaves the flow and gets no more",
    ]


def test_what_was_done_is_said_in_a_sentence() -> None:
    assert done(5, "Basket", 0, 0, 0) == "Version 5 of “Basket” is live."
    assert done(5, "Basket", 44, 12, 7) == (
        "Version 5 of “Basket” is live. 44 people moved to it, 12 of them go on at once; 7 left the flow."
    )
    assert done(5, "Basket", 1, 1, 0).endswith("1 person moved to it, 1 of them goes on at once.")
    assert done(5, "Basket", 0, 0, 2).endswith("2 people left the flow.")
    back = TakenBack(4, 5, moved=40, returned=2, stay=1, came=3)
    assert taken_back("Basket", back) == (
        "Version 4 of “Basket” is live again. 42 people go on as before; "
        "1 has gone on since and could not be taken back; 3 have come in since and finish on version 5."
    )
    assert taken_back("Basket", TakenBack(4, 5, came=1), dry=True) == (
        "Version 4 of “Basket” would be live again. 1 has come in since and finishes on version 5."
    )
    assert taken_back("Basket", TakenBack(4, 5)) == "Version 4 of “Basket” is live again."


def test_whoever_can_come_by_two_ways_is_counted_once() -> None:
    two_ways = replace(FLOW, edges=(*FLOW.edges[:4], *edges("hour.next > sms", "popup.timeout > sms")))
    stand = by_node(replace(OLD, flow=two_ways), new=without(two_ways, "sms", "over"))["sms"]
    assert stand.before == 40 + 4 + 44
