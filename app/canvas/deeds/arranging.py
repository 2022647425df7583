"""Where nodes stand: tidy, aligned, at equal distances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEasingCurve

from app.canvas.commands import Arrange
from app.canvas.deeds.base import Deed, Effect, Group, Place
from app.canvas.placing import straightened

if TYPE_CHECKING:
    from app.canvas.widget import Canvas


def tidy(canvas: Canvas) -> None:
    """Lays the drawing out anew, as one step of undo; all nodes slide together."""
    from app.flows.arrange import arrange  # networkx is not needed before the first frame

    flow = canvas.document.flow
    places = {name: (node.x, node.y) for name, node in arrange(flow).by_id.items()}
    canvas.scene.settle()
    canvas.scene.glide_next(canvas.style_.m.layout, QEasingCurve.Type.InOutCubic)
    canvas.document.do(Arrange(canvas.document, straightened(canvas.scene.drawing, places)))


DEEDS: Final = (
    Deed(
        "tidy",
        "Tidy up",
        Group.ARRANGE,
        Effect.CHANGES,
        tidy,
        ("Ctrl+Shift+T",),
        lambda canvas: bool(canvas.document.flow.nodes),
        (Place.PAPER,),
        icon="tidy",
    ),
)
