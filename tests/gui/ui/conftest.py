"""A real main window over a desk in memory, and hands to work it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.app import make_application
from app.ui.main_window import MainWindow
from app.ui.theme import Theming
from tests.gui.ui.desk import MemoryDesk
from tests.gui.ui.person import Person

Opener = Callable[..., Person]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A list that completes words grabs the keyboard; without a screen there is none to grab."""
    for item in (one for one in items if "gui/ui" in one.nodeid):
        item.add_marker(pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True))


@pytest.fixture(scope="session")
def theming(qapp: QApplication) -> Theming:
    return Theming(make_application(), "light")


@pytest.fixture
def desk() -> MemoryDesk:
    return MemoryDesk()


@pytest.fixture
def open_window(qtbot: QtBot, desk: MemoryDesk, theming: Theming) -> Iterator[Opener]:
    """`open_window(flow="", size=(1440, 900))`: a person before a window that has read everything."""
    opened: list[MainWindow] = []

    def make(flow: str = "", size: tuple[int, int] = (1440, 900)) -> Person:
        theming.choose("light")
        window = MainWindow(desk, theming, save_ms=40)
        opened.append(window)
        window.resize(*size)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        with qtbot.waitSignal(window.numbers.read):
            window.begin(flow or None)
        person = Person(window, desk, qtbot)
        if flow:
            person.until(lambda: window.page == "flow")
        person.settle()
        return person

    yield make
    desk.gate.set()
    for window in opened:
        window.numbers.stop()
        window.operations.close()
        window.hide()
        window.deleteLater()
    QApplication.processEvents()
