"""Selected nodes on one line and at equal distances, each as one step of undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEasingCurve

from app.canvas.aligning import Line, aligned, distributed
from app.canvas.commands import FlowCommand
from app.canvas.deeds.base import Deed, Effect, Group, Place
from app.canvas.edits import place
from app.canvas.placing import Point
from app.canvas.words import tr

if TYPE_CHECKING:
    from app.canvas.widget import Canvas


def _put(canvas: Canvas, words: str, places: Mapping[str, Point]) -> None:
    canvas.scene.settle()
    canvas.scene.glide_next(canvas.style_.m.settle, QEasingCurve.Type.OutCubic)
    canvas.document.do(FlowCommand(canvas.document, tr(words), lambda flow: place(flow, places)))


def _align(line: Line, words: str) -> Callable[[Canvas], None]:
    return lambda canvas: _put(
        canvas, words, aligned(canvas.scene.drawing, canvas.selection.parts.nodes, line)
    )


def _distribute(words: str, *, level: bool) -> Callable[[Canvas], None]:
    return lambda canvas: _put(
        canvas, words, distributed(canvas.scene.drawing, canvas.selection.parts.nodes, level=level)
    )


def _at_least(count: int) -> Callable[[Canvas], bool]:
    return lambda canvas: len(canvas.selection.parts.nodes) >= count


def _row(name: str, words: str, key: str, run: Callable[[Canvas], None], least: int) -> Deed:
    return Deed(name, words, Group.ARRANGE, Effect.CHANGES, run, (key,), _at_least(least), (Place.NODE,))


_LINES: Final = (
    (Line.LEFT, "align-left", "Align left", "Alt+Shift+Left"),
    (Line.CENTER, "align-centre", "Align centres", "Alt+Shift+C"),
    (Line.RIGHT, "align-right", "Align right", "Alt+Shift+Right"),
    (Line.TOP, "align-top", "Align top", "Alt+Shift+Up"),
    (Line.MIDDLE, "align-middle", "Align middles", "Alt+Shift+M"),
    (Line.BOTTOM, "align-bottom", "Align bottom", "Alt+Shift+Down"),
)
DEEDS: Final = (
    *(_row(name, words, key, _align(line, words), 2) for line, name, words, key in _LINES),
    _row(
        "distribute-across",
        "Equal gaps from left to right",
        "Alt+Shift+H",
        _distribute("Equal gaps from left to right", level=True),
        3,
    ),
    _row(
        "distribute-down",
        "Equal gaps from top to bottom",
        "Alt+Shift+V",
        _distribute("Equal gaps from top to bottom", level=False),
        3,
    ),
)
