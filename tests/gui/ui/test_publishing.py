"""What publishing would do is shown before it is done, chosen per node, and can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from app.canvas.commands import ChangeSettings, Exchange
from app.model.desk import FirstReach
from app.model.flow import Edge, Flow, Node
from app.model.ports import PublishResult
from app.model.shifts import Change, Choice, Impact, Move, Stand, TakenBack
from app.ui.confirm import Confirm
from app.ui.first_send import FirstSend
from app.ui.impact_table import ImpactTable, StandRow, Sums
from app.ui.life import published_words, taken_back_words
from app.ui.outlook import follows, outlook
from app.ui.publish_dialog import PublishDialog, button_words, people_sentence
from app.ui.theme import Theming
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import BASKET_COUNTS, MemoryDesk, basket_flow
from tests.gui.ui.person import Person
from tests.hands import type_text


def without_letter2(flow: Flow) -> Flow:
    """The hour leads on to the last wait, which is shorter; the popup gives up sooner."""
    kept = flow.with_node(replace(flow.by_id["hour"], settings={"for": "PT20M"}))
    popup = {**flow.by_id["popup"].settings, "timeout": "P2D"}
    kept = kept.with_node(replace(kept.by_id["popup"], settings=popup))
    edges = tuple(edge for edge in kept.edges if "letter2" not in (edge.source, edge.target))
    nodes = tuple(node for node in kept.nodes if node.id != "letter2")
    return replace(kept, nodes=nodes, edges=(*edges, Edge("hour", "next", "days")))


@pytest.fixture
def person(open_window: Opener, desk: MemoryDesk) -> Person:
    desk.put(basket_flow(), live=True, counts=BASKET_COUNTS)
    person = open_window("Abandoned basket")
    document = person.window.session.document
    document.do(Exchange(document, without_letter2(document.flow), "Shorter"))
    return person


def asked(person: Person) -> tuple[PublishDialog, ImpactTable]:
    person.click(person.window.flow.bar.publish)
    dialog = person.publish_question()
    assert dialog.table is not None
    return dialog, dialog.table


def row(table: ImpactTable, node: str) -> StandRow:
    return next(one for one in table.rows if one.stands[0].node == node)


def test_each_node_that_is_different_has_its_people_before_in_and_past_it(person: Person) -> None:
    dialog, table = asked(person)
    popup = row(table, "popup")
    assert (popup.before.text(), popup.now.text(), popup.past.text()) == ("44", "44", "112")
    assert "Gives up after 2 days instead of 3" in person.words_in(popup.head)
    assert "Removed" in person.words_in(row(table, "letter2").head)
    assert "The wait after Letter 1" in person.words_in(row(table, "hour").head)
    assert table.rows[-1].name == "Everywhere else"
    assert table.rows[-1].here == 98
    words = " ".join(person.words_in(dialog))
    assert "167 people are inside an older one; 69 of them stand where you changed something." in words
    assert dialog.publish.text() == "Publish version 2"
    assert dialog.publish.hasFocus()


def test_everybody_finishes_on_the_old_version_unless_somebody_says_otherwise(
    person: Person, desk: MemoryDesk
) -> None:
    dialog, table = asked(person)
    assert table.sums() == Sums(167, 0, 0, 0)
    person.click(dialog.publish)
    person.until(lambda: len(desk.stored["Abandoned basket"].versions) == 2)
    assert desk.moves == []


def test_the_button_says_what_was_chosen_and_that_is_what_is_done(person: Person, desk: MemoryDesk) -> None:
    dialog, table = asked(person)
    person.click(row(table, "popup").segmented.parts["move"])
    assert dialog.publish.text() == "Publish and move 44"
    person.click(row(table, "hour").segmented.parts["leave"])
    assert dialog.publish.text() == "Publish, move 44, let 4 leave"
    assert dialog.bar.accessibleName() == "119 finish on version 1, 44 move to version 2, 4 leave the flow"
    person.settle()
    person.click(dialog.publish)
    person.until(lambda: len(desk.stored["Abandoned basket"].versions) == 2)
    assert set(desk.moves) == {Move("popup", Choice.MOVE, "", 1), Move("hour", Choice.LEAVE, "", 1)}


def test_whoever_stands_at_a_node_that_is_gone_goes_to_what_followed_it(
    person: Person, desk: MemoryDesk
) -> None:
    dialog, table = asked(person)
    letter2 = row(table, "letter2")
    assert not letter2.target.isVisible()
    person.click(letter2.segmented.parts["move"])
    assert letter2.target.isVisible()
    assert letter2.target.currentText() == "Wait: 3 days"
    assert letter2.segmented.parts["move"].about == "21 go to Wait: 3 days"
    person.choose(letter2.target, "letter3")
    person.click(dialog.publish)
    person.until(lambda: desk.moves)
    assert desk.moves == [Move("letter2", Choice.MOVE, "letter3", 1)]


def test_where_nothing_followed_it_has_to_be_said(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow(), live=True, counts=BASKET_COUNTS)
    person = open_window("Abandoned basket")
    document = person.window.session.document
    flow = without_letter2(basket_flow())
    cut = replace(flow, nodes=tuple(node for node in flow.nodes if node.id not in ("days", "letter3")))
    keys = {node.id for node in cut.nodes}
    edges = [edge for edge in cut.edges if {edge.source, edge.target} <= keys]
    ends = [Edge(source, outlet, "end") for source, outlet in OPEN]
    document.do(Exchange(document, replace(cut, edges=(*edges, *ends)), "Shorter still"))
    dialog, table = asked(person)
    letter2 = row(table, "letter2")
    person.click(letter2.segmented.parts["move"])
    assert letter2.segmented.parts["move"].about == "say where to"
    assert not dialog.publish.isEnabled()
    assert dialog.publish.toolTip() == "Say where the people at Letter 2 go on"
    person.choose(letter2.target, "popup")
    assert dialog.publish.isEnabled()


OPEN = [("hour", "next"), ("popup", "clicked"), ("popup", "timeout"), ("popup", "failed")]


def test_what_is_chosen_is_looked_at_more_closely(person: Person, desk: MemoryDesk) -> None:
    closer = desk.impact

    def with_time(name: str, document: str, moves: Sequence[Move] = ()) -> Impact:
        found = closer(name, document, moves)
        stands = [replace(one, at_once=12 if one.node == "popup" else 0) for one in found.stands]
        return replace(found, stands=tuple(stands))

    desk.impact = with_time  # type: ignore[method-assign]
    dialog, table = asked(person)
    assert row(table, "popup").segmented.parts["move"].about == "12 go on now"
    person.click(row(table, "popup").segmented.parts["move"])
    person.settle()
    lines = person.words_in(dialog)
    assert "12 people who move have waited long enough and go on at once." in lines


def test_choices_are_made_with_the_arrow_keys(person: Person) -> None:
    _, table = asked(person)
    popup = row(table, "popup")
    popup.segmented.parts["finish"].setFocus()
    person.key(Qt.Key.Key_Right)
    assert popup.choice is Choice.MOVE
    assert popup.segmented.parts["move"].accessibleName() == "Move: 44 go over"


def test_a_publish_is_taken_back_after_it_was_said_what_that_does(person: Person, desk: MemoryDesk) -> None:
    dialog, _ = asked(person)
    person.click(dialog.publish)
    person.until(person.window.news.isVisible)
    assert person.window.news.text.text().startswith("Version 2 is live since ")
    person.click(person.window.news.undo)
    person.until(lambda: isinstance(person.question, Confirm))
    question = person.question
    assert isinstance(question, Confirm)
    assert question.yes.text() == "Go back to version 1"
    assert len(desk.stored["Abandoned basket"].versions) == 2
    person.click(question.yes)
    person.until(lambda: len(desk.stored["Abandoned basket"].versions) == 1)
    person.until(lambda: not person.window.news.isVisible())
    assert person.window.toast.text.text() == "Version 1 is live again"


def test_what_cannot_be_taken_back_is_told(person: Person) -> None:
    person.saved()  # what is stored later would put the sentence away
    person.window.life.take_back()
    person.until(person.window.notice.isVisible)
    assert person.window.notice.text.text() == "“Abandoned basket” has been published only once"


def test_other_texts_reach_everybody_and_nothing_is_chosen(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow(), live=True, counts=BASKET_COUNTS)
    person = open_window("Abandoned basket")
    document = person.window.session.document
    document.do(ChangeSettings(document, "letter1", {"subject": "Anders"}))
    person.click(person.window.flow.bar.publish)
    dialog = person.publish_question()
    assert dialog.table is None
    assert "Only texts are different: 167 people inside get the new ones at once." in " ".join(
        person.words_in(dialog)
    )


@pytest.mark.parametrize("size", [(1366, 768), (1024, 640)])
def test_the_dialog_fits_into_the_window_and_its_buttons_are_seen(
    open_window: Opener, desk: MemoryDesk, size: tuple[int, int]
) -> None:
    desk.put(basket_flow(), live=True, counts=BASKET_COUNTS)
    person = open_window("Abandoned basket", size=size)
    document = person.window.session.document
    document.do(Exchange(document, without_letter2(document.flow), "Shorter"))
    dialog, _ = asked(person)
    assert dialog.height() <= size[1] - 48
    assert dialog.width() <= size[0]
    corner = dialog.publish.mapTo(dialog, dialog.publish.rect().bottomRight())
    assert dialog.rect().contains(corner)


def test_people_of_two_versions_stand_in_rows_of_their_own(theming: Theming) -> None:
    stands = tuple(
        Stand(number, number, "a", "Letter 1", "email", Change.CHANGED, here=number, choices=tuple(Choice))
        for number in (3, 4)
    )
    changed = tuple(
        replace(one, change=type(one.change)("changed"), words=("Letter 1 is new",)) for one in stands
    )
    table = ImpactTable(theming, Impact("F", 5, stands=changed, inside=7), Flow("F"))
    assert [one.moves() for one in table.rows] == [[], []]
    for one in table.rows:
        one.segmented.choose("move")
    assert table.moves() == (Move("a", Choice.MOVE, "", 3), Move("a", Choice.MOVE, "", 4))


def test_many_first_messages_are_typed_first(theming: Theming) -> None:
    first = FirstSend(theming, FirstReach(12, 212, typed=True))
    assert first.lacks == "Type 212: so many people get its first message within a day"
    for text, good in (("many", False), ("21", False), ("212", True), ("200", True), ("150", False)):
        first.line.clear()
        type_text(first.line, text)
        assert (first.lacks == "") is good
    assert first.typed == 150


def test_few_first_messages_ask_nothing(theming: Theming) -> None:
    first = FirstSend(theming, FirstReach(3, 40))
    assert first.lacks == ""
    assert first.hold.isHidden()
    assert FirstSend(theming, None).isHidden()
    assert FirstSend(theming, FirstReach()).isHidden()


def test_who_is_in_it_today_comes_in_only_by_a_tick(theming: Theming) -> None:
    first = FirstSend(theming, None, 4_120)
    assert first.today.text() == "Also the 4,120 people who are in it today"
    assert not first.also_today
    first.today.setChecked(True)
    assert first.also_today


def test_the_number_is_typed_before_many_get_it_and_the_first_fifty_may_go_alone(
    person: Person, desk: MemoryDesk
) -> None:
    desk.reach = FirstReach(12, 212, typed=True)
    dialog, _ = asked(person)
    lines = person.words_in(dialog)
    assert "12 people get its first message within an hour, 212 within a day." in lines
    assert not dialog.publish.isEnabled()
    person.type_into(dialog.first.line, "212")
    assert dialog.publish.isEnabled()
    person.click(dialog.first.hold)
    person.click(dialog.publish)
    person.until(lambda: desk.confirmed)
    assert desk.confirmed == [(212, 50)]
    assert len(desk.stored["Abandoned basket"].versions) == 2


def test_where_others_have_come_meanwhile_it_is_asked_again(person: Person, desk: MemoryDesk) -> None:
    dialog, _ = asked(person)
    desk.reach = FirstReach(12, 212, typed=True)
    person.click(dialog.publish)
    person.until(lambda: isinstance(person.question, PublishDialog) and person.question is not dialog)
    again = person.publish_question()
    assert not again.publish.isEnabled()
    assert len(desk.stored["Abandoned basket"].versions) == 1
    person.click(again.not_yet)


@pytest.mark.parametrize(
    ("sums", "words"),
    [
        (Sums(5, 0, 0), "Publish version 5"),
        (Sums(0, 44, 0), "Publish and move 44"),
        (Sums(0, 0, 7), "Publish and let 7 leave"),
        (Sums(0, 44, 7), "Publish, move 44, let 7 leave"),
    ],
)
def test_the_button_repeats_the_sum(sums: Sums, words: str) -> None:
    assert button_words(5, sums) == words


def test_what_was_done_and_what_would_be_undone_are_said_in_sentences() -> None:
    done = published_words(PublishResult(5, moved=44, at_once=3, left=7))
    assert done.endswith("44 people moved to it, 3 of them go on now. 7 people left the flow.")
    assert published_words(PublishResult(5, texts_only=True)).endswith("Everybody inside has the new texts.")
    assert published_words(PublishResult(5, moved=1)).endswith("1 person moved to it.")
    assert taken_back_words(TakenBack(4, 5, 44, 7, 3, 2)) == (
        "Version 4 is live again. 44 people go back to where they were. 7 people who left come back in. "
        "3 people have gone on since and stay as they are. "
        "2 people have come in since; they finish on version 5."
    )
    assert taken_back_words(TakenBack(4, 5)) == "Version 4 is live again."


def test_the_first_version_meets_nobody_inside(desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    made, _ = outlook(desk, basket_flow(), "Abandoned basket")
    assert made is not None
    assert made.impact is None
    assert people_sentence(made).startswith("It goes live.")


def test_what_followed_a_node_that_is_gone_is_found_over_others_that_are_gone(desk: MemoryDesk) -> None:
    old = Flow(
        "F",
        (
            Node("s", "entry.manual"),
            *(Node(name, "set", "", settings={"add_tags": ["a"]}) for name in "abc"),
            Node("e", "end"),
        ),
        (Edge("s", "entered", "a"), Edge("a", "next", "b"), Edge("b", "next", "c"), Edge("c", "next", "e")),
    )
    stand = Stand(1, 1, "a", "A", "set", here=1, needs_target=True)
    found = follows(
        Impact("F", 2, stands=(stand,)), {1: old}, replace(old, nodes=(old.nodes[0], *old.nodes[3:]))
    )
    assert found == {"a": "c"}
    nothing = follows(Impact("F", 2, stands=(stand,)), {1: old}, Flow("F", (old.nodes[0], old.nodes[4])))
    assert nothing == {}
