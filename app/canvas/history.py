"""The steps of undo as lines of text, so that they outlive the program.

The log of a draft is a file of JSON lines. The first holds the text that the steps begin with; each one after
it says how many steps of those before stay, which new ones follow, and how many of all are done now::

    {"history": 1, "text": "…"}
    {"keep": 0, "steps": [{"name": "Move", "at": "2026-11-22T20:15:00+00:00", "nodes": […]}], "done": 1}
    {"saving": HASH}    the draft is about to be stored as it stands here
    {"saved": HASH}     it was stored

So the log alone leads to the drawing as it was last seen, whatever of it was stored as the draft.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final, TypeVar

from app.canvas.changes import Change, Header, Splice
from app.flows.codec import read_flow, write_flow
from app.model.errors import FlowFileError
from app.model.flow import Edge, Flow, Node, Note
from app.model.frozen import dataclass

MOST_STEPS: Final = 500
MOST_BYTES: Final = 8_000_000
"""A log longer than this is written anew, with fewer steps."""
_VERSION: Final = 1
Part = TypeVar("Part", Node, Edge, Note)


@dataclass(frozen=True, slots=True)
class PastStep:
    """One step of undo: what it is called, when it was done (UTC), what it changed."""

    name: str
    at: datetime
    change: Change


@dataclass(frozen=True, slots=True)
class Restored:
    """What a log leads to."""

    flow: Flow
    """The drawing as it was last seen."""
    steps: tuple[PastStep, ...]
    done: int
    """How many of the steps are done in ``flow``; the others can be redone."""
    unsaved: int
    """Steps between what was stored and ``flow``."""
    follows: bool
    """Whether the stored draft is the one this log has stored; else somebody else has changed it."""
    is_whole: bool
    """Whether the log can be written on: it ends with a whole line and is not too long."""


class _BrokenLogError(ValueError):
    """The log cannot be read."""


# --- writing --------------------------------------------------------------------------------------------


def fingerprint(text: str) -> str:
    """What a stored text is known by in a log."""
    import hashlib  # not needed for the first picture

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def head_line(text: str) -> str:
    """The first line of a log that begins with a draft of this text."""
    return _line({"history": _VERSION, "text": text})


def steps_line(keep: int, steps: Sequence[PastStep], done: int) -> str:
    """After the first ``keep`` steps these stand now, and the first ``done`` of all are done."""
    if not steps:
        return _line({"keep": keep, "done": done})
    return _line({"keep": keep, "steps": [_step_json(step) for step in steps], "done": done})


def saving_line(text: str) -> str:
    """The draft is about to be stored with this text."""
    return _line({"saving": fingerprint(text)})


def saved_line(text: str) -> str:
    """The draft was stored with this text."""
    return _line({"saved": fingerprint(text)})


def whole_log(flow: Flow, steps: Sequence[PastStep], done: int, saved: str, most: int = MOST_STEPS) -> str:
    """A log of at most ``most`` steps (the newest) that leads to ``flow``; ``saved`` is the stored text."""
    first = max(0, done - most)
    kept = steps[first : first + most]
    while True:
        begin = flow
        for step in reversed(steps[first:done]):
            begin = step.change.turned().apply(begin)
        log = head_line(write_flow(begin)) + saved_line(saved) + steps_line(0, kept, done - first)
        if len(log) <= MOST_BYTES // 2 or not kept:
            return log
        dropped = max(1, (done - first) // 2)
        first, kept = (first + dropped, kept[dropped:]) if done > first else (first, ())


def _step_json(step: PastStep) -> dict[str, Any]:
    change = step.change
    said: dict[str, Any] = {"name": step.name, "at": step.at.isoformat(timespec="seconds")}
    rows: Mapping[str, Sequence[Splice[Any]]] = {
        "nodes": change.nodes,
        "edges": change.edges,
        "notes": change.notes,
    }
    said |= {key: [_splice_json(splice) for splice in splices] for key, splices in rows.items() if splices}
    if change.header is not None:
        said["header"] = [_values(one) for one in change.header]
    return said


def _splice_json(splice: Splice[Any]) -> list[Any]:
    return [
        splice.index,
        [_values(part) for part in splice.old],
        [
            _values(part, splice.old[place] if place < len(splice.old) else None)
            for place, part in enumerate(splice.new)
        ],
    ]


def _values(part: Any, like: Any = None) -> list[Any] | dict[str, Any]:
    """All values of a part in the order of its class, or only those that ``like`` has not."""
    names = [one.name for one in fields(part)]
    if like is None or names[0] != "id" or like.id != part.id:
        return [getattr(part, name) for name in names]
    return {
        name: value
        for name in names
        if (value := getattr(part, name)) is not (was := getattr(like, name)) and _text(value) != _text(was)
    }


def _line(said: Mapping[str, Any]) -> str:
    return _text(said) + "\n"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> dict[Any, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    message = f"a flow cannot hold a {type(value).__name__}"
    raise TypeError(message)


# --- reading --------------------------------------------------------------------------------------------


def restored(log: str, draft: str) -> Restored | None:
    """What ``log`` leads to, beside the draft as it is stored; None when it cannot be read.

    A last line without its end is what was being written when the program ended, and is left out.
    """
    lines = log.split("\n")
    try:
        replay = _Replay(json.loads(lines[0]))
        for line in lines[1:-1]:
            replay.take(json.loads(line))
    except (ValueError, TypeError, KeyError, IndexError, FlowFileError):
        return None
    mark = replay.mark_of(fingerprint(draft))
    is_short = len(log) <= MOST_BYTES and len(replay.steps) <= MOST_STEPS + MOST_STEPS // 2
    return Restored(
        replay.flow,
        tuple(replay.steps),
        replay.done,
        replay.since(mark or replay.saved),
        follows=mark is not None,
        is_whole=not lines[-1] and is_short,
    )


class _Mark:
    """A moment at which the draft was, or was to be, stored."""

    __slots__ = ("done", "kept", "known_as")

    def __init__(self, known_as: str, done: int, kept: int) -> None:
        self.known_as = known_as
        self.done = done
        self.kept = kept
        """The steps that have stayed since."""


class _Replay:
    """The drawing, step by step as the log tells it."""

    def __init__(self, head: Mapping[str, Any]) -> None:
        if head["history"] != _VERSION:
            raise _BrokenLogError
        self.flow = read_flow(head["text"])
        self.steps: list[PastStep] = []
        self.done = 0
        self.saved = _Mark("", 0, 0)
        self._saving: list[_Mark] = []

    def take(self, line: Mapping[str, Any]) -> None:
        """One more line."""
        if "keep" in line:
            self._go_on(line["keep"], [_step_of(step) for step in line.get("steps", ())], line["done"])
        elif "saving" in line:
            self._saving.append(_Mark(line["saving"], self.done, len(self.steps)))
        elif "saved" in line:
            self._save(line["saved"])

    def mark_of(self, known_as: str) -> _Mark | None:
        """The moment at which the draft of this text was stored, if it is the last one that was."""
        marks = [self.saved, *self._saving]
        return next((mark for mark in reversed(marks) if mark.known_as == known_as), None)

    def since(self, mark: _Mark) -> int:
        """Steps between that moment and now."""
        common = min(mark.kept, mark.done, self.done)
        return max(mark.done, self.done) - common

    def _save(self, known_as: str) -> None:
        found = next((mark for mark in self._saving if mark.known_as == known_as), None)
        later = self._saving[self._saving.index(found) + 1 :] if found is not None else []
        self.saved = found or _Mark(known_as, self.done, len(self.steps))
        self._saving = later

    def _go_on(self, keep: int, steps: list[PastStep], done: int) -> None:
        if not 0 <= keep <= len(self.steps) or not 0 <= done <= keep + len(steps):
            raise _BrokenLogError
        self._go(min(self.done, keep))
        self.steps[keep:] = steps
        for mark in (self.saved, *self._saving):
            mark.kept = min(mark.kept, keep)
        self._go(len(self.steps) if steps else done)
        self._go(done)

    def _go(self, done: int) -> None:
        while self.done > done:
            self._apply(self.steps[self.done - 1].change.turned())
            self.done -= 1
        while self.done < done:
            self._apply(self.steps[self.done].change)
            self.done += 1

    def _apply(self, change: Change) -> None:
        flow = self.flow
        rows: Sequence[tuple[Sequence[Splice[Any]], Sequence[Any]]] = (
            (change.nodes, flow.nodes),
            (change.edges, flow.edges),
            (change.notes, flow.notes),
        )
        fits = all(
            tuple(row[splice.index : splice.index + len(splice.old)]) == splice.old
            for splices, row in rows
            for splice in splices
        )
        if not fits:
            raise _BrokenLogError
        self.flow = change.apply(flow)


def _step_of(said: Mapping[str, Any]) -> PastStep:
    header = said.get("header")
    change = Change(
        _splices(said, "nodes", _node),
        _splices(said, "edges", lambda values: Edge(*values)),
        _splices(said, "notes", _note),
        None if header is None else (Header(*header[0]), Header(*header[1])),
    )
    return PastStep(said["name"], datetime.fromisoformat(said["at"]), change)


def _node(values: Sequence[Any]) -> Node:
    return Node(*values)


def _note(values: Sequence[Any]) -> Note:
    return Note(*values)


def _splices(
    said: Mapping[str, Any], key: str, make: Callable[[Sequence[Any]], Part]
) -> tuple[Splice[Part], ...]:
    return tuple(_splice(index, old, new, make) for index, old, new in said.get(key, ()))


def _splice(
    index: int, old: Sequence[Any], new: Sequence[Any], make: Callable[[Sequence[Any]], Part]
) -> Splice[Part]:
    before = tuple(make(values) for values in old)
    after = tuple(
        make(values) if isinstance(values, list) else _changed(before[place], values)
        for place, values in enumerate(new)
    )
    return Splice(index, before, after)


def _changed(part: Part, values: Mapping[str, Any]) -> Part:
    return type(part)(**{one.name: values.get(one.name, getattr(part, one.name)) for one in fields(part)})
