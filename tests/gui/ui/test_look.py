from __future__ import annotations

import gc
import re
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFocusFrame, QLabel, QWidget

from app.model.flow import Flow, Node
from app.model.journey import FlowState
from app.ui.style import FocusRing
from app.ui.theme import Theming, load_theme
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import BASKET_COUNTS, MemoryDesk, basket_flow
from tests.gui.ui.person import Person

SMALLEST = (1024, 640)


def test_a_wide_window_shows_everything_beside_the_canvas(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    page = open_window("Abandoned basket", size=(1440, 900)).window.flow
    assert page.palette_.width() == 168
    assert page.inspector.isVisible()
    assert page.inspector.width() == 296
    assert page.canvas.width() > 900


def test_a_narrower_window_folds_the_palette_then_the_inspector(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow())
    person = open_window("Abandoned basket", size=(1280, 800))
    page = person.window.flow
    assert page.palette_.width() == 48
    assert page.palette_.search.isHidden()
    assert page.inspector.isVisible()
    person.window.resize(*SMALLEST)
    person.settle()
    assert not page.inspector.isVisible()
    assert page.canvas.width() == 1024 - 48
    person.window.resize(1720, 900)
    person.settle()
    assert page.palette_.width() == 200
    assert page.inspector.isVisible()


def test_in_the_smallest_window_the_inspector_is_a_drawer(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window("Abandoned basket", size=SMALLEST)
    page = person.window.flow
    person.select("letter1")
    assert not page.inspector.isVisible()
    person.double_click("letter1")
    assert page.inspector.isVisible()
    assert page.inspector.title.hasFocus()
    assert page.inspector.geometry().right() == page.rect().right()
    person.key(Qt.Key.Key_Escape)
    assert not page.inspector.isVisible()
    person.click(page.bar.settings)
    assert page.inspector.isVisible()


def test_in_the_smallest_window_pausing_is_in_the_menu(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow(), live=True)
    person = open_window("Abandoned basket", size=SMALLEST)
    assert not person.window.flow.bar.pause.isVisible()
    next(action for action in person.window.menu.actions() if action.text() == "Pause").trigger()
    person.until(lambda: desk.stored["Abandoned basket"].state is FlowState.PAUSED)
    go_on = next(action for action in person.window.menu.actions() if action.text() == "Go on")
    person.until(go_on.isEnabled)
    go_on.trigger()
    person.until(lambda: desk.stored["Abandoned basket"].state is FlowState.LIVE)


def test_the_smallest_window_cuts_no_button_and_leaves_nothing_outside(
    open_window: Opener, desk: MemoryDesk
) -> None:
    long = "Erinnerung an einen liegen gebliebenen Warenkorb für Stammkundinnen"
    desk.put(basket_flow(long), live=True, counts=BASKET_COUNTS)
    person = open_window(long, size=SMALLEST)
    assert (person.window.width(), person.window.height()) == SMALLEST
    for button in person.window.findChildren(QAbstractButton):
        if button.isVisible() and button.text():
            assert (
                button.width() >= button.sizeHint().width() or button.minimumWidth() == button.maximumWidth()
            )
    for page in ("flow", "flows", "caught", "tasks"):
        person.window.show_page(page)
        person.settle()
        outside = [
            one for one in _shown(person.window) if _right_of(one, person.window) > person.window.width()
        ]
        assert outside == []


def test_an_opened_flow_is_seen_whole(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    for size in ((1440, 900), (1280, 800), SMALLEST):
        canvas = open_window("Abandoned basket", size=size).window.flow.canvas
        assert canvas.view.seen.contains(canvas.scene.extent())


def test_coming_back_to_a_flow_finds_the_same_view_and_selection(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow())
    person = open_window("Abandoned basket")
    person.select("letter1")
    person.window.flow.canvas.view.set_zoom(1.3)
    seen = person.window.flow.canvas.view.seen
    person.click(person.window.top.tabs["caught"])
    person.click(person.window.top.tabs["flows"])
    assert person.window.page == "flow"
    assert person.window.flow.canvas.view.seen == seen
    assert person.window.flow.canvas.selected == ("letter1",)
    person.click(person.window.top.tabs["flows"])
    assert person.window.page == "flows"


def test_no_text_is_smaller_than_11_px(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow(), live=True, counts=BASKET_COUNTS)
    person = open_window("Abandoned basket")
    person.select("letter1")
    for one in person.window.findChildren(QLabel):
        assert one.fontInfo().pixelSize() >= 11


def test_dark_and_light_are_switched_while_working(
    open_window: Opener, desk: MemoryDesk, theming: Theming, qapp: QApplication
) -> None:
    desk.put(basket_flow())
    person = open_window("Abandoned basket")
    person.select("letter1")
    assert _brightness(person) > 200
    menu = person.window.top.look.menu()
    assert menu is not None
    next(action for action in menu.actions() if action.text() == "Dark").trigger()
    person.settle()
    dark = load_theme("dark")
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == dark.colors["surface"]
    assert _brightness(person) < 70
    assert person.window.flow.canvas.style_.theme.name == "dark"
    theming.choose("light")
    person.settle()
    assert _brightness(person) > 200


def test_every_colour_of_the_style_sheet_is_a_token(theming: Theming, qapp: QApplication) -> None:
    assert "$" not in qapp.styleSheet()


def test_a_key_shows_where_the_focus_is_and_a_click_does_not(
    open_window: Opener, theming: Theming, qapp: QApplication
) -> None:
    ring = FocusRing(qapp, theming)
    person = open_window()
    person.click(person.window.top.tabs["caught"])
    assert not person.window.findChildren(QFocusFrame)
    person.window.top.tabs["flows"].setFocus()
    QTest.keyClick(person.window.top.tabs["flows"], Qt.Key.Key_Tab)
    frames = person.window.findChildren(QFocusFrame)
    focused = qapp.focusWidget()
    assert focused is not None
    assert [frame.widget() for frame in frames] == [focused]
    qapp.focusChanged.disconnect(ring.moved)


def test_f6_walks_between_the_parts_and_a_tab_of_the_window_has_its_key(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow())
    person = open_window("Abandoned basket")
    page = person.window.flow
    page.canvas.setFocus()
    seen: list[QWidget | None] = []
    for _ in range(6):
        person.key(Qt.Key.Key_F6)
        seen.append(QApplication.focusWidget())
    window = person.window
    wanted = [page.inspector.title, window.status, window.top.tabs["flows"], page.bar.publish]
    assert seen == [*wanted, page.palette_.list, page.canvas.view]
    person.key(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is page.palette_.list
    person.key(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    person.until(lambda: person.window.page == "caught")


def test_every_button_without_words_has_a_name(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(Flow("One", (Node("it", "check", "", 0, 0, {"ways": [{"name": "a", "when": {"tag": "t"}}]}),)))
    person = open_window("One")
    person.select_by_key("it")
    for one in person.window.findChildren(QAbstractButton):
        inside_qt = one.objectName().startswith("qt_")
        assert inside_qt or one.text() or one.accessibleName(), one.parent()


def _shown(window: QWidget) -> list[QWidget]:
    return [one for one in window.findChildren(QAbstractButton) if one.isVisible()]


def _right_of(widget: QWidget, window: QWidget) -> int:
    return widget.mapTo(window, widget.rect().topRight()).x()


def _brightness(person: Person) -> int:
    """How bright the window is on the whole, from 0 to 255."""
    small = (
        person.window.grab()
        .toImage()
        .scaled(1, 1, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    )
    return small.pixelColor(0, 0).lightness()


def test_the_sheet_keeps_its_pictures_longer_than_its_theme_lives(qapp: QApplication) -> None:
    Theming(qapp, "light")
    gc.collect()
    pictures = set(re.findall(r"url\(\"?([^\")]+)", qapp.styleSheet()))
    assert pictures
    assert [name for name in pictures if not Path(name).exists()] == []
