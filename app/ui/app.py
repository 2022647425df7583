"""Starts the window: fonts, words, colours, and what happens to errors of ours."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QByteArray,
    QEvent,
    QLibraryInfo,
    QLocale,
    QObject,
    QSettings,
    QSize,
    Qt,
    QTimer,
    QTranslator,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app.ui.fonts import install_fonts
from app.ui.last import read_last, write_last
from app.ui.main_window import MainWindow
from app.ui.resources import icon_file, translation
from app.ui.swift import new_application
from app.ui.theme import Theming, kept_choice

if TYPE_CHECKING:
    from app.model.ports import Desk

FIRST_SIZE: Final = QSize(1440, 900)
_GEOMETRY: Final = "window/geometry"
_HAND_MS: Final = 20
"""What a hand does as soon as it sees the window is answered before anything heavy begins."""
_UNSEEN_MS: Final = 1_000
_log = logging.getLogger(__name__)


def run_window(
    desk: Desk,
    *,
    open_flow: str | None = None,
    kept: Path | None = None,
    opening: Callable[[Callable[[], None]], None] | None = None,
    theme: str = "",
    language: str = "",
    arguments: Sequence[str] = (),
) -> int:
    """Shows the main window and runs until it is closed; the exit code.

    ``open_flow``: the name of a draft or the path of a flow file. ``kept``: where the flow that was
    open last is kept; without ``open_flow`` it is drawn from there before all else. ``opening``: makes
    the desk work, called after the first picture with what to call, from any thread, when it never will.
    ``theme``: system, light or dark;
    empty for what was chosen last.
    ``language``: such as ``de``; empty for the system's.
    """
    app = make_application(arguments)
    sys.excepthook = _log_bug
    translators = translate(app, language)
    theming = Theming(app, theme or kept_choice())
    last = read_last(kept) if kept is not None and open_flow is None else None
    window = MainWindow(desk, theming, last=last)
    _put(window, app)

    rings: list[QObject] = []

    def begin() -> None:
        from app.ui.style import FocusRing  # a key that moves the focus comes after the first picture

        rings.append(FocusRing(app, theming))
        if opening is not None:
            opening(window.gone.emit)
        window.begin_in_steps(open_flow)

    _FirstPicture(window, begin)
    window.show()
    code = app.exec()
    QSettings().setValue(_GEOMETRY, window.saveGeometry())
    shown = window.remembered()
    if kept is not None and shown is not None:
        write_last(kept, shown)
    rings.clear()
    del translators
    return code


def _put(window: MainWindow, app: QApplication) -> None:
    """Where it stood, at first as large as the screen allows."""
    kept = QSettings().value(_GEOMETRY)
    if not (isinstance(kept, QByteArray) and window.restoreGeometry(kept)):
        screen = app.primaryScreen().availableSize()
        window.resize(FIRST_SIZE.boundedTo(screen).expandedTo(window.minimumSize()))


class _FirstPicture(QObject):
    """Calls ``then`` once the window was painted, or cannot be seen."""

    def __init__(self, window: MainWindow, then: Callable[[], None]) -> None:
        super().__init__(window)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(then)
        self._soon.start(_UNSEEN_MS)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            if self._soon.isActive():
                self._soon.start(_HAND_MS)
        return False


def make_application(arguments: Sequence[str] = ()) -> QApplication:
    """The application with its name, icon and fonts; the running one where there is one."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else new_application(arguments)
    app.setOrganizationName("chainwright")
    app.setApplicationName("chainwright")
    app.setApplicationDisplayName("Chainwright")
    app.setDesktopFileName("chainwright")
    app.setWindowIcon(QIcon(str(icon_file("app"))))
    app.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus)
    install_fonts(app)
    return app


def translate(app: QApplication, language: str = "") -> list[QTranslator]:
    """Installs what is there of this language, ours and Qt's own; English needs none. Keep the answer."""
    if language:
        QLocale.setDefault(QLocale(language))
    name = language or QLocale().name().split("_", 1)[0]
    installed = []
    qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for file in (str(translation(name)), f"{qt_folder}/qtbase_{name}.qm"):
        translator = QTranslator(app)
        if translator.load(file) and app.installTranslator(translator):
            installed.append(translator)
    return installed


def _log_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _log.critical("a bug in the window", exc_info=(kind, error, trace))
