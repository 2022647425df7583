from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.store.memory.rows import Rows, Undo, first_of, undo_all

ACTIONS = st.lists(
    st.tuples(st.integers(0, 5), st.none() | st.tuples(st.sampled_from("ab"), st.none() | st.integers(0, 4)))
)


def _rows(undo: Undo) -> Rows[int, tuple[str, int | None]]:
    return Rows(undo, lambda row: None if row[1] is None else (row[0], row[1]), group=lambda row: row[0])


def _play(rows: Rows[int, Any], actions: list[Any], *, reading: bool) -> None:
    for key, row in actions:
        if row is None:
            rows.drop(key)
        else:
            rows.put(key, row)
        if reading:
            first_of([rows.waiting("a"), rows.waiting("b")], lambda row: row[1], 2, lambda _: True)


def _seen(rows: Rows[int, Any]) -> Any:
    return (
        dict(rows.items()),
        {group: sorted(rows.keys("group", group)) for group in "ab"},
        {queue: sorted(row[1] for row in rows.waiting(queue)) for queue in "ab"},
    )


@given(first=ACTIONS, second=ACTIONS, reading=st.booleans())
def test_undoing_leads_back_to_where_it_began(first: list[Any], second: list[Any], *, reading: bool) -> None:
    undo: Undo = []
    rows = _rows(undo)
    _play(rows, first, reading=reading)
    before = _seen(rows)
    undo.clear()
    _play(rows, second, reading=reading)
    undo_all(undo)
    assert _seen(rows) == before


@given(ACTIONS, st.integers(0, 4), st.integers(0, 4))
def test_queues_give_the_first_of_what_is_due_in_them_each_once(
    actions: list[Any], limit: int, now: int
) -> None:
    rows = _rows([])
    _play(rows, actions, reading=False)
    standing = sorted(row[1] for row in rows.values() if row[1] is not None and row[1] <= now)
    for _ in range(2):
        queues = [rows.waiting(name) for name in "abc"]
        found = first_of(queues, lambda row: row[1], limit, lambda row: row[1] is not None and row[1] <= now)
        assert [row[1] for row in found] == standing[:limit], "reading takes nothing away"


@given(ACTIONS)
def test_indexes_say_what_a_look_at_every_row_says(actions: list[Any]) -> None:
    rows = _rows([])
    _play(rows, actions, reading=False)
    for group in "ab":
        assert sorted(rows.keys("group", group)) == sorted(k for k, row in rows.items() if row[0] == group)
        assert len(rows.found("group", group)) == len(rows.keys("group", group))
    assert len(rows) == len(list(rows.values()))
