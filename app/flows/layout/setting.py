"""What a drawing says of its own layout: the unknown-to-others key ``layout`` of the flow file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from app.model.flow import Flow
from app.model.frozen import dataclass

_KEY: Final = "layout"


class Direction(StrEnum):
    """Where the ranks lead."""

    RIGHT = "right"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Layout:
    """``tidy``: every edit that adds, removes or connects lays the drawing out again."""

    tidy: bool = False
    direction: Direction = Direction.RIGHT


def layout_of(flow: Flow) -> Layout:
    """What the flow says; what it does not say, or says strangely, is the default."""
    told = flow.extra.get(_KEY)
    if not isinstance(told, Mapping):
        return Layout()
    direction = Direction.DOWN if told.get("direction") == Direction.DOWN else Direction.RIGHT
    return Layout(told.get("tidy") is True, direction)


def with_layout(flow: Flow, layout: Layout) -> Flow:
    """The flow that says so; other keys of a newer release stay."""
    told = flow.extra.get(_KEY)
    others = dict(told) if isinstance(told, Mapping) else {}
    said = {**others, "tidy": layout.tidy, "direction": str(layout.direction)}
    return replace(flow, extra={**flow.extra, _KEY: said})
