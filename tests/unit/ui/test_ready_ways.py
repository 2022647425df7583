from __future__ import annotations

from dataclasses import replace

from app.flows.validate import validate
from app.model.flow import Edge, Flow, Node
from app.ui.inspector.condition_rows import OTHER, Row, condition_of, tree_of
from app.ui.inspector.ready_ways import ready_ways

LETTER = Node("letter1", "email", "Letter 1", settings={"subject": "Hello", "reactions": ["clicked"]})
FLOW = Flow("Asking", (Node("start", "entry.manual", "Start"), LETTER, Node("check", "check", "Check")))


def test_every_ready_way_is_shown_as_plain_questions_and_not_as_something_unknown() -> None:
    for way in ready_ways(FLOW, ()):
        group = tree_of(way.item["when"])
        assert group.parts
        assert all(isinstance(part, Row) and part.subject != OTHER for part in group.parts)
        assert condition_of(group) == way.item["when"]


def test_every_ready_way_passes_the_checks_of_its_node() -> None:
    ways = [way.item for way in ready_ways(FLOW, ())]
    check = replace(FLOW.by_id["check"], settings={"ways": ways})
    flow = replace(
        FLOW.with_node(check),
        nodes=(*FLOW.with_node(check).nodes, Node("end", "end")),
        edges=(Edge("start", "entered", "letter1"), Edge("letter1", "clicked", "check")),
    )
    assert [one for one in validate(flow) if "check" in one.nodes and one.setting.startswith("ways")] == []


def test_what_the_check_has_already_is_not_offered_again() -> None:
    names = [way.item["name"] for way in ready_ways(FLOW, ())]
    assert len(names) == len(set(names))
    assert [way.item["name"] for way in ready_ways(FLOW, names[:2])] == names[2:]


def test_a_letter_whose_clicks_are_waited_for_is_asked_about_by_its_title() -> None:
    assert ready_ways(FLOW, ())[-1].item == {
        "name": "clicked Letter 1",
        "when": {"message": "letter1", "reaction": "clicked"},
    }
