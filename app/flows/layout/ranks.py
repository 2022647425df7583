"""Which rank every box stands in, which ties lead forward, and which of them carry the main line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.flows.layout.boxes import Box, Sheet, Tie


@dataclass(frozen=True, slots=True)
class Ranked:
    """``order``: every box before what follows it. ``ties``: those that lead forward, in reading order.

    ``rank``: the longest way from a start. ``main``: for each box the one before it on its line.
    """

    order: Sequence[str]
    ties: Sequence[Tie]
    rank: Mapping[str, int]
    main: Mapping[str, str]


def ranked(sheet: Sheet) -> Ranked:
    """Ranks for all boxes; ties that close a circle or lead to themselves are left out."""
    following: dict[str, list[Tie]] = {name: [] for name in sheet.boxes}
    for tie in sorted(sheet.ties, key=lambda tie: tie.leaves):
        following[tie.source].append(tie)
    roots = _roots(sheet.boxes, following)
    place = {name: number for number, name in enumerate(_finished(roots, following))}
    forward = {
        name: [tie for tie in ties if place[name] < place[tie.target]] for name, ties in following.items()
    }
    # From the last root to the first, so that the first one and what follows it is read first.
    order = _finished(_roots(sheet.boxes, forward)[::-1], forward)
    ties = [tie for name in order for tie in forward[name]]
    return Ranked(order, ties, _ranks(order, ties, sheet.boxes), _main_line(order, ties, sheet.boxes))


def _roots(boxes: Mapping[str, Box], following: Mapping[str, Sequence[Tie]]) -> list[str]:
    """All boxes: starts, then what nobody leads to, then the rest."""
    led_to = {tie.target for ties in following.values() for tie in ties}
    return sorted(boxes, key=lambda name: (not boxes[name].is_first, name in led_to))


def _finished(roots: Iterable[str], following: Mapping[str, Sequence[Tie]]) -> list[str]:
    """Depth first, last finished first: ties that lead back in this order close a circle."""
    seen: set[str] = set()
    finished: list[str] = []
    for root in roots:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, _upwards(following[root]))]
        while stack:
            name, ways = stack[-1]
            fresh = next((target for target in ways if target not in seen), None)
            if fresh is None:
                finished.append(name)
                stack.pop()
            else:
                seen.add(fresh)
                stack.append((fresh, _upwards(following[fresh])))
    return finished[::-1]


def _upwards(ties: Sequence[Tie]) -> Iterator[str]:
    """The lowest way first, so that the upmost one ends up right behind its source."""
    return (tie.target for tie in reversed(ties))


def _ranks(order: Sequence[str], ties: Sequence[Tie], boxes: Mapping[str, Box]) -> dict[str, int]:
    rank = dict.fromkeys(order, 0)
    for tie in ties:
        rank[tie.target] = max(rank[tie.target], rank[tie.source] + 1)
    led_to = {tie.target for tie in ties}
    nearest: dict[str, int] = {}
    for tie in reversed(ties):
        nearest[tie.source] = min(rank[tie.target], nearest.get(tie.source, rank[tie.target]))
    for name, target in nearest.items():
        # What nobody comes to, and is no start, stands right before what it leads to.
        if name not in led_to and not boxes[name].is_first:
            rank[name] = target - 1
    lowest = min(rank.values(), default=0)
    return {name: number - lowest for name, number in rank.items()}


def _main_line(order: Sequence[str], ties: Sequence[Tie], boxes: Mapping[str, Box]) -> dict[str, str]:
    """By box: the one whose line it goes on. A line goes on by the first way that does not end at once."""
    ahead: dict[str, str] = {}
    for tie in ties:
        known = ahead.get(tie.source)
        if known is None or (boxes[known].is_last and not boxes[tie.target].is_last):
            ahead[tie.source] = tie.target
    line: dict[str, tuple[bool, int]] = {}
    main: dict[str, str] = {}
    wishes: dict[str, list[str]] = {}
    for name in order:
        before = min(wishes.get(name, ()), key=lambda one: line[one], default=None)
        if before is None:
            line[name] = (not boxes[name].is_first, len(line))
        else:
            main[name], line[name] = before, line[before]
        if name in ahead:
            wishes.setdefault(ahead[name], []).append(name)
    return main
