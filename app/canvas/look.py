"""How the picture is looked at: theme, zoom and level of detail, shared by all items of one scene."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QRect

from app.canvas.geometry import PILL, SECOND, TITLE
from app.canvas.space import Span
from app.canvas.style import Style
from app.model.frozen import dataclass


class Level(IntEnum):
    """How much is drawn."""

    OVERVIEW = 0
    TITLES = 1
    ALL = 2


@dataclass(frozen=True, slots=True)
class Exposed:
    """The parts of a view that are painted: in scene units, and in device pixels."""

    spans: tuple[Span, ...]
    rects: tuple[QRect, ...]


class Look:
    """One object for all items; they compare ``text_key`` to know when their texts must be laid out anew."""

    def __init__(self, style: Style, *, vector: bool = False) -> None:
        self.style = style
        self.vector = vector
        """Icons are drawn as lines, for pictures of any size."""
        self.exposed: Exposed | None = None
        """While a view paints: the parts that are painted; None: all, or not known."""
        self.zoom = 1.0
        self.scale = 1.0
        self.level = Level.ALL
        self.text_key: tuple[object, ...] = ()
        self.set_zoom(1.0, 1.0)

    def set_style(self, style: Style) -> None:
        self.style = style
        self._count_anew()

    def set_zoom(self, zoom: float, ratio: float) -> None:
        """``zoom``: screen px a scene unit; ``ratio``: device pixels a screen px."""
        m = self.style.m
        self.zoom = zoom
        self.scale = zoom * ratio
        # A step of the wheel that meant 40 % may arrive as 39.99 %.
        if zoom < m.overview_below - 0.001:
            self.level = Level.OVERVIEW
        else:
            self.level = Level.TITLES if zoom < m.title_below - 0.001 else Level.ALL
        self._count_anew()

    def px(self, size: int) -> int:
        """The font size in scene units that stays readable at this zoom."""
        return self.style.floor(size, self.zoom)

    def _count_anew(self) -> None:
        sizes = tuple(self.px(role[0]) for role in (TITLE, SECOND, PILL))
        self.text_key = (self.style.number, self.level, *sizes)
