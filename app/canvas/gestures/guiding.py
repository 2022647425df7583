"""Guides for gestures that put parts somewhere: the pull, and what is shown of it."""

from __future__ import annotations

from collections.abc import Collection

from app.canvas.geometry import Rect
from app.canvas.gestures.base import Stage
from app.canvas.guides import Guides, Stand
from app.canvas.items.guides import GuidesItem
from app.canvas.look import Level
from app.canvas.placing import PULL

_AROUND = 200.0
_MOST = 12.0


class Guiding:
    """Of one gesture. ``moving`` are the nodes that no line is drawn through."""

    def __init__(self, stage: Stage, moving: Collection[str] = ()) -> None:
        self._stage = stage
        self._moving = moving
        self._guides: Guides | None = None
        self._item = GuidesItem(stage.scene.look)

    def begin(self) -> None:
        """Puts the lines on the scene; none is shown yet."""
        self._stage.scene.addItem(self._item)

    def pull(self, stand: Stand) -> tuple[float | None, float | None]:
        """How far right and down the part has to go to stand with others; None: no line is near."""
        guides = self._near()
        reach = min(_MOST, PULL / self._stage.scene.look.zoom)
        return (None, None) if guides is None else guides.pull(stand, reach)

    def show(self, stand: Stand | None) -> None:
        """Shows the lines of a part that stands there; None: no line."""
        guides = None if stand is None else self._near()
        lines = () if guides is None or stand is None else guides.lines(stand)
        self._item.show_guides(lines)

    def end(self) -> None:
        """Takes the lines away."""
        if self._item.scene() is not None:
            self._stage.scene.removeItem(self._item)

    def _near(self) -> Guides | None:
        if self._stage.scene.look.level is Level.OVERVIEW:
            return None
        view = self._stage.view.seen
        seen = Rect(view.x(), view.y(), view.width(), view.height())
        if self._guides is None or not self._guides.area.holds(seen):
            self._guides = Guides(self._stage.scene.drawing, seen.grown(_AROUND), self._moving)
        return self._guides
