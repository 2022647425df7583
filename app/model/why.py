"""What one person got, did not get, and why: sentences before they are written in a language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from app.model.flow import EMPTY
from app.model.frozen import dataclass

if TYPE_CHECKING:
    from app.model.flow import Flow
    from app.model.journey import Arming
    from app.model.people import Consent


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence or a part of one: English words with places in braces, and what stands in each. Moments and
    sayings in it are written by whoever shows it, in the reader's own way."""

    words: str
    values: Mapping[str, Any] = EMPTY


def say(words: str, **values: Any) -> Saying:
    """A saying."""
    return Saying(words, values)


def written(
    saying: Saying, when: Callable[[datetime], str], translated: Callable[[str], str] = lambda words: words
) -> str:
    """The sentence, with a capital first letter."""
    text = _filled(saying, when, translated)
    return f"{text[:1].upper()}{text[1:]}"


def _filled(saying: Saying, when: Callable[[datetime], str], translated: Callable[[str], str]) -> str:
    values: dict[str, object] = {}
    for name, value in saying.values.items():
        if isinstance(value, Saying):
            values[name] = _filled(value, when, translated)
        else:
            values[name] = when(value) if isinstance(value, datetime) else value
    return translated(saying.words).format(**values)


class Tone(StrEnum):
    """How a line is meant, for the sign beside it."""

    PLAIN = "plain"
    SENT = "sent"
    """Something reached the person."""
    SILENCE = "silence"
    """Something did not."""
    WAITS = "waits"
    """A person or a moment is waited for."""
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Told:
    """One line about a person, at the moment when it was decided."""

    at: datetime
    what: str
    """As in the journal; ``withdrawn`` and ``now`` follow from other lines."""
    saying: Saying
    tone: Tone = Tone.PLAIN
    node: str = ""
    """Its id in the version that decided it."""

    @property
    def holds_now(self) -> bool:
        """Whether it says how things stand, whenever that began."""
        return self.what in ("now", "old-version")


@dataclass(frozen=True, slots=True)
class Story:
    """One journey from its first line to its last; or, with the number 0, what never became a journey."""

    flow: str
    """Its name."""
    journey_id: int = 0
    head: Saying = Saying("")
    """The flow, its version and who published it, and for what key."""
    lines: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """What a version said from a moment on: its texts may have been exchanged since."""

    flow_id: int
    number: int
    published_at: datetime
    author: str
    drawing: Flow
    undone_at: datetime | None = None
    """When its publish was taken back."""


@dataclass(frozen=True, slots=True)
class Past:
    """What the lines of a journal name by number. None of it changes after it was written."""

    flows: Mapping[int, str]
    """Names, by the flow's number."""
    editions: Mapping[int, Sequence[Edition]]
    """By the version's number, oldest first."""
    consents: Mapping[int, Consent] = EMPTY
    """By their number."""
    keys: Mapping[int, str] = EMPTY
    """What each journey is about, by its number; empty for nothing in particular."""
    due: Mapping[int, datetime] = EMPTY
    """When a journey that waits goes on by itself, by its number."""
    armed: Sequence[Arming] = ()
    """Where they are about to come in."""

    def edition(self, version_id: int, at: datetime) -> Edition | None:
        """What the version said at that moment."""
        known = self.editions.get(version_id, ())
        said = [
            one for one in known if one.published_at <= at and (one.undone_at is None or at < one.undone_at)
        ]
        return (said or known)[-1 if said else 0] if known else None

    def newest(self, flow_id: int) -> Edition | None:
        """The newest version of a flow, of those that were not taken back."""
        known = (one for each in self.editions.values() for one in each)
        found = [one for one in known if one.flow_id == flow_id and one.undone_at is None]
        return max(found, key=lambda one: one.number, default=None)
