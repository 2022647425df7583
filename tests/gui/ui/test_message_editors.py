"""The editors of SMS, popup and call-back in the real window, and what they show in a browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QInputDialog

from app.model.flow import Node
from app.ui.editors.browser import letter_page, popup_page
from app.ui.editors.chips import FieldText
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import ANNA, MemoryDesk, basket_flow
from tests.gui.ui.person import Person
from tests.hands import type_text
from tests.servers.browser import chromium

POPUP = {
    "headline": "Hi {{ first_name | default: 'you' }}",
    "text": "Leave your <address>",
    "fields": ["email"],
    "consent_text": "Yes, write to me",
    "button": "Send it",
    "timeout": "P1D",
}


def writing(open_window: Opener, desk: MemoryDesk, kind: str, settings: Mapping[str, Any]) -> Person:
    """A person with the editor of such a message open."""
    QSettings().remove("editor/person")
    flow = basket_flow()
    desk.put(flow.with_node(Node("letter1", kind, "Message", 264, 360, settings)))
    person = open_window("Abandoned basket")
    person.double_click("letter1")
    assert person.window.page == "editor"
    person.until(lambda: person.window.editor.editing.preview.content)
    return person


def settings_of(person: Person) -> Mapping[str, Any]:
    return person.flow.by_id["letter1"].settings


def retype(person: Person, text: FieldText, words: str) -> None:
    person.click(text.viewport(), QPoint(4, 8))
    text.selectAll()
    type_text(text, words)


def test_an_sms_says_its_alphabet_parts_and_that_its_cost_is_unknown(
    open_window: Opener, desk: MemoryDesk
) -> None:
    person = writing(open_window, desk, "sms", {"text": "Hi {{ first_name }}"})
    editor = person.window.editor.sms
    assert editor.encoding.text().startswith("Plain characters")
    assert editor.taken.text() == "7 characters, 1 part"
    assert "set a price" in editor.cost.text()
    retype(person, editor.text.text, "x" * 161)
    person.until(lambda: "2 parts" in editor.taken.text())


def test_the_sign_that_makes_an_sms_dear_is_named_and_replaced(open_window: Opener, desk: MemoryDesk) -> None:
    desk.maker = type(desk.maker)(
        desk.maker.shop, desk.maker.email, desk.maker.sms.model_copy(update={"price": "0.075 EUR"}), b"k" * 32
    )
    person = writing(open_window, desk, "sms", {"text": "Hi – {{ nick | default: '–' }} there"})
    editor = person.window.editor.sms
    person.until(lambda: editor.encoding.text().startswith("Other characters"))
    assert editor.cost.text() == "0.075 EUR for this person"
    person.click(person.button_in(editor, "Use  -"))
    assert settings_of(person)["text"] == "Hi - {{ nick | default: '–' }} there"
    person.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert settings_of(person)["text"].startswith("Hi –")


def test_what_to_say_in_a_call_is_written_too(open_window: Opener, desk: MemoryDesk) -> None:
    person = writing(open_window, desk, "task", {"text": "Ask {{ first_name }}", "timeout": "P1D"})
    editor = person.window.editor.sms
    assert not editor.encoding.isVisible()
    assert not person.window.editor.test.isVisible()
    retype(person, editor.text.text, "Frag nach 花")
    assert settings_of(person)["text"] == "Frag nach 花"


def test_a_popup_is_written_beside_its_picture(open_window: Opener, desk: MemoryDesk) -> None:
    person = writing(open_window, desk, "popup", POPUP)
    editor = person.window.editor.popup
    assert person.window.editor.editing.preview.content["headline"] == "Hi Anna"
    before = editor.picture.grab().toImage()
    retype(person, editor.lines["headline"].text, "割引 <b>")
    person.click(editor.boxes["first_name"])
    assert settings_of(person)["headline"] == "割引 <b>"
    assert settings_of(person)["fields"] == ["email", "first_name"]
    person.until(lambda: person.window.editor.editing.preview.content["headline"] == "割引 <b>")
    assert editor.picture.grab().toImage() != before


def test_pages_for_the_browser_are_files_of_this_machine(
    open_window: Opener, desk: MemoryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def look(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", look)
    person = writing(open_window, desk, "popup", POPUP)
    person.click(person.window.editor.browse)
    with open(opened[0], encoding="utf-8") as page:  # noqa: PTH123
        assert "Hi Anna" in page.read()
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    person.click(person.window.editor.browse)
    person.until(person.window.notice.isVisible)
    assert "No browser could be opened" in person.window.notice.text.text()


def test_a_message_is_sent_to_me_from_the_menu_of_its_node(
    open_window: Opener, desk: MemoryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    QSettings().remove("editor/person")
    monkeypatch.setattr(QInputDialog, "getText", lambda *_given: ("me@example.org", True))
    desk.put(basket_flow())
    person = open_window("Abandoned basket")
    person.select("letter2")
    menu = person.window.flow.inspector.more.menu()
    menu.aboutToShow.emit()
    action = next(one for one in menu.actions() if one.text() == "Send this to me")
    assert action.isVisible()
    action.trigger()
    person.until(lambda: desk.sent_to_me)
    assert desk.sent_to_me == [("letter2", ANNA.id, "me@example.org")]
    person.select("hour")
    menu.aboutToShow.emit()
    assert not action.isVisible()


CONTENT = {
    "headline": "Hi </script><b>Anna",
    "text": "日本 & “more”",
    "button": "Send it",
    "link": "",
    "fields": ["email"],
    "consent_text": "Yes, write to me",
}


@pytest.mark.browser
def test_the_real_popup_is_shown_by_the_sites_own_script_and_nothing_is_asked_of_any_server() -> None:
    with chromium() as browser:
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.set_content(popup_page(CONTENT))
        page.wait_for_selector("#chainwright-popup h2")
        assert page.locator("#chainwright-popup h2").inner_text() == "Hi </script><b>Anna"
        page.locator("#chainwright-popup input#email").fill("me@example.org")
        page.locator("#chainwright-popup input#consent").check()
        page.get_by_role("button", name="Send it").click()
        page.wait_for_selector("#chainwright-popup .done")
        assert [url for url in asked if url.startswith("http")] == []


@pytest.mark.browser
def test_a_letter_is_shown_in_three_widths_without_its_scripts() -> None:
    document = "<html><body><script>parent.x = 1</script><h1 id='h'>Größe & “x”</h1></body></html>"
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1500, "height": 800})
        page.set_content(letter_page("Subject <b>", "Mia", document))
        frames = page.locator("iframe")
        assert [frames.nth(index).get_attribute("width") for index in range(3)] == ["375", "254", "680"]
        assert page.frame_locator("iframe >> nth=0").locator("#h").inner_text() == "Größe & “x”"
        assert page.evaluate("window.x") is None
        assert page.locator("h1").first.inner_text() == "Subject <b>"


def test_what_a_popup_says_cannot_leave_its_script() -> None:
    page = popup_page(CONTENT)
    assert "</script><b>Anna" not in page
    assert json.loads('"' + "\\u003cb>" + '"') == "<b>"
