"""What helps to understand a flow, by hand in the window: mending, sentences, lists, ways, periods."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from app.canvas.commands import Arrange, Disconnect
from app.canvas.facts import Step
from app.flows.codec import write_flow
from app.model.flow import Edge, Flow, Node
from app.model.ports import Counts
from app.model.standing import Period, Standing, Way, WayStep
from app.ui.understanding import number_words
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import BASKET_COUNTS, STATUS, MemoryDesk, basket_flow
from tests.gui.ui.person import Person

NAME = "Abandoned basket"
assert STATUS.clock is not None
NOW: datetime = STATUS.clock
FAILURES = {("letter1", "failed:no-consent"): 2, ("letter1", "failed:hard"): 1}
COUNTS = replace(BASKET_COUNTS, names={**BASKET_COUNTS.names, **FAILURES})
ANNA = Standing(
    1,
    11,
    "Anna Weber",
    "anna@example.com",
    NOW - timedelta(hours=5),
    "letter1",
    "waiting",
    due_at=NOW + timedelta(hours=19),
)
BEN = Standing(2, 12, "Ben Okafor", "ben@example.com", NOW - timedelta(days=2), "letter1", "held", "capped")
WAY = Way(
    "Anna Weber",
    (
        WayStep("start", "entered", NOW - timedelta(hours=30)),
        WayStep("letter1", "timeout", NOW - timedelta(hours=6)),
        WayStep("popup", "", NOW - timedelta(hours=6)),
    ),
    "Is at Popup since 08:26 today and waits for clicked.",
)


@pytest.fixture
def basket(desk: MemoryDesk, open_window: Opener) -> Person:
    """A live flow with people in it."""
    desk.put(basket_flow(), live=True, counts=COUNTS)
    desk.stored[NAME].standing = {
        "here": [ANNA, BEN],
        "failed": [replace(BEN, state="", reason="no-consent")],
        "out:timeout": [replace(ANNA, state="", due_at=None)],
    }
    desk.stored[NAME].ways = {11: WAY}
    return open_window(NAME)


def broken(desk: MemoryDesk, open_window: Opener, flow: Flow) -> Person:
    """A draft with its problems on screen."""
    desk.put(flow)
    person = open_window(flow.name)
    person.checked()
    person.settle()
    return person


def without(flow: Flow, source: str, outlet: str) -> Flow:
    edges = tuple(edge for edge in flow.edges if (edge.source, edge.outlet) != (source, outlet))
    return replace(flow, edges=edges)


def table_words(person: Person) -> list[list[str]]:
    model = person.window.flow.people.model
    return [
        [str(model.data(model.index(line, place)) or "") for place in range(model.columnCount())]
        for line in range(model.rowCount())
    ]


def click_scene(person: Person, at: QPointF) -> None:
    view = person.window.flow.canvas.view
    place = view.to_screen(at).toPoint()
    QTest.mouseMove(view.viewport(), place)
    person.click(view.viewport(), place)


# --- mending ---------------------------------------------------------------------------------------------


def test_the_first_problem_is_mended_by_its_button_in_one_step_of_undo(
    desk: MemoryDesk, open_window: Opener
) -> None:
    person = broken(desk, open_window, without(basket_flow(), "letter3", "sent"))
    bar = person.window.flow.problems
    person.until(bar.fixes.isVisible)
    before = write_flow(person.flow)
    person.click(person.button_in(bar, "End here"))
    assert person.flow.by_id[person.flow.leading["letter3", "sent"]].kind == "end"
    person.until(lambda: not bar.isVisible())
    assert person.window.session.document.undo_stack.undoText() == "End here"
    person.window.session.document.undo_stack.undo()
    assert write_flow(person.flow) == before


def test_each_line_of_the_list_has_its_buttons(desk: MemoryDesk, open_window: Opener) -> None:
    flow = without(without(basket_flow(), "letter3", "sent"), "letter2", "timeout")
    person = broken(desk, open_window, flow)
    bar = person.window.flow.problems
    bar.toggle(opened=True)
    person.until(lambda: len(bar.rows) == 2 and all(one.fixes.isVisible() for one in bar.rows))
    warning = next(one for one in bar.rows if one.problem.severity == "warning")
    person.click(person.button_in(warning, "End here"))
    person.until(lambda: [one.nodes for one in bar.problems] == [("letter3",)])


def test_a_field_that_is_missing_is_filled_by_the_button_below_it(
    desk: MemoryDesk, open_window: Opener
) -> None:
    flow = basket_flow()
    person = broken(desk, open_window, flow.with_node(replace(flow.by_id["days"], settings={"for": ""})))
    person.select("days")
    field = person.setting("for")
    person.until(field.fixes.isVisible)
    person.click(person.button_in(field, "Set 1 day"))
    assert person.flow.by_id["days"].settings["for"] == "P1D"
    person.until(lambda: not field.fixes.isVisible() and not field.error.isVisible())


def test_what_is_wrong_and_has_no_field_stands_in_the_inspector_with_its_button(
    desk: MemoryDesk, open_window: Opener
) -> None:
    person = broken(desk, open_window, without(basket_flow(), "days", "next"))
    person.select("days")
    trouble = person.window.flow.inspector.trouble
    person.until(lambda: trouble.fixes and trouble.fixes[0].isVisible())
    assert "“next” of For a time leads nowhere" in person.words_in(trouble)
    person.click(trouble.fixes[0].buttons[0])
    assert ("days", "next") in person.flow.leading
    person.until(lambda: not trouble.isVisible())


def test_a_button_of_a_drawing_that_has_changed_does_what_it_says_or_nothing(
    desk: MemoryDesk, open_window: Opener
) -> None:
    person = broken(desk, open_window, without(basket_flow(), "letter3", "sent"))
    window = person.window
    mender, problem = window.understanding.mender, window.flow.problems.problems[0]
    person.until(window.flow.problems.fixes.isVisible)
    fix = mender._known[next(iter(mender._known))][0]
    window.session.document.do(_moved(person))
    mender.mend(problem, fix)
    assert ("letter3", "sent") in person.flow.leading
    assert person.flow.by_id["letter1"].y == 999
    said: list[str] = []
    mender.said.connect(said.append)
    window.session.document.do(_moved(person, 900))
    mender.mend(problem, fix)
    assert said == ["The drawing has changed meanwhile. Look at the problem again"]


def _moved(person: Person, y: float = 999) -> Arrange:
    return Arrange(person.window.session.document, {"letter1": (264, y)})


def test_a_problem_is_seen_while_drawing(basket: Person) -> None:
    """No key and no click asks for it."""
    window = basket.window
    window.session.document.do(_removed(basket))
    basket.until(lambda: [one.code for one in window.flow.problems.problems] == ["open-outlet"])


def _removed(person: Person) -> Disconnect:
    document = person.window.session.document
    return Disconnect(document, [("letter3", "sent", "end")])


# --- sentences and windows -------------------------------------------------------------------------------


def test_the_inspector_begins_with_who_gets_there_and_when(basket: Person) -> None:
    inspector = basket.window.flow.inspector
    basket.select_by_key("popup")
    told = (
        "People who left a basket for 30 min, did not open Letter 1 within 1 day "
        "and have not completed an order get here 1 day after the start. 44 are here now."
    )
    basket.until(lambda: inspector._about.text() == told)
    basket.click_paper()
    basket.select_by_key("popup")
    basket.until(lambda: inspector._about.text() == told)


def test_a_message_with_a_window_wears_its_ring_as_soon_as_it_is_judged(
    desk: MemoryDesk, open_window: Opener
) -> None:
    flow = basket_flow()
    card = Node("card", "rcs", "Back in stock", 1104, 560)
    long = Node("long", "delay", "", 900, 560, {"for": "P36D"})
    edges = (*flow.edges, Edge("long", "next", "card"))
    edges = tuple(
        replace(edge, target="long") if (edge.source, edge.outlet) == ("popup", "clicked") else edge
        for edge in edges
    )
    person = broken(desk, open_window, replace(flow, nodes=(*flow.nodes, long, card), edges=edges))
    facts = person.window.session.document.facts
    ring = facts.mark("card").ring
    assert ring is not None
    assert ring.always_leaves
    assert "window-closed" in {problem.code for problem in facts.problems}


# --- who is behind a number ------------------------------------------------------------------------------


def test_the_number_on_a_node_opens_who_is_there_and_what_they_wait_for(
    basket: Person, desk: MemoryDesk
) -> None:
    item = basket.window.flow.canvas.scene.nodes["letter1"]
    chip = next(stamp for stamp in item.stamps if stamp.opens == "here")
    click_scene(basket, item.at + chip.area.center())
    people = basket.window.flow.people
    basket.until(lambda: people.model.rowCount() == 2)
    assert people.title.text() == "Letter 1: here now"
    assert [row[0] for row in table_words(basket)] == ["Anna Weber", "Ben Okafor"]
    assert [row[2] for row in table_words(basket)] == [
        "opened or clicked",
        "A person: held, enough this week",
    ]
    assert table_words(basket)[1][3] == ""
    assert desk.asked[-1] == ("letter1", "here", Period.ALL)


def test_failures_stand_on_the_node_and_say_why(basket: Person) -> None:
    item = basket.window.flow.canvas.scene.nodes["letter1"]
    chip = next(stamp for stamp in item.stamps if stamp.opens == "failed")
    click_scene(basket, item.at + chip.area.center())
    basket.until(lambda: basket.window.flow.people.model.rowCount() == 1)
    assert basket.window.flow.people.model.heads == ("Who", "When", "Why it was not sent")
    assert table_words(basket)[0][2] == "no consent"


def test_the_number_on_an_edge_opens_who_walked_it(basket: Person) -> None:
    canvas = basket.window.flow.canvas
    key = ("letter1", "timeout", "popup")
    spot = canvas.scene.drawing.routes[key].spot
    assert spot is not None
    click_scene(basket, QPointF(spot.x, spot.y))
    basket.until(lambda: basket.window.flow.people.model.rowCount() == 1)
    assert basket.window.flow.people.title.text() == "Letter 1: left by “after 1 day”"


def test_numbers_of_the_inspector_and_of_the_cards_open_too(basket: Person, desk: MemoryDesk) -> None:
    basket.select_by_key("letter1")
    numbers = basket.window.flow.inspector.numbers
    basket.until(numbers.isVisible)
    cells = [cell for cell, _, _ in numbers._cells]
    for cell, what in zip(
        cells, ["message:sent", "reaction:opened", "reaction:clicked", "failed"], strict=True
    ):
        basket.click(cell)
        basket.settle()
        assert desk.asked[-1][:2] == ("letter1", what)
    basket.click(basket.window.flow.canvas._inside)
    basket.settle()
    assert desk.asked[-1][:2] == ("", "here")
    basket.click(basket.window.flow.canvas._goal)
    basket.settle()
    assert desk.asked[-1][:2] == ("", "end:goal")


def test_nobody_is_in_a_flow_that_was_never_stored_and_an_empty_list_says_nobody(basket: Person) -> None:
    canvas, people = basket.window.flow.canvas, basket.window.flow.people
    canvas.counted.emit("letter3", "here")
    basket.settle()
    assert people.empty.isVisible()
    assert people.empty.text() == "Nobody."


def test_the_list_follows_the_numbers_while_it_is_open(basket: Person, desk: MemoryDesk) -> None:
    basket.window.flow.canvas.counted.emit("letter1", "here")
    basket.until(lambda: basket.window.flow.people.model.rowCount() == 2)
    desk.stored[NAME].standing["here"] = [ANNA]
    desk.stored[NAME].counts = replace(COUNTS, here={**COUNTS.here, "letter1": 1})
    desk.change()
    basket.until(lambda: basket.window.flow.people.model.rowCount() == 1)


# --- ways ------------------------------------------------------------------------------------------------


def open_way(person: Person) -> None:
    people = person.window.flow.people
    person.window.flow.canvas.counted.emit("letter1", "here")
    person.until(lambda: people.model.rowCount() == 2)
    first = people.table.visualRect(people.model.index(0, 0)).center()
    person.click(people.table.viewport(), first)
    person.until(people.way.isVisible)


def test_a_person_picked_in_the_list_lights_their_way_and_says_where_they_are(basket: Person) -> None:
    open_way(basket)
    facts = basket.window.session.document.facts
    assert [(step.node, step.outlet) for step in facts.way] == [
        ("start", "entered"),
        ("letter1", "timeout"),
        ("popup", ""),
    ]
    assert all(step.words for step in facts.way)
    assert basket.window.flow.people.way.full == f"Anna Weber: {WAY.sentence}"


def test_esc_on_the_canvas_ends_the_way_and_esc_in_the_list_closes_it(basket: Person) -> None:
    open_way(basket)
    people, document = basket.window.flow.people, basket.window.session.document
    basket.window.flow.canvas.view.setFocus()
    basket.key(Qt.Key.Key_Escape)
    assert not document.facts.way
    assert not people.way.isVisible()
    assert people.isVisible()
    open_way(basket)
    people.table.setFocus()
    basket.key(Qt.Key.Key_Escape)
    assert not people.is_open
    assert document.facts.way == ()


def test_another_flow_begins_without_the_list_and_with_all_time(basket: Person, desk: MemoryDesk) -> None:
    open_way(basket)
    basket.window.flow.bar.period.actions_[Period.WEEK].trigger()
    desk.put(basket_flow("Second"), live=True)
    basket.window.open_flow("Second")
    basket.until(lambda: basket.window.session.name == "Second")
    basket.settle()
    assert not basket.window.flow.people.is_open
    assert basket.window.flow.bar.period.period is Period.ALL
    assert basket.window.numbers.period is Period.ALL


# --- periods ---------------------------------------------------------------------------------------------


def test_numbers_of_another_time_are_shown_and_nothing_runs(basket: Person, desk: MemoryDesk) -> None:
    week = Counts(here=COUNTS.here, edges={("start", "entered"): 9}, inside=176, entered=9, goals=2)
    desk.stored[NAME].by_period[Period.WEEK] = week
    window = basket.window
    assert window.flow.bar.period.text() == "All time"
    window.flow.bar.period.actions_[Period.WEEK].trigger()
    basket.until(lambda: window.session.document.facts.counts == week)
    assert window.flow.bar.period.text() == "Last 7 days"
    assert window.flow.canvas.scene.runners.running == ()
    assert window.session.document.facts.counts.here["letter1"] == 38


def test_a_flow_that_was_never_published_has_no_period(desk: MemoryDesk, open_window: Opener) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    assert not person.window.flow.bar.period.isVisible()


@pytest.mark.parametrize(
    ("node", "what", "words"),
    [
        ("", "here", "Abandoned basket: here now"),
        ("letter1", "message:sent", "Letter 1: sent"),
        ("letter1", "reaction:opened", "Letter 1: opened"),
        ("days", "out", "For a time: went on"),
        ("", "end:goal", "Abandoned basket: reached the goal"),
        ("start", "entry", "Basket left: came in"),
    ],
)
def test_each_list_says_what_it_counts(node: str, what: str, words: str) -> None:
    assert number_words(basket_flow(), node, what) == words


def test_the_way_of_a_version_with_other_nodes_is_lit_as_far_as_they_are_there(basket: Person) -> None:
    document = basket.window.session.document
    document.set_way([Step("gone", "sent", "9:12"), Step("letter1", "", "9:12")])
    basket.settle()
    nodes = basket.window.flow.canvas.scene.nodes
    assert (nodes["letter1"].opacity(), nodes["popup"].opacity()) == (1.0, 0.4)
