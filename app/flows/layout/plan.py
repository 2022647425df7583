"""From a sheet to places: its connected parts one by one, then one below the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from app.flows.layout.boxes import Box, Place, Sheet, Tie, snapped
from app.flows.layout.heights import heights, held_heights
from app.flows.layout.ranks import Ranked, ranked
from app.flows.layout.room import Room
from app.flows.layout.slots import Pull, Slots, held_order, order, slots_of

Places = dict[str, Place]
_ROW: Final = 960
"""Boxes that nothing is tied to stand in rows of about this length."""
_MOST_BENDS: Final = 4


def planned(sheet: Sheet) -> Places:
    """Places of all boxes. What is held stays where it is, as far as the rest leaves it there."""
    parts = [_laid(part) for part in _parts(sheet)]
    is_held = any(box.is_held for box in sheet.boxes.values())
    return _kept_apart(parts, sheet) if is_held else _stacked(parts, sheet)


def _parts(sheet: Sheet) -> Iterator[Sheet]:
    """The connected parts, in the order in which their first boxes are read."""
    beside: dict[str, list[str]] = {name: [] for name in sheet.boxes}
    for tie in sheet.ties:
        beside[tie.source].append(tie.target)
        beside[tie.target].append(tie.source)
    part: dict[str, int] = {}
    names: list[list[str]] = []
    for name in sheet.boxes:
        if name not in part:
            names.append([])
            part[name] = len(names) - 1
            todo = [name]
            while todo:
                fresh = [one for one in beside[todo.pop()] if one not in part]
                part.update(dict.fromkeys(fresh, len(names) - 1))
                todo += dict.fromkeys(fresh)
    ties: list[list[Tie]] = [[] for _ in names]
    for name in sheet.boxes:
        names[part[name]].append(name)
    for tie in sheet.ties:
        ties[part[tie.source]].append(tie)
    for members, own in zip(names, ties, strict=True):
        yield replace(sheet, boxes={name: sheet.boxes[name] for name in members}, ties=own)


def _laid(sheet: Sheet) -> Places:
    """Places of one connected part, so that most of what was there stays."""
    found = ranked(sheet)
    slots = slots_of(sheet, found)
    if any(box.is_held for box in sheet.boxes.values()):
        slots.columns, present = held_order(slots, sheet)
        at = held_heights(slots, sheet, present)
    else:
        order(slots, sheet)
        at = heights(slots)
    along = _along(sheet, slots, at)
    rank = found.rank
    places = {name: (along[rank[name]], round(at[slot])) for slot, name in enumerate(slots.names)}
    return _anchored(places, sheet, found)


def _along(sheet: Sheet, slots: Slots, at: Sequence[float]) -> list[int]:
    """Where each column begins; gaps in which many ties bend are wider. Gaps of what is held stay."""
    boxes = [
        [sheet.boxes[slots.names[slot]] for slot in column if not slots.is_lane(slot)]
        for column in slots.columns
    ]
    starts = [0]
    for number, following in enumerate(slots.columns[1:]):
        bends = sum(any(_bends(pull, slot, at) for pull in slots.pulls[slot]) for slot in following)
        length = max((box.length for box in boxes[number]), default=0)
        gap = sheet.gaps.rank + sheet.gaps.bends * min(_MOST_BENDS, max(0, bends - 1) // 3)
        present = _present_step(boxes[number], boxes[number + 1])
        least = length + sheet.gaps.rank
        is_kept = present is not None and least <= present <= least + sheet.gaps.bends * _MOST_BENDS
        starts.append(starts[-1] + (round(present) if present is not None and is_kept else length + gap))
    return starts


def _bends(pull: Pull, slot: int, at: Sequence[float]) -> bool:
    return at[pull.other] + pull.leaves != at[slot]


def _present_step(column: Sequence[Box], following: Sequence[Box]) -> float | None:
    """How far the following column lies behind this one, where most of what is held stands."""
    one, other = (
        Counter(box.before[0] for box in boxes if box.is_held).most_common(1) for boxes in (column, following)
    )
    return other[0][0] - one[0][0] if one and other else None


def _anchored(places: Places, sheet: Sheet, found: Ranked) -> Places:
    """Moved as a whole so that the first box keeps its place; what is held keeps its height anyhow."""
    boxes = sheet.boxes
    is_held = any(box.is_held for box in boxes.values())
    first = min(found.order, key=lambda name: (is_held and not boxes[name].is_held, not boxes[name].is_first))
    along, across = (snapped(number) for number in boxes[first].before)
    along -= places[first][0]
    across = 0 if is_held else across - places[first][1]
    return {name: (x + along, y + across) for name, (x, y) in places.items()}


def _stacked(parts: Sequence[Places], sheet: Sheet) -> Places:
    """Parts below each other in the order in which they stand now; single boxes in rows below all."""
    boxes = sheet.boxes
    several = sorted(
        (part for part in parts if len(part) > 1),
        key=lambda part: min(boxes[name].before[1] for name in part),
    )
    found: Places = {}
    left, bottom, length = _corner(parts, several)
    for part in several:
        x, y = _extent(part, boxes)[:2]
        moved = {name: (px - x + left, py - y + bottom) for name, (px, py) in part.items()}
        _, _, right, low = _extent(moved, boxes)
        length, bottom = max(length, right - left), low + sheet.gaps.parts
        found |= moved
    singles = [name for part in parts if len(part) == 1 for name in part]
    return found | _in_rows(singles, sheet, (left, bottom), length)


def _corner(parts: Sequence[Places], several: Sequence[Places]) -> tuple[int, int, int]:
    """Where the drawing begins, and the least length of a row."""
    first = next(iter(several or parts), None)
    if first is None:
        return 0, 0, _ROW
    return min(x for x, _ in first.values()), min(y for _, y in first.values()), _ROW


def _in_rows(names: Sequence[str], sheet: Sheet, corner: Place, length: int) -> Places:
    found: Places = {}
    (left, y), deepest = corner, 0
    x = left
    for name in names:
        box = sheet.boxes[name]
        if x > left and x + box.length > left + length:
            x, y, deepest = left, y + deepest + sheet.gaps.across, 0
        found[name] = (x, y)
        x, deepest = x + box.length + sheet.gaps.rank, max(deepest, box.breadth)
    return found


def _kept_apart(parts: Sequence[Places], sheet: Sheet) -> Places:
    """Parts where they are; one that lies on another goes below what it lies on."""
    boxes, room = sheet.boxes, Room(sheet.gaps.across // 2)
    found: Places = {}
    for part in sorted(parts, key=lambda part: (not _is_held(part, boxes), -len(part))):
        down = room.way_down([(*place, boxes[name]) for name, place in part.items()])
        for name, (x, y) in part.items():
            found[name] = (x, y + down)
            room.take(x, y + down, boxes[name])
    return found


def _is_held(part: Places, boxes: Mapping[str, Box]) -> bool:
    return any(boxes[name].is_held for name in part)


def _extent(places: Places, boxes: Mapping[str, Box]) -> tuple[int, int, int, int]:
    return (
        min(x for x, _ in places.values()),
        min(y for _, y in places.values()),
        max(x + boxes[name].length for name, (x, _) in places.items()),
        max(y + boxes[name].breadth for name, (_, y) in places.items()),
    )
