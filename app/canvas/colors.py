"""The colour that a person gives to a node, a note or a frame. It lives among the part's unknown keys."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from app.canvas.frames import frames_of, with_frames
from app.model.flow import EMPTY, Flow

HUES: Final = ("rose", "orange", "yellow", "green", "teal", "blue", "violet", "grey")
"""Each is a colour of the design tokens, with a ``-soft`` one for paper and a ``-line`` one around it."""

KEY: Final = "color"


def hue_of(extra: Mapping[str, Any]) -> str:
    """The hue among a part's unknown keys; empty for none, and for one that this release does not know."""
    hue = extra.get(KEY)
    return hue if isinstance(hue, str) and hue in HUES else ""


def colored(
    flow: Flow,
    hue: str,
    nodes: Collection[str] = (),
    notes: Collection[str] = (),
    frames: Collection[str] = (),
) -> Flow:
    """With these parts in this hue; an empty one takes the colour away."""
    dyed = replace(
        flow,
        nodes=tuple(
            replace(node, extra=_dyed(node.extra, hue)) if _is_other(node, nodes, hue) else node
            for node in flow.nodes
        ),
        notes=tuple(
            replace(note, extra=_dyed(note.extra, hue)) if _is_other(note, notes, hue) else note
            for note in flow.notes
        ),
    )
    listed = frames_of(flow)
    if not any(_is_other(frame, frames, hue) for frame in listed):
        return dyed
    return with_frames(
        dyed,
        [
            replace(frame, extra=_dyed(frame.extra, hue)) if _is_other(frame, frames, hue) else frame
            for frame in listed
        ],
    )


def _is_other(part: Any, chosen: Collection[str], hue: str) -> bool:
    return part.id in chosen and part.extra.get(KEY, "") != hue


def _dyed(extra: Mapping[str, Any], hue: str) -> Mapping[str, Any]:
    if hue:
        return {**extra, KEY: hue}
    return {key: value for key, value in extra.items() if key != KEY} or EMPTY
