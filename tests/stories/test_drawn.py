"""Show 0: the first story is drawn in the window by hand, published, and 200 baskets are left over a kill."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

from app.bootstrap.house import House
from app.bootstrap.window_desk import WorkspaceDesk
from app.bootstrap.workspace import Workspace, open_workspace
from app.channels.catcher import Catcher
from app.model.journey import FlowState
from app.model.kinds import KINDS, SettingType
from app.ui.app import make_application
from app.ui.inspector.condition_card import ConditionCard
from app.ui.inspector.duration import DurationEditor
from app.ui.inspector.flow_form import FlowForm, ReentryEditor
from app.ui.inspector.liquid import LiquidEditor
from app.ui.inspector.lists import TextsEditor
from app.ui.inspector.plain import ChoiceEditor, LineEditor, TextEditor
from app.ui.inspector.reactions import ReactionsEditor
from app.ui.inspector.ways import WaysEditor
from app.ui.main_window import MainWindow
from app.ui.theme import Theming
from tests.gui.ui.person import Hands
from tests.servers.smtp import SmtpCatcher
from tests.stories.basket_flow import NAME, story, with_settings
from tests.stories.baskets import SHORT, Shop, work_through
from tests.stories.program import WITH_FILE

WIDE: Final = (2400, 1050)
"""The whole story fits on the canvas as large as life."""
MARGIN: Final = 40
TYPED: Final = {"PT2S": "2 s", "PT4S": "4 sec", "PT1S": "1 second", "PT10S": "10 s", "PT1H": "1 h"}
"""What a person types for each time."""


@contextmanager
def before_a_window(workspace: Workspace, qtbot: QtBot) -> Iterator[Hands]:
    """The real window over the real workspace, where no engine runs; closed in the end as by its cross."""
    theming = Theming(make_application(), "light")
    window = MainWindow(WorkspaceDesk(House(workspace)), theming)
    window.resize(*WIDE)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(window.numbers.read):
        window.begin()
    hands = Hands(window, qtbot)
    hands.settle()
    try:
        yield hands
    finally:
        window.close()
        hands.until(lambda: not window.isVisible())
        window.deleteLater()
        QApplication.processEvents()


def fill_in(hands: Hands, name: str, kind: SettingType, value: Any) -> None:
    """One setting of the selected node, in its own editor of the inspector."""
    editor = hands.editor(name)
    if isinstance(editor, LineEditor):
        hands.put_into(editor.line, value)
    elif isinstance(editor, (TextEditor, LiquidEditor)):
        hands.put_into(editor.text, value)
    elif isinstance(editor, DurationEditor):
        hands.type_into(editor.line, TYPED[value])
    elif isinstance(editor, ReactionsEditor):
        tick(hands, editor.boxes, value)
    elif isinstance(editor, TextsEditor):
        fill_lines(hands, editor, value)
    elif isinstance(editor, ChoiceEditor):
        hands.choose(editor.choice, value)
    else:
        assert isinstance(editor, WaysEditor), f"{name} is of an unexpected type, {kind}"
        add_way(hands, editor, value)


def tick(hands: Hands, boxes: Mapping[str, QCheckBox], wanted: list[str]) -> None:
    for name in [*boxes]:
        if boxes[name].isChecked() != (name in wanted):
            hands.click(boxes[name])
    assert [name for name in boxes if boxes[name].isChecked()] == wanted


def fill_lines(hands: Hands, editor: TextsEditor, texts: list[str]) -> None:
    for number, text in enumerate(texts):
        if number:
            hands.click(editor.add)
            hands.settle()
        hands.type_into(editor.lines[number], text)


def add_way(hands: Hands, editor: WaysEditor, value: list[dict[str, Any]]) -> None:
    """A way for whoever may be texted: consent for SMS, and a phone number."""
    (way,) = value
    hands.click(editor.add)
    hands.settle()
    hands.type_into(editor.cards[0].name, way["name"])
    condition = editor.cards[0].condition
    consent = add_question(hands, editor)
    hands.choose(consent.subject, "consent")
    hands.choose(consent.pick, "sms")
    phone = add_question(hands, editor)
    hands.choose(phone.subject, "property")
    hands.type_into(phone.name, "phone")
    hands.choose(phone.operator, "known")
    assert condition is editor.cards[0].condition


def add_question(hands: Hands, editor: WaysEditor) -> ConditionCard:
    condition = editor.cards[0].condition
    hands.click(condition.add)
    hands.settle()
    card = condition.rows[-1]
    assert isinstance(card, ConditionCard)
    return card


def set_flow(hands: Hands, settings: Mapping[str, Any]) -> None:
    """Name, goal, key, re-entry and freshness, on the form that is there while nothing is selected."""
    hands.click_paper()
    form = hands.window.flow.inspector.form
    assert isinstance(form, FlowForm)
    name, goal, key = form.name.editor, form.goal.editor, form.key.editor
    again, fresh = form.reentry.editor, form.fresh.editor
    assert isinstance(goal, TextsEditor)
    assert isinstance(key, LineEditor)
    assert isinstance(again, ReentryEditor)
    assert isinstance(fresh, DurationEditor)
    assert isinstance(name, LineEditor)
    fill_lines(hands, goal, settings["goal"]["events"])
    hands.choose(again.kind, "after")
    hands.type_into(key.line, settings["key"])
    hands.type_into(fresh.line, TYPED[settings["fresh"]])
    hands.type_into(name.line, NAME)
    hands.press(name.line, Qt.Key.Key_Return)
    hands.until(lambda: hands.flow.name == NAME)
    hands.settle()


def draw(hands: Hands, wanted: dict[str, Any]) -> dict[str, str]:
    """Draws the story by mouse; answers the drawn nodes' ids by the story's."""
    hands.click(hands.window.flows.new)
    hands.until(lambda: hands.window.page == "flow")
    ids: dict[str, str] = {}
    for node in wanted["nodes"]:
        hands.drag_kind(node["kind"], node["x"] + MARGIN, node["y"] + MARGIN)
        assert len(hands.flow.nodes) == len(ids) + 1
        ids[node["id"]] = hands.flow.nodes[-1].id
    for node in wanted["nodes"]:
        hands.select(ids[node["id"]])
        assert hands.window.flow.canvas.selected == (ids[node["id"]],)
        if node["title"]:
            hands.type_into(hands.window.flow.inspector.title, node["title"])
        types = {setting.name: setting.type for setting in KINDS[node["kind"]].settings}
        for name, value in node["settings"].items():
            fill_in(hands, name, types[name], value)
    for edge in wanted["edges"]:
        hands.pull(ids[edge["from"]], edge["outlet"], ids[edge["to"]])
        assert hands.flow.leading.get((ids[edge["from"]], edge["outlet"])) == ids[edge["to"]], edge
    set_flow(hands, wanted["settings"])
    return ids


def publish(hands: Hands) -> None:
    """Nothing is wrong with the drawing, and it goes live by the dialog's button."""
    hands.saved()
    hands.checked()
    assert hands.window.flow.problems.problems == ()
    hands.click(hands.window.flow.bar.publish)
    dialog = hands.publish_question()
    assert dialog.publish.text() == "Publish version 1"
    hands.click(dialog.publish)
    hands.until(lambda: hands.window.flow.bar.state.text() == "Live, version 1")
    hands.settle()


def as_in_the_story(document: dict[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """What a drawing says, without places and notes, its nodes called as in the story."""
    role = {name: story_name for story_name, name in ids.items()}
    return {
        "name": document["name"],
        "settings": document["settings"],
        "nodes": {
            role.get(node["id"], node["id"]): (node["kind"], node["title"], node["settings"])
            for node in document["nodes"]
        },
        "edges": {
            (role.get(edge["from"], ""), edge["outlet"], role.get(edge["to"], ""))
            for edge in document["edges"]
        },
    }


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
@pytest.mark.timeout(240)
def test_the_story_drawn_by_hand_writes_to_two_hundred_baskets_over_a_kill(
    shop: Shop,
    letters: SmtpCatcher,
    sms: Catcher,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Any,
) -> None:
    for name, value in WITH_FILE.items():
        monkeypatch.setenv(name, value)
    wanted = with_settings(story(), SHORT)
    began = time.monotonic()
    with open_workspace(shop.program.folder) as workspace, before_a_window(workspace, qtbot) as hands:
        ids = draw(hands, wanted)
        publish(hands)
        infos = {info.name: info for info in workspace.store.flows.infos()}
        assert (infos[NAME].version, infos[NAME].state, infos[NAME].changed) == (1, FlowState.LIVE, False)
    record_property("drawn in seconds", str(round(time.monotonic() - began, 1)))
    ((document,),) = shop.rows("SELECT document FROM version")
    assert as_in_the_story(json.loads(document), ids) == as_in_the_story(
        wanted, {node["id"]: node["id"] for node in wanted["nodes"]}
    )
    figures = work_through(shop, letters, sms, tmp_path, ids)
    for name in figures.keys() - {"edges"}:
        record_property(name, str(figures[name]))
