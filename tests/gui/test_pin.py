"""The pin of PySide6: a release that loses references to None ends the process after some thousand calls."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsRectItem, QGraphicsScene, QLabel, QWidget
from pytestqt.qtbot import QtBot

ROUNDS = 1_000
SPARE: list[None] = []
"""References to None that may be lost: a bad release then fails this test and does not end the process."""


def each(*calls: Callable[[], object]) -> None:
    for call in calls:
        call()


def painter_calls() -> dict[str, Callable[[], object]]:
    image = QImage(64, 64, QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    path = QPainterPath(QPointF(1, 1))
    path.lineTo(20, 20)
    pen, brush, rectangle = QPen(Qt.GlobalColor.red), QBrush(Qt.GlobalColor.blue), QRectF(2, 2, 30, 20)
    corners = QPolygonF([QPointF(0, 0), QPointF(9, 0), QPointF(9, 9)])
    calls: dict[str, Callable[[], object]] = {
        "fill": lambda: image.fill(Qt.GlobalColor.white),
        "setPen": lambda: painter.setPen(pen),
        "setBrush": lambda: painter.setBrush(brush),
        "setFont": lambda: painter.setFont(QFont("Sans", 9)),
        "setOpacity": lambda: painter.setOpacity(0.5),
        "setRenderHint": lambda: painter.setRenderHint(QPainter.RenderHint.Antialiasing),
        "setTransform": lambda: painter.setTransform(QTransform()),
        "translate": lambda: painter.translate(0, 0),
        "drawLine": lambda: painter.drawLine(0, 0, 20, 20),
        "drawPath": lambda: painter.drawPath(path),
        "drawRect": lambda: painter.drawRect(rectangle),
        "drawEllipse": lambda: painter.drawEllipse(rectangle),
        "drawPolygon": lambda: painter.drawPolygon(corners),
        "drawText": lambda: painter.drawText(QPointF(5, 20), "5"),
        "drawImage": lambda: painter.drawImage(QPointF(0, 0), image.copy()),
        "fillRect": lambda: painter.fillRect(rectangle, brush),
        "fillPath": lambda: painter.fillPath(path, brush),
        "setClipRect": lambda: painter.setClipRect(rectangle),
        "save and restore": lambda: each(painter.save, painter.restore),
    }
    calls["end"] = painter.end
    return calls


def item_calls(scene: QGraphicsScene) -> dict[str, Callable[[], object]]:
    box, line = QGraphicsRectItem(0, 0, 10, 10), QGraphicsPathItem()
    scene.addItem(box)
    scene.addItem(line)
    path = QPainterPath(QPointF(1, 1))
    return {
        "setPos": lambda: box.setPos(3, 4),
        "setZValue": lambda: box.setZValue(2),
        "setRect": lambda: box.setRect(0, 0, 12, 12),
        "setPen of an item": lambda: box.setPen(QPen(Qt.GlobalColor.red)),
        "setBrush of an item": lambda: box.setBrush(QColor("#336699")),
        "setPath": lambda: line.setPath(path),
        "setVisible": lambda: line.setVisible(True),
        "setSelected": lambda: box.setSelected(True),
        "setToolTip": lambda: box.setToolTip("Letter 1"),
        "update of an item": box.update,
        "setSceneRect": lambda: scene.setSceneRect(0, 0, 100, 100),
        "update of a scene": scene.update,
        "add and remove": lambda: each(partial(scene.removeItem, line), partial(scene.addItem, line)),
    }


def widget_calls(widget: QWidget) -> dict[str, Callable[[], object]]:
    label = QLabel("5", widget)
    return {
        "setText": lambda: label.setText("Publish"),
        "setEnabled": lambda: label.setEnabled(True),
        "setGeometry": lambda: label.setGeometry(0, 0, 20, 10),
        "setStyleSheet": lambda: label.setStyleSheet(""),
        "update of a widget": label.update,
        "setProperty": lambda: label.setProperty("kind", "email"),
        "blockSignals": lambda: label.blockSignals(False),
    }


def references_lost(call: Callable[[], object]) -> int:
    """How many references to None 1,000 calls lost; a few come and go with the interpreter's own work."""
    call()
    before = sys.getrefcount(None)
    for _ in range(ROUNDS):
        call()
    return before - sys.getrefcount(None)


def test_no_qt_call_loses_a_reference_to_none(qtbot: QtBot) -> None:
    widget, scene = QWidget(), QGraphicsScene()
    qtbot.addWidget(widget)
    calls = painter_calls() | item_calls(scene) | widget_calls(widget)
    end = calls.pop("end")
    SPARE.extend([None] * ROUNDS * 2 * len(calls))
    lost = {name: references_lost(call) for name, call in calls.items()}
    end()
    assert len(calls) >= 36
    assert {name: n for name, n in lost.items() if n > ROUNDS // 10} == {}
    SPARE.clear()
