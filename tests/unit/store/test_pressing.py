from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.flow import EMPTY
from app.model.journey import JournalLine
from app.store.pressing import blanked, press, unpress

NOON = datetime(2026, 11, 2, 12, 0, 0, 123456, tzinfo=UTC)
DATA = st.dictionaries(
    st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5) | st.lists(st.booleans()), max_size=3
)
LINES = st.lists(
    st.builds(
        JournalLine,
        st.just(5),
        st.just(6),
        st.just(7),
        st.integers(0, 9),
        st.integers(-(10**6), 10**12).map(lambda micros: NOON + timedelta(microseconds=micros)),
        st.text(max_size=8),
        st.sampled_from(["started", "left", "sent"]),
        st.text(max_size=5),
        st.one_of(DATA, st.builds(lambda data: {"message": 2**60, **data}, DATA)),
        st.integers(0, 3),
    ),
    max_size=8,
)


@given(lines=LINES)
def test_what_is_pressed_comes_back_line_by_line(lines: list[JournalLine]) -> None:
    assert unpress(press(lines), 5, 6, 7) == lines


@given(lines=LINES)
def test_what_is_blanked_tells_nothing_of_a_person(lines: list[JournalLine]) -> None:
    found = unpress(blanked(press(lines)), 5, 6, 7)
    assert [(one.at, one.node, one.what, one.outlet) for one in found] == [
        (one.at, one.node, one.what, one.outlet) for one in lines
    ]
    assert all(set(one.data) <= {"message"} for one in found)


def test_a_line_without_anything_to_say_is_as_it_was() -> None:
    (line,) = unpress(press([JournalLine(5, 6, 7, 0, NOON, "", "started")]), 5, 6, 7)
    assert line.data is EMPTY


def test_what_a_newer_release_has_pressed_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="newer Chainwright"):
        unpress(b"\x09", 1, 1, 1)


def test_a_value_of_the_first_format_is_read_for_ever() -> None:
    kept = bytes.fromhex(KEPT)
    lines = [
        JournalLine(5, 6, 7, 0, NOON, "start", "started", version_id=3),
        JournalLine(5, 6, 7, 1, NOON + timedelta(hours=1), "letter1", "sent", "", {"message": 2**60}, 3),
    ]
    assert unpress(kept, 5, 6, 7) == lines
    assert len(press(lines)) <= len(kept)


KEPT = (
    "018b8e3634b734363332b03030303432363135c315e8c640edc6660650801ab8"
    "f06033d631343435b23432343530313330b33031b334378b8d0500"
)
