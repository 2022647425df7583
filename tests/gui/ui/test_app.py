from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.app import make_application, run_window, translate
from app.ui.main_window import MainWindow
from app.ui.theme import Theming, kept_choice
from tests.gui.ui.desk import MemoryDesk, basket_flow


def test_the_program_opens_a_flow_and_ends_well_when_its_window_is_closed(
    qtbot: QtBot, desk: MemoryDesk, theming: Theming, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    desk.put(basket_flow())
    pages: list[str] = []

    def look() -> None:
        windows = [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)]
        window = next((one for one in windows if one.isVisible()), None)
        if window is not None and window.page == "flow" and not window.operations.busy:
            pages.append(window.session.name)
            window.close()
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(20, look)
    assert run_window(desk, open_flow="Abandoned basket", theme="light") == 0
    assert pages == ["Abandoned basket"]


def test_a_bug_of_ours_ends_in_the_log_and_not_the_program(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None], desk: MemoryDesk
) -> None:
    from app.ui import app as module

    expect_log("a bug in the window")
    module._log_bug(ZeroDivisionError, ZeroDivisionError("ours"), None)


def test_a_language_without_a_translation_is_no_error(qapp: QApplication) -> None:
    installed = translate(make_application(), "xx")
    assert installed == []
    assert QCoreApplication.translate("Window", "Publish…") == "Publish…"


def test_the_choice_of_light_or_dark_is_kept(theming: Theming) -> None:
    theming.choose("dark")
    assert kept_choice() == "dark"
    theming.choose("light")
    assert kept_choice() == "light"
