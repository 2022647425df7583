from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox

from app.canvas.commands import ChangeSettings
from app.flows.letters.blocks import Footer, Heading, Letter, text_block
from app.flows.letters.mjml import write_letter
from app.model.flow import Edge, Flow, Node
from app.model.kinds import KINDS, SettingType
from app.ui.inspector import factory
from app.ui.inspector.body import BodyEditor
from app.ui.inspector.condition import ConditionEditor
from app.ui.inspector.condition_card import ConditionCard
from app.ui.inspector.duration import DurationEditor
from app.ui.inspector.flow_form import FlowForm
from app.ui.inspector.liquid import LiquidEditor
from app.ui.inspector.lists import PropertiesEditor, TextsEditor
from app.ui.inspector.moment import MomentEditor
from app.ui.inspector.plain import ChoiceEditor, FlagEditor, LineEditor, NumberEditor, TimeEditor
from app.ui.inspector.reactions import ReactionsEditor
from app.ui.inspector.ways import WaysEditor
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import BASKET_COUNTS, MemoryDesk, basket_flow
from tests.gui.ui.forms import alone, of
from tests.gui.ui.person import Person
from tests.hands import type_text

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def person(open_window: Opener, desk: MemoryDesk) -> Person:
    desk.put(basket_flow(), counts=BASKET_COUNTS)
    return open_window("Abandoned basket")


def test_typing_into_a_field_is_one_step_of_undo(person: Person) -> None:
    person.select("letter2")
    person.type_into(of(person, "subject", LiquidEditor).text, "Größer: 割引")
    assert person.flow.by_id["letter2"].settings["subject"] == "Größer: 割引"
    assert person.window.session.document.undo_stack.count() == 1
    person.window.flow.canvas.setFocus()
    person.key(Qt.Key.Key_Z, CTRL)
    assert person.flow.by_id["letter2"].settings["subject"] == "Only two left"
    assert of(person, "subject", LiquidEditor).text.source() == "Only two left"
    person.key(Qt.Key.Key_Y, CTRL)
    assert of(person, "subject", LiquidEditor).text.source() == "Größer: 割引"


def test_two_fields_are_two_steps_and_the_same_field_entered_again_is_a_third(person: Person) -> None:
    person.select("letter2")
    person.type_into(of(person, "subject", LiquidEditor).text, "One")
    person.type_into(of(person, "body", LiquidEditor).text, "Two")
    person.type_into(of(person, "subject", LiquidEditor).text, "Three")
    assert person.window.session.document.undo_stack.count() == 3


def test_an_emptied_field_leaves_the_file(person: Person) -> None:
    person.select("popup")
    person.type_into(of(person, "button", LiquidEditor).text, "")
    person.key(Qt.Key.Key_Backspace)
    assert "button" not in person.flow.by_id["popup"].settings


def test_the_title_is_changed_in_the_head(person: Person) -> None:
    person.select("letter1")
    person.type_into(person.window.flow.inspector.title, "Erster Brief")
    assert person.flow.by_id["letter1"].title == "Erster Brief"


@pytest.mark.parametrize(("typed", "iso"), [("3", "P3D"), ("90 min", "PT1H30M"), ("1,5 h", "PT1H30M")])
def test_a_duration_is_typed_as_people_say_it(person: Person, typed: str, iso: str) -> None:
    person.select("letter1")
    person.type_into(of(person, "timeout", DurationEditor).line, typed)
    assert person.flow.by_id["letter1"].settings["timeout"] == iso


def test_half_a_duration_is_refused_in_words_and_changes_nothing(person: Person) -> None:
    person.select("letter1")
    editor = of(person, "timeout", DurationEditor)
    person.type_into(editor.line, "soon")
    assert person.flow.by_id["letter1"].settings["timeout"] == "P1D"
    assert any("Write a time" in label for label in person.words_in(editor))


def test_the_unit_of_a_duration_is_chosen_beside_it(person: Person) -> None:
    person.select("letter1")
    editor = of(person, "timeout", DurationEditor)
    person.choose(editor.unit, "hour")
    assert person.flow.by_id["letter1"].settings["timeout"] == "PT1H"


def test_a_duration_of_more_than_one_unit_is_shown_in_words(open_window: Opener, desk: MemoryDesk) -> None:
    person = alone(open_window, desk, "delay", {"for": "P1DT2H"})
    editor = of(person, "for", DurationEditor)
    assert editor.line.text() == "1 day 2 h"
    assert not editor.unit.isVisible()


def test_ticking_a_reaction_makes_its_way_out_and_says_for_how_long(
    open_window: Opener, desk: MemoryDesk
) -> None:
    person = alone(open_window, desk, "email")
    assert not person.setting("timeout").isVisible()
    person.click(of(person, "reactions", ReactionsEditor).boxes["clicked"])
    assert person.flow.by_id["it"].settings == {"reactions": ["clicked"], "timeout": "P1D"}
    assert person.setting("timeout").isVisible()
    person.click(of(person, "reactions", ReactionsEditor).boxes["clicked"])
    assert "reactions" not in person.flow.by_id["it"].settings


def test_unticking_a_reaction_takes_its_edge_and_undo_brings_both_back(person: Person) -> None:
    person.select("letter1")
    person.click(of(person, "reactions", ReactionsEditor).boxes["opened"])
    assert ("letter1", "opened") not in person.flow.leading
    person.window.flow.canvas.setFocus()
    person.key(Qt.Key.Key_Z, CTRL)
    assert person.flow.leading["letter1", "opened"] == "hour"
    assert of(person, "reactions", ReactionsEditor).boxes["opened"].isChecked()


def test_any_event_can_be_waited_for_by_its_name(person: Person) -> None:
    person.select("letter1")
    editor = of(person, "reactions", ReactionsEditor)
    person.click(editor.more)
    person.type_into(editor.other, "order_completed")
    person.key(Qt.Key.Key_Return)
    assert person.flow.by_id["letter1"].settings["reactions"] == ["opened", "clicked", "order_completed"]
    assert editor.boxes["order_completed"].isChecked()


def test_reactions_show_how_often_they_came(person: Person) -> None:
    person.until(lambda: person.window.session.document.facts.counts.entered)
    person.select("letter1")
    assert {"446", "34 %", "15 %", "3"} <= set(person.words_in(person.window.flow.inspector.numbers))
    assert "152" in person.words_in(person.editor("reactions"))


def test_events_are_added_row_by_row(open_window: Opener, desk: MemoryDesk) -> None:
    person = alone(open_window, desk, "entry.event")
    editor = of(person, "events", TextsEditor)
    person.type_into(editor.lines[0], "basket_added")
    person.key(Qt.Key.Key_Return)
    person.settle()
    person.type_into(editor.lines[1], "basket_changed")
    assert person.flow.by_id["it"].settings["events"] == ["basket_added", "basket_changed"]


def test_what_a_service_message_is_for_is_asked_only_there(person: Person) -> None:
    person.select("letter1")
    form = person.form()
    form.focus_setting("purpose")
    assert not form.fields["reason"].isVisible()
    person.choose(of(person, "purpose", ChoiceEditor).choice, "transactional")
    assert form.fields["reason"].isVisible()
    assert person.flow.by_id["letter1"].settings["purpose"] == "transactional"


def test_topic_and_importance_are_told_where_sending_is_folded_away(person: Person) -> None:
    person.select("letter1")
    form = person.form()
    form.focus_setting("topic")
    person.type_into(of(person, "topic", LineEditor).line, "Angebote")
    person.choose(of(person, "priority", ChoiceEditor).choice, "high")
    assert form.fold is not None
    assert form.fold.head.accessibleName() == "Sending: Advertising, important, Angebote"
    person.select("letter2")
    person.form().focus_setting("topic")
    line = of(person, "topic", LineEditor).line
    person.type_into(line, "ang")
    assert line.completer().currentCompletion() == "Angebote"


def test_only_people_are_counted_by_one_tick(person: Person) -> None:
    person.select("letter1")
    person.click(of(person, "human_only", FlagEditor).box)
    assert person.flow.by_id["letter1"].settings["human_only"] is True


def test_a_message_is_never_sent_after_a_date_or_a_field(person: Person) -> None:
    person.select("letter1")
    fold = person.form().fold
    assert fold is not None
    person.click(fold.head)
    editor = of(person, "before", MomentEditor)
    person.choose(editor.kind, "property")
    person.type_into(editor.line, "appointment")
    assert person.flow.by_id["letter1"].settings["before"] == "property:appointment"
    person.choose(editor.kind, "moment")
    assert "before" not in person.flow.by_id["letter1"].settings
    person.type_into(editor.line, "2026-12-24 18:0")
    assert any("2026-12-24 18:00" in text for text in person.words_in(editor))
    person.type_into(editor.line, "2026-12-24 18:00")
    assert person.flow.by_id["letter1"].settings["before"] == "2026-12-24T18:00:00+05:30"


def test_a_time_of_day_and_weekdays(open_window: Opener, desk: MemoryDesk) -> None:
    person = alone(open_window, desk, "until")
    person.type_into(of(person, "time", TimeEditor).line, "9:30")
    assert person.flow.by_id["it"].settings["time"] == "09:30"
    boxes = {box.text(): box for box in person.editor("weekdays").findChildren(QCheckBox)}
    person.click(boxes["Friday"])
    person.click(boxes["Monday"])
    assert person.flow.by_id["it"].settings["weekdays"] == ["mon", "fri"]


def test_fields_and_tags_of_a_person_are_written(open_window: Opener, desk: MemoryDesk) -> None:
    person = alone(open_window, desk, "set")
    editor = of(person, "properties", PropertiesEditor)
    name, value = person.lines_in(editor)
    person.type_into(name, "score")
    person.type_into(value, "7")
    person.type_into(of(person, "add_tags", TextsEditor).lines[0], "冬")
    assert person.flow.by_id["it"].settings == {"properties": {"score": 7}, "add_tags": ["冬"]}


def test_a_condition_is_built_from_rows(open_window: Opener, desk: MemoryDesk) -> None:
    person = alone(open_window, desk, "wait", {"events": ["order"], "timeout": "P1D"})
    editor = of(person, "where", ConditionEditor)
    person.click(editor.add)
    person.settle()
    card = editor.rows[0]
    assert isinstance(card, ConditionCard)
    person.type_into(card.name, "total")
    person.choose(card.operator, "more_than")
    person.type_into(card.value, "50")
    assert person.flow.by_id["it"].settings["where"] == {"field": "total", "more_than": 50}
    person.click(editor.add)
    person.settle()
    second = editor.rows[1]
    assert isinstance(second, ConditionCard)
    person.choose(second.subject, "tag")
    person.type_into(second.name, "vip")
    person.choose(editor.mode, "any")
    assert person.flow.by_id["it"].settings["where"] == {
        "any": [{"field": "total", "more_than": 50}, {"tag": "vip"}]
    }
    person.click(person.button_in(card, "Take out"))
    assert person.flow.by_id["it"].settings["where"] == {"tag": "vip"}


def test_a_condition_on_a_message_names_it_by_its_title(person: Person) -> None:
    person.drag_kind("check", 300, 620)
    person.select_by_key(person.node("check").id)
    ways = of(person, "ways", WaysEditor)
    person.click(ways.add)
    person.settle()
    assert person.node("check").settings["ways"] == [{"name": "way 1"}]
    condition = ways.cards[0].condition
    person.click(condition.add)
    person.settle()
    card = condition.rows[0]
    assert isinstance(card, ConditionCard)
    person.choose(card.subject, "message")
    assert card.pick.itemText(0) == "Letter 1"
    person.choose(card.pick, "letter2")
    person.choose(card.reaction, "clicked")
    ways_now = person.node("check").settings["ways"]
    assert ways_now == [{"name": "way 1", "when": {"message": "letter2", "reaction": "clicked"}}]


def test_renaming_a_way_keeps_its_edge(open_window: Opener, desk: MemoryDesk) -> None:
    way = {"name": "vip", "when": {"tag": "vip"}}
    desk.put(
        Flow(
            "Ways",
            (
                Node("start", "entry.manual", "Start", 40, 40),
                Node("check", "check", "Check", 300, 40, {"ways": [way]}),
                Node("end", "end", "", 700, 60),
            ),
            (Edge("start", "entered", "check"), Edge("check", "vip", "end"), Edge("check", "else", "end")),
        )
    )
    person = open_window("Ways")
    person.select("check")
    person.type_into(of(person, "ways", WaysEditor).cards[0].name, "gold")
    assert person.flow.leading["check", "gold"] == "end"
    assert person.flow.by_id["check"].settings["ways"] == [{**way, "name": "gold"}]


def test_what_was_made_elsewhere_survives_an_edit_beside_it(open_window: Opener, desk: MemoryDesk) -> None:
    nested = {"any": [{"all": [{"tag": "a"}, {"tag": "b"}]}, {"tag": "c"}]}
    person = alone(open_window, desk, "check", {"ways": [{"name": "odd", "when": nested, "colour": "red"}]})
    person.type_into(of(person, "ways", WaysEditor).cards[0].name, "even")
    assert person.flow.by_id["it"].settings["ways"] == [{"name": "even", "when": nested, "colour": "red"}]


def test_with_nothing_selected_the_flow_itself_is_changed(person: Person) -> None:
    person.click_paper()
    form = person.window.flow.inspector.form
    assert isinstance(form, FlowForm)
    goal = form.goal.editor
    assert isinstance(goal, TextsEditor)
    person.type_into(goal.lines[0], "paid")
    exits = form.exits.editor
    person.click(person.button_in(exits, "Add an exit"))
    person.settle()
    person.type_into(person.lines_in(exits)[0], "returned")
    key = form.key.editor
    assert isinstance(key, LineEditor)
    person.type_into(key.line, "cart")
    inside = form.inside.editor
    assert isinstance(inside, NumberEditor)
    person.type_into(inside.line, "500")
    assert person.flow.settings == {
        "inside": 500,
        "key": "cart",
        "reentry": {"after": "P7D"},
        "goal": {"events": ["paid"]},
        "exits": [{"event": "returned"}],
    }


def test_a_click_on_a_problem_leads_to_its_field(open_window: Opener, desk: MemoryDesk) -> None:
    flow = basket_flow()
    desk.put(
        flow.with_node(
            Node("letter3", "email", "Letter 3", 1104, 360, {"subject": "Last {{ nme }}", "body": "x"})
        )
    )
    person = open_window("Abandoned basket")
    person.checked()
    person.click(person.window.flow.problems.first)
    assert person.window.flow.canvas.selected == ("letter3",)
    assert of(person, "subject", LiquidEditor).text.hasFocus()
    assert "nme" in person.setting("subject").error.text()


def test_the_fields_of_a_person_and_of_the_event_are_offered_for_texts(person: Person) -> None:
    person.select("letter1")
    editor = of(person, "subject", LiquidEditor)
    person.type_into(editor.text, "Hello ")
    person.click(person.setting("subject").insert)
    popup = editor.popup
    assert popup is not None
    offered = [popup.list.item(index).text() for index in range(popup.list.count())]
    assert {"First name", "City", "Last order", "Basket id of the event"} <= set(offered)
    type_text(popup.search, "first")
    type_text(popup.other, "you")
    person.press(popup.search, Qt.Key.Key_Return)
    subject = person.flow.by_id["letter1"].settings["subject"]
    assert subject == 'Hello {{ first_name | default: "you" }}'
    assert editor.text.toPlainText() == "Hello \ufffc"


def test_a_letter_of_blocks_is_told_of_and_never_shown_as_markup(person: Person) -> None:
    body = write_letter(Letter((Heading("Hi"), text_block("there"), Footer())))
    document = person.window.session.document
    document.do(ChangeSettings(document, "letter1", {"body": body}))
    person.select("letter1")
    editor = of(person, "body", BodyEditor)
    assert not editor.text.isVisible()
    assert editor.about.text() == "A letter of 3 blocks: heading, text, footer."
    assert not person.setting("body").insert.isVisible()
    person.select("letter2")
    assert person.setting("body").insert.isVisible()


def test_a_node_of_a_newer_release_is_shown_and_kept(open_window: Opener, desk: MemoryDesk) -> None:
    person = alone(open_window, desk, "hologram", {"size": 3})
    assert any("newer version" in text for text in person.words_in(person.window.flow.inspector))
    assert person.window.flow.inspector.form is None
    person.type_into(person.window.flow.inspector.title, "Later")
    assert person.flow.by_id["it"].settings == {"size": 3}


def test_every_kind_has_a_form_that_changes_nothing_by_being_shown(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(Flow("All", tuple(Node(name, name, "", 200 * n, 40) for n, name in enumerate(KINDS))))
    person = open_window("All")
    for name, kind in KINDS.items():
        person.window.flow.inspector.show_node(name)
        assert set(person.form().fields) == {setting.name for setting in kind.settings}
    assert person.window.session.document.undo_stack.count() == 0


def test_a_setting_of_the_wrong_type_is_shown_without_a_fall(open_window: Opener, desk: MemoryDesk) -> None:
    kinds = [name for name, kind in KINDS.items() if kind.settings]
    desk.put(Flow("All", tuple(Node(name, name, "", 200 * n, 40) for n, name in enumerate(kinds))))
    person = open_window("All")
    for name in kinds:
        person.window.flow.inspector.show_node(name)
        wrong: tuple[object, ...] = (
            None,
            "text",
            7,
            True,
            ["a", 3, None],
            {"a": 1},
            [{"name": 4}],
            [[]],
            {"all": [{}, 3]},
        )
        for value in wrong:
            for field in person.form().fields.values():
                field.editor.show_value(value)
    assert person.window.session.document.undo_stack.count() == 0


def test_every_type_of_setting_has_an_editor() -> None:
    assert set(factory._MAKERS) == set(SettingType) - {SettingType.REACTIONS}
