"""A canvas on the offscreen screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.canvas.document import CanvasDocument
from app.canvas.icons import Icons
from app.canvas.style import load_fonts
from app.canvas.theme import CanvasTheme, theme_from_tokens
from app.canvas.widget import Canvas
from app.model.flow import Flow
from tests.gui.canvas.fingers import Fingers

RESOURCES = Path(__file__).parents[3] / "resources"


@pytest.fixture(scope="session")
def icons(qapp: object) -> Icons:
    load_fonts(RESOURCES / "fonts")
    return Icons(RESOURCES / "icons")


@pytest.fixture(params=["light"])
def theme(request: pytest.FixtureRequest) -> CanvasTheme:
    tokens = json.loads((RESOURCES / "style" / "tokens.json").read_text(encoding="utf-8"))
    return theme_from_tokens(tokens, request.param)


Open = Callable[[Flow], Fingers]


@pytest.fixture
def opened(qtbot: QtBot, theme: CanvasTheme, icons: Icons) -> Open:
    """`opened(flow)`: a shown canvas at 100 % with the flow's (0, 0) at (100, 100), and a hand for it."""
    canvas = Canvas(theme, icons)
    qtbot.addWidget(canvas)
    canvas.set_still(is_still=True)
    canvas.resize(1200, 800)
    canvas.show()
    # Where a test before has left the pointer is no place that anybody points at here.
    QApplication.processEvents()
    for widget in (canvas.view, canvas.view.viewport()):
        widget.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, on=False)
    QGuiApplication.clipboard().clear()

    def opened(flow: Flow) -> Fingers:
        from PySide6.QtCore import QPointF

        document = CanvasDocument(flow, canvas)
        canvas.set_document(document)
        canvas.view.set_zoom(1.0)
        canvas.view.show_from(QPointF(-100, -100))
        return Fingers(canvas)

    return opened
