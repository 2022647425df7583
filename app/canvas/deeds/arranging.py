"""Where nodes stand: tidy, now or always, to the right or downwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEasingCurve

from app.canvas.commands import FlowCommand
from app.canvas.deeds.base import Deed, Effect, Group, Place
from app.canvas.tidying import tidied
from app.canvas.words import tr
from app.flows.layout.setting import Direction, Layout, layout_of, with_layout

if TYPE_CHECKING:
    from app.canvas.widget import Canvas
    from app.model.flow import Flow


def tidy(canvas: Canvas) -> None:
    """Tidies as one step of undo; all nodes slide together.

    What stands where it was tidied before only makes room. Where all is tidy, everything is laid out anew.
    """
    drawing, flow, since = canvas.scene.drawing, canvas.document.flow, canvas.scene.tidied
    found = flow if since is None else tidied(drawing, flow, since)
    _slide(canvas, tr("Tidy up"), lambda old: tidied(drawing, old) if found == old else found)


def keep_tidy(canvas: Canvas) -> None:
    """From now on every added, removed or joined part is followed by tidy places; or no longer."""
    layout = layout_of(canvas.document.flow)
    if layout.tidy:
        _lay_out(canvas, tr("Keep it tidy no longer"), replace(layout, tidy=False))
    else:
        _slide(canvas, tr("Keep it tidy"), _told(canvas, replace(layout, tidy=True)))


def turn(canvas: Canvas) -> None:
    """Lays the drawing out downwards, or to the right again."""
    layout = layout_of(canvas.document.flow)
    is_down = layout.direction is Direction.DOWN
    turned = replace(layout, direction=Direction.RIGHT if is_down else Direction.DOWN)
    _slide(canvas, _turn_words(canvas), _told(canvas, turned))


def _told(canvas: Canvas, layout: Layout) -> Callable[[Flow], Flow]:
    return lambda flow: tidied(canvas.scene.drawing, with_layout(flow, layout))


def _slide(canvas: Canvas, words: str, edit: Callable[[Flow], Flow]) -> None:
    canvas.scene.settle()
    canvas.scene.glide_next(canvas.style_.m.layout, QEasingCurve.Type.InOutCubic)
    canvas.document.do(FlowCommand(canvas.document, words, edit))
    canvas.scene.tidied = canvas.document.flow


def _lay_out(canvas: Canvas, words: str, layout: Layout) -> None:
    canvas.document.do(FlowCommand(canvas.document, words, lambda flow: with_layout(flow, layout)))


def _keep_words(canvas: Canvas) -> str:
    is_kept = layout_of(canvas.document.flow).tidy
    return tr("Keep it tidy no longer") if is_kept else tr("Keep it tidy")


def _turn_words(canvas: Canvas) -> str:
    is_down = layout_of(canvas.document.flow).direction is Direction.DOWN
    return tr("Tidy to the right") if is_down else tr("Tidy downwards")


def _has_nodes(canvas: Canvas) -> bool:
    return bool(canvas.document.flow.nodes)


_ARRANGE: Final = Group.ARRANGE
_CHANGES: Final = Effect.CHANGES
_PAPER: Final = (Place.PAPER,)
DEEDS: Final = (
    Deed("tidy", "Tidy up", _ARRANGE, _CHANGES, tidy, ("Ctrl+Shift+T",), _has_nodes, _PAPER, icon="tidy"),
    Deed("keep-tidy", "Keep it tidy", _ARRANGE, _CHANGES, keep_tidy, places=_PAPER, now=_keep_words),
    Deed(
        "turn", "Tidy downwards", _ARRANGE, _CHANGES, turn, ready=_has_nodes, places=_PAPER, now=_turn_words
    ),
)
