"""Dictionaries of rows with indexes, a queue by moment, and a way back."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator, Hashable, Iterable
from itertools import takewhile
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

Turn = tuple[Hashable, Any]
"""Which queue a row stands in, and its place there."""
Undo = list[Callable[[], None]]


class Rows(Generic[K, V]):
    """Rows by key. ``by`` names indexes; ``turn`` says in which queue a row waits (None: in none).

    Every change leaves its way back in ``undo``.
    """

    def __init__(
        self,
        undo: Undo,
        turn: Callable[[V], Turn | None] | None = None,
        **by: Callable[[V], Hashable | None],
    ) -> None:
        self._undo = undo
        self._turn = turn
        self._by = by
        self._rows: dict[K, V] = {}
        self._groups: dict[str, dict[Hashable, dict[K, None]]] = {name: {} for name in by}
        self._queues: dict[Any, list[tuple[Any, K]]] = {}

    def __getitem__(self, key: K) -> V:
        return self._rows[key]

    def __contains__(self, key: K) -> bool:
        return key in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, key: K) -> V | None:
        """The row, or None."""
        return self._rows.get(key)

    def values(self) -> Iterable[V]:
        """All rows."""
        return self._rows.values()

    def items(self) -> Iterable[tuple[K, V]]:
        """All keys with their rows."""
        return self._rows.items()

    def all_keys(self) -> list[K]:
        """The keys of all rows."""
        return list(self._rows)

    def found(self, index: str, group: Hashable) -> list[V]:
        """The rows of one group of an index, in no order."""
        return [self._rows[key] for key in self._groups[index].get(group, ())]

    def keys(self, index: str, group: Hashable) -> list[K]:
        """The keys of one group of an index, in no order."""
        return list(self._groups[index].get(group, ()))

    def put(self, key: K, row: V) -> None:
        """Adds or replaces a row."""
        self._remember(key)
        self._set(key, row)

    def drop(self, key: K) -> None:
        """Takes a row away; nothing happens when there is none."""
        if key in self._rows:
            self._remember(key)
            self._clear(key)

    def queues(self) -> Iterable[Any]:
        """Names of the queues that ever were."""
        return self._queues.keys()

    def waiting(self, queue: Hashable) -> Generator[V]:
        """The rows of a queue, in turn. Reading a few of many costs no more than those few."""
        heap = self._queues.get(queue, [])
        taken: dict[tuple[Any, K], None] = {}
        try:
            while heap:
                entry = heapq.heappop(heap)
                if entry not in taken and self._stands(queue, *entry):
                    taken[entry] = None
                    yield self._rows[entry[1]]
        finally:
            for entry in taken:
                heapq.heappush(heap, entry)

    def _stands(self, queue: Hashable, place: object, key: K) -> bool:
        return key in self._rows and self._turn is not None and self._turn(self._rows[key]) == (queue, place)

    def _remember(self, key: K) -> None:
        if key in self._rows:
            old = self._rows[key]
            self._undo.append(lambda: self._set(key, old))
        else:
            self._undo.append(lambda: self._clear(key))

    def _set(self, key: K, row: V) -> None:
        old = self._rows.get(key)
        self._rows[key] = row
        for name, group_of in self._by.items():
            group, before = group_of(row), None if old is None else group_of(old)
            if group == before:
                continue
            self._leave(name, before, key)
            if group is not None:
                self._groups[name].setdefault(group, {})[key] = None
        turn = self._turn(row) if self._turn else None
        # An entry that stands already stays where it is.
        if turn is not None and (old is None or self._turn is None or self._turn(old) != turn):
            heapq.heappush(self._queues.setdefault(turn[0], []), (turn[1], key))

    def _clear(self, key: K) -> None:
        old = self._rows.pop(key, None)
        if old is None:
            return
        for name, group_of in self._by.items():
            self._leave(name, group_of(old), key)

    def _leave(self, index: str, group: Hashable | None, key: K) -> None:
        if group is None:
            return
        members = self._groups[index].get(group, {})
        members.pop(key, None)
        if not members:
            self._groups[index].pop(group, None)


def first_of(
    queues: Iterable[Generator[V]], place: Callable[[V], Any], limit: int, is_due: Callable[[V], bool]
) -> list[V]:
    """The first rows of several queues together, as far as they are due: those behind are not looked at."""
    waiting = list(queues)
    try:
        merged = heapq.merge(*(takewhile(is_due, queue) for queue in waiting), key=place)
        return [row for row, _ in zip(merged, range(limit), strict=False)]
    finally:
        for queue in waiting:
            queue.close()


def undo_all(undo: Undo) -> None:
    """Goes back to where the list of ways back was empty."""
    while undo:
        undo.pop()()
