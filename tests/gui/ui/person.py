"""A person who works the window with mouse and keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.model.flow import Flow, Node
from app.ui.inspector.editor import Editor
from app.ui.inspector.field import Field
from app.ui.inspector.node_form import NodeForm
from app.ui.main_window import MainWindow
from app.ui.palette import mime_of
from app.ui.publish_dialog import PublishDialog
from tests.gui.ui.desk import MemoryDesk
from tests.hands import type_text

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


class Hands:
    """Hands and eyes. Nothing here calls what a click or a key would not."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self._qtbot = qtbot

    # --- eyes

    @property
    def flow(self) -> Flow:
        return self.window.session.document.flow

    def node(self, kind: str) -> Node:
        return next(node for node in self.flow.nodes if node.kind == kind)

    @property
    def question(self) -> QDialog | None:
        """The dialog that is open over the window."""
        return self.window.life.dialog

    def publish_question(self) -> PublishDialog:
        """Waits for the dialog that asks before publishing."""
        self.until(lambda: isinstance(self.question, PublishDialog))
        dialog = self.question
        assert isinstance(dialog, PublishDialog)
        return dialog

    def form(self) -> NodeForm:
        """The form of the selected node."""
        form = self.window.flow.inspector.form
        assert isinstance(form, NodeForm)
        return form

    def setting(self, name: str) -> Field:
        return self.form().fields[name]

    def words_in(self, widget: QWidget) -> list[str]:
        """Every text that is shown inside."""
        return [one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget) and one.text()]

    def lines_in(self, widget: QWidget) -> list[QLineEdit]:
        """The fields inside, in their order."""
        return [one for one in widget.findChildren(QLineEdit) if one.isVisibleTo(widget)]

    def button_in(self, widget: QWidget, words: str) -> QAbstractButton:
        """The button with these words, or with this name where it is an icon."""
        buttons = widget.findChildren(QAbstractButton)
        return next(
            one for one in buttons if words in (one.text(), one.accessibleName()) and one.isVisibleTo(widget)
        )

    def editor(self, name: str) -> Editor:
        return self.setting(name).editor

    def until(self, holds: Callable[[], object]) -> None:
        """Waits until something is seen."""
        self._qtbot.waitUntil(lambda: bool(holds()), timeout=60_000)

    def settle(self) -> None:
        """Waits until nothing is under way."""
        self.until(lambda: not self.window.operations.busy)
        QApplication.processEvents()
        self.until(lambda: not self.window.operations.busy)

    def saved(self) -> None:
        """Waits until the draft is stored."""
        self.until(lambda: not self.window.session.dirty and not self.window.operations.busy)

    def checked(self) -> None:
        """Waits until the drawing as it stands was judged."""
        seen: list[object] = []
        self.window.session.checked.connect(seen.append)
        self.window.session.check()
        self.until(lambda: seen)
        self.window.session.checked.disconnect(seen.append)

    # --- hands

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        self._qtbot.waitUntil(widget.isVisible, timeout=60_000)
        # Only the box and its words take a click, not the empty space beside them.
        place = QPoint(10, widget.height() // 2) if isinstance(widget, QCheckBox) else widget.rect().center()
        QTest.mouseClick(widget, LEFT, NONE, at or place)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        widget = QApplication.focusWidget() or self.window
        QTest.keyClick(widget, key, modifier)

    def press(self, widget: QWidget, key: Qt.Key) -> None:
        """A key into a widget of a list that has the keyboard for itself."""
        QTest.keyClick(widget, key)

    def type_into(self, widget: QWidget, text: str) -> None:
        """Clicks into a field, takes everything out and types, letter by letter."""
        self._click_into(widget)
        assert isinstance(widget, (QLineEdit, QPlainTextEdit, QTextEdit))
        widget.selectAll()
        for letter in text:
            type_text(widget, letter)

    def put_into(self, widget: QWidget, text: str) -> None:
        """As ``type_into``, but the whole text comes at once, as an input method's does."""
        self._click_into(widget)
        assert isinstance(widget, (QLineEdit, QPlainTextEdit, QTextEdit))
        widget.selectAll()
        type_text(widget, text)

    def _click_into(self, widget: QWidget) -> None:
        """Where the first word begins, and not on a field in the middle, which would open its choice."""
        if isinstance(widget, (QPlainTextEdit, QTextEdit)):
            self.click(widget.viewport(), QPoint(2, 6))
        else:
            self.click(widget)

    def drag_kind(self, kind: str, x: float, y: float) -> None:
        """Drags a kind from the palette to a place of the view (pixels) and lets go.

        Without a screen Qt has no mouse loop for drags, so the events it would make are made here.
        """
        assert not self.window.flow.palette_.list.position_of(kind).isNull(), f"{kind} is not in the palette"
        view = self.window.flow.canvas.view.viewport()
        data = mime_of(kind)
        copy = Qt.DropAction.CopyAction
        QApplication.sendEvent(view, QDragEnterEvent(QPoint(4, 4), copy, data, LEFT, NONE))
        for step in (0.5, 1.0):
            at = QPoint(round(x * step), round(y * step))
            QApplication.sendEvent(view, QDragMoveEvent(at, copy, data, LEFT, NONE))
        QApplication.sendEvent(view, QDropEvent(QPointF(x, y), copy, data, LEFT, NONE))
        QApplication.processEvents()

    def pull(self, source: str, outlet: str, target: str) -> None:
        """Pulls a wire from a port to a node."""
        drawing = self.window.flow.canvas.scene.drawing
        port, inlet = drawing.port(source, outlet), drawing.inlet(target)
        assert port is not None
        assert inlet is not None
        self._drag(self._on_screen(*port), self._on_screen(*inlet))

    def select(self, node_id: str) -> None:
        """Clicks a node's title; of one that is smaller than a title, its middle."""
        body = self.window.flow.canvas.scene.drawing.body(node_id)
        x, y = body.x + min(60, body.width / 2), body.y + min(20, body.height / 2)
        self.click(self.window.flow.canvas.view.viewport(), self._on_screen(x, y))

    def double_click(self, node_id: str) -> None:
        """Double-clicks a node's title."""
        body = self.window.flow.canvas.scene.drawing.body(node_id)
        view = self.window.flow.canvas.view.viewport()
        QTest.mouseDClick(view, LEFT, NONE, self._on_screen(body.x + 60, body.y + 20))

    def select_by_key(self, node_id: str) -> None:
        """Selects a node wherever it is, as the search does."""
        self.window.flow.canvas.reveal(node_id)
        self.settle()

    def choose(self, box: QComboBox, value: object) -> None:
        """Chooses out of a list by keys."""
        index = box.findData(value)
        assert index >= 0, f"{value} is not offered"
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(index):
            QTest.keyClick(box, Qt.Key.Key_Down)
        assert box.currentData() == value
        self.settle()

    def click_paper(self) -> None:
        """Clicks where nothing is."""
        view = self.window.flow.canvas.view.viewport()
        self.click(view, QPoint(view.width() // 2, view.height() - 12))

    def _drag(self, start: QPoint, end: QPoint) -> None:
        view = self.window.flow.canvas.view.viewport()
        QTest.mousePress(view, LEFT, NONE, start)
        for step in (0.1, 0.4, 0.8, 1.0):
            QTest.mouseMove(view, start + (end - start) * step)
            QApplication.processEvents()
        QTest.mouseRelease(view, LEFT, NONE, end)

    def _on_screen(self, x: float, y: float) -> QPoint:
        return self.window.flow.canvas.view.to_screen(QPointF(x, y)).toPoint()


class Person(Hands):
    """Hands and eyes before a window over a desk in memory."""

    def __init__(self, window: MainWindow, desk: MemoryDesk, qtbot: QtBot) -> None:
        super().__init__(window, qtbot)
        self.desk = desk
