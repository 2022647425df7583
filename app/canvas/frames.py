"""Frames around parts of a drawing. They live among the flow's unknown keys."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.model.flow import EMPTY, Flow
from app.model.frozen import dataclass

_KNOWN = ("id", "title", "x", "y", "width", "height")


@dataclass(frozen=True, slots=True)
class Frame:
    """A titled rectangle under everything; what lies fully inside moves with it."""

    id: str
    title: str
    x: float
    y: float
    width: float
    height: float
    extra: Mapping[str, Any] = EMPTY


def frames_of(flow: Flow) -> tuple[Frame, ...]:
    """The readable frames of a flow, each id once; anything else in the list is left alone and not drawn."""
    listed = flow.extra.get("frames")
    if not isinstance(listed, (list, tuple)):
        return ()
    frames = [frame for entry in listed if (frame := _frame(entry)) is not None]
    return tuple({frame.id: frame for frame in reversed(frames)}.values())[::-1]


def with_frames(flow: Flow, frames: Sequence[Frame]) -> Flow:
    """The flow with these frames; entries of the list that are no frames keep their place at its end."""
    listed = flow.extra.get("frames")
    strange = (
        [entry for entry in listed if _frame(entry) is None] if isinstance(listed, (list, tuple)) else []
    )
    return replace(flow, extra={**flow.extra, "frames": [*map(_entry, frames), *strange]})


def _frame(entry: object) -> Frame | None:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("id"), str):
        return None
    numbers = [entry.get(name) for name in ("x", "y", "width", "height")]
    if not all(_is_length(number) for number in numbers):
        return None
    title = entry.get("title")
    extra = {key: value for key, value in entry.items() if key not in _KNOWN}
    x, y, width, height = (number for number in numbers if isinstance(number, (int, float)))
    return Frame(entry["id"], title if isinstance(title, str) else "", x, y, width, height, extra)


def _is_length(number: object) -> bool:
    return isinstance(number, (int, float)) and not isinstance(number, bool) and math.isfinite(number)


def _entry(frame: Frame) -> dict[str, Any]:
    return {
        "id": frame.id,
        "title": frame.title,
        "x": frame.x,
        "y": frame.y,
        "width": frame.width,
        "height": frame.height,
        **frame.extra,
    }
