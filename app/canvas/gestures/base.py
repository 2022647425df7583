"""What every gesture has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from app.canvas.document import CanvasDocument
from app.canvas.scene import CanvasScene
from app.canvas.selection import Selection
from app.model.frozen import dataclass

if TYPE_CHECKING:
    from app.canvas.view import CanvasView


@dataclass(frozen=True, slots=True)
class Stage:
    """What a gesture works on."""

    document: CanvasDocument
    scene: CanvasScene
    selection: Selection
    view: CanvasView


class Gesture(ABC):
    """From press to release. Until ``end`` the document is not changed; ``cancel`` leaves no trace."""

    cursor = Qt.CursorShape.ArrowCursor
    scrolls = True
    """Whether holding the pointer near the border scrolls."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.keys = Qt.KeyboardModifier.NoModifier
        """Ctrl, Shift and Alt as they are held now."""

    @abstractmethod
    def begin(self, at: QPointF) -> None:
        """The gesture starts at this place of the scene."""

    @abstractmethod
    def move(self, at: QPointF) -> None:
        """The pointer is here now."""

    @abstractmethod
    def end(self, at: QPointF) -> None:
        """The person lets go here: what was shown becomes a command."""

    @abstractmethod
    def cancel(self) -> None:
        """Esc: everything as before."""
