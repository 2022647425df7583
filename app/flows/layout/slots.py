"""Slots in columns: one for every box, and a thin one wherever a longer tie passes a column; their order."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Final

from app.flows.layout.boxes import Sheet
from app.flows.layout.ranks import Ranked

SWEEPS: Final = 8
MAIN: Final = 8
"""How much more the main line counts than any other tie."""
LONGEST_LANE: Final = 12
_APART: Final = 100.0


@dataclass(frozen=True, slots=True)
class Pull:
    """Slot ``other`` wishes a slot to stand ``drop`` below it.

    ``leaves``: how far below the top of its source the tie begins. ``weight``: how much the wish counts; 0
    for a tie too long for lanes, which neither pulls nor crosses anything.
    """

    other: int
    drop: int
    leaves: int
    weight: int


@dataclass(slots=True)
class Slots:
    """Numbers 0 to n - 1 are the boxes in the order of ``names``; the rest are lanes.

    ``pulls`` come from the column before; ``pushes`` are the same ties seen from their other ends.
    ``lanes``: for each lane, in order, the slots at both ends of its tie and how far along it lies, 0 to 1.
    """

    names: Sequence[str]
    columns: list[list[int]]
    breadth: list[int]
    pulls: list[list[Pull]]
    pushes: list[list[Pull]]
    across: int
    lanes: list[tuple[int, int, float]] = field(default_factory=list)

    def is_lane(self, slot: int) -> bool:
        return slot >= len(self.names)


def slots_of(sheet: Sheet, ranked: Ranked) -> Slots:
    """All slots of these ranks, every column in reading order, lanes last."""
    number = {name: slot for slot, name in enumerate(ranked.order)}
    columns: list[list[int]] = [[] for _ in range(max(ranked.rank.values(), default=-1) + 1)]
    for name in _in_reading_order(ranked):
        columns[ranked.rank[name]].append(number[name])
    breadth = [sheet.boxes[name].breadth for name in ranked.order]
    slots = Slots(
        ranked.order, columns, breadth, [[] for _ in breadth], [[] for _ in breadth], sheet.gaps.across
    )
    seen: set[tuple[int, int]] = set()
    for tie in ranked.ties:
        source, target = number[tie.source], number[tie.target]
        if (source, target) in seen:
            continue  # Several outlets that lead to one box share their way from the first of them on.
        seen.add((source, target))
        is_main = ranked.main.get(tie.target) == tie.source
        span = range(ranked.rank[tie.source] + 1, ranked.rank[tie.target])
        height = tie.line if is_main else tie.leaves
        wish = Pull(source, height - tie.enters, tie.leaves, MAIN if is_main else 1)
        _thread(slots, target, wish, span, sheet.gaps.lane)
    return slots


def _thread(slots: Slots, target: int, wish: Pull, span: range, breadth: int) -> None:
    """Ties both ends together, through a lane in each column between them."""
    if len(span) > LONGEST_LANE:
        _tie(slots, target, replace(wish, weight=0))
        return
    source = wish.other
    for column in span:
        lane = len(slots.breadth)
        slots.columns[column].append(lane)
        slots.breadth.append(breadth)
        slots.pulls.append([])
        slots.pushes.append([])
        slots.lanes.append((source, target, (column - span.start + 1) / (len(span) + 1)))
        _tie(slots, lane, wish)
        wish = Pull(lane, 0, 0, max(wish.weight, 2))
    _tie(slots, target, wish)


def _tie(slots: Slots, other: int, wish: Pull) -> None:
    slots.pulls[other].append(wish)
    slots.pushes[wish.other].append(Pull(other, -wish.drop, -wish.leaves, wish.weight))


def _in_reading_order(ranked: Ranked) -> Sequence[str]:
    """Starts first, then what each leads to by its outlets from top to bottom."""
    led_to = dict.fromkeys(tie.target for tie in ranked.ties)
    return [*(name for name in ranked.order if name not in led_to), *led_to]


def order(slots: Slots, sheet: Sheet) -> None:
    """Sorts every column so that few ties cross; the present order stays where it is as good as any."""
    found = _swept(slots)
    fewest = crossings(slots, found)
    present = _present(slots, sheet)
    # Where the boxes have this order already, the lanes found with it are kept too: tidy stays tidy.
    if present is not None and _boxes(slots, present) != _boxes(slots, found):
        found = present if crossings(slots, present) <= fewest else found
    slots.columns = [list(column) for column in found]


def _boxes(slots: Slots, columns: Sequence[Sequence[int]]) -> list[list[int]]:
    return [[slot for slot in column if not slots.is_lane(slot)] for column in columns]


def _swept(slots: Slots) -> list[list[int]]:
    """Forward and back by barycentres; the order with the fewest crossings."""
    columns = [list(column) for column in slots.columns]
    at = [0.0] * len(slots.breadth)
    for column in columns:
        _spread(column, at)
    best, fewest = [list(column) for column in columns], crossings(slots, columns)
    for number in range(SWEEPS):
        if not fewest:
            break
        forward = number % 2 == 0
        ties = slots.pulls if forward else slots.pushes
        for column in columns if forward else reversed(columns):
            wish = {slot: _barycentre(slot, ties[slot], at) for slot in column}
            column.sort(key=wish.__getitem__)
            _spread(column, at)
        found = crossings(slots, columns)
        if found < fewest:
            best, fewest = [list(column) for column in columns], found
    return best


def _barycentre(slot: int, ties: Sequence[Pull], at: Sequence[float]) -> float:
    if not ties:
        return at[slot]
    # An outlet's height parts siblings and never outweighs a whole place in the order.
    return sum(at[tie.other] + min(90, max(-90, tie.leaves / 4)) for tie in ties) / len(ties)


def _spread(column: Sequence[int], at: list[float]) -> None:
    """Places in a column by number, around its middle."""
    middle = (len(column) - 1) / 2
    for number, slot in enumerate(column):
        at[slot] = (number - middle) * _APART


def _present(slots: Slots, sheet: Sheet) -> list[list[int]] | None:
    """The order in which the boxes stand now, lanes by the ends of their ties; None: they lie in a heap."""
    places = [sheet.boxes[name].before for name in slots.names]
    if len(set(places)) * 2 < len(places):
        return None
    at = [0.0] * len(slots.breadth)
    columns: list[list[int]] = []
    for column in slots.columns:
        boxes = sorted((slot for slot in column if not slots.is_lane(slot)), key=lambda slot: places[slot][1])
        _spread(boxes, at)
        columns.append(boxes)
    for lane, (source, target, share) in enumerate(slots.lanes, len(slots.names)):
        at[lane] = at[source] + (at[target] - at[source]) * share
    for column, sorted_boxes in zip(slots.columns, columns, strict=True):
        sorted_boxes += [slot for slot in column if slots.is_lane(slot)]
        sorted_boxes.sort(key=at.__getitem__)
    return columns


def held_order(slots: Slots, sheet: Sheet) -> tuple[list[list[int]], list[float]]:
    """The order of what is held, what is new sorted in by what it is tied to; and where all of it is."""
    boxes = [sheet.boxes[name] for name in slots.names]
    at = [box.before[1] for box in boxes] + [0.0] * len(slots.lanes)
    for slot, box in enumerate(boxes):
        if not box.is_held:
            at[slot] = median(
                _wishes(slot, slots, at, boxes_held=[one.is_held for one in boxes]) or [at[slot]]
            )
    for lane, (source, target, share) in enumerate(slots.lanes, len(slots.names)):
        at[lane] = at[source] + (at[target] - at[source]) * share
    return [sorted(column, key=at.__getitem__) for column in slots.columns], at


def _wishes(slot: int, slots: Slots, at: Sequence[float], *, boxes_held: Sequence[bool]) -> list[float]:
    return [
        at[tie.other] + tie.drop
        for tie in (*slots.pulls[slot], *slots.pushes[slot])
        if tie.other < len(boxes_held) and (boxes_held[tie.other] or tie.other < slot)
    ]


def crossings(slots: Slots, columns: Sequence[Sequence[int]]) -> int:
    """How often ties between neighbouring columns cross as the slots stand."""
    place = [0] * len(slots.breadth)
    for column in columns:
        for number, slot in enumerate(column):
            place[slot] = number
    return sum(_crossings_before(column, slots, place) for column in columns)


def _crossings_before(column: Sequence[int], slots: Slots, place: Sequence[int]) -> int:
    total = 0
    passed: list[int] = []
    for _, _, end in sorted(_ends(column, slots, place)):
        total += len(passed) - bisect_right(passed, end)
        insort(passed, end)
    return total


def _ends(column: Sequence[int], slots: Slots, place: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    for slot in column:
        for tie in slots.pulls[slot]:
            if tie.weight:
                yield place[tie.other], tie.leaves, place[slot]
