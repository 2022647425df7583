"""What the engine watches, as it is remembered in the store: segments whose members are kept, and dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.model.flow import EMPTY

Rule = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """One segment that is watched."""

    after: int | None = None
    """Up to which contact everybody has been asked for the first time; None: all of them."""
    rule: Rule | None = None
    """The next rule of a segment that is being edited; None: the one that is stored with the segment."""
    going: bool = False
    """Nobody needs it any more; its members are being taken away."""

    @property
    def is_ready(self) -> bool:
        """Whether its members can be relied on."""
        return self.after is None and self.rule is None and not self.going


@dataclass(frozen=True, slots=True)
class Watched:
    """All that is watched. While that is nothing, a change of a contact leaves nothing to look at again."""

    segments: Mapping[int, Kept] = field(default_factory=dict)
    """By the segment's id."""
    dates: bool = False
    """Whether a published flow waits for dates of people."""

    def __bool__(self) -> bool:
        return self.dates or any(not kept.going for kept in self.segments.values())

    def with_segment(self, segment_id: int, kept: Kept | None) -> Watched:
        """The same with this one put in, exchanged or (None) left out."""
        others = {id_: one for id_, one in self.segments.items() if id_ != segment_id}
        return Watched(others if kept is None else {**others, segment_id: kept}, self.dates)

    @classmethod
    def read(cls, value: Mapping[str, Any] | None) -> Watched:
        """From what is stored under ``app.model.segments.WATCHED``."""
        told = value or EMPTY
        return cls(
            {
                int(id_): Kept(one["after"], one.get("rule"), bool(one.get("going")))
                for id_, one in (told.get("segments") or EMPTY).items()
            },
            bool(told.get("dates")),
        )

    def written(self) -> dict[str, Any] | None:
        """What is to be stored; None when nothing is left of it."""
        if not self.segments and not self.dates:
            return None
        segments = {
            str(id_): {
                "after": one.after,
                **({"rule": one.rule} if one.rule is not None else {}),
                **({"going": True} if one.going else {}),
            }
            for id_, one in self.segments.items()
        }
        return {"segments": segments, "dates": self.dates}
