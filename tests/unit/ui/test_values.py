from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import UserError, WorldError
from app.model.flow import Edge, Flow, Node
from app.model.ports import Counts
from app.ui.drafts import free_name
from app.ui.files import read_bytes, write_bytes
from app.ui.inspector.lists import text_of_value, value_of_text
from app.ui.inspector.moment import moment_of
from app.ui.inspector.numbers import numbers_of
from app.ui.inspector.panel import with_consequences
from app.ui.inspector.plain import read_time
from app.ui.outlook import first_messages


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("-3", -3),
        ("7.5", 7.5),
        ("007", "007"),
        ("+49 170", "+49 170"),
        ("1e3", "1e3"),
        ("true", True),
        ("False", False),
        ("", None),
        ("Köln", "Köln"),
        ("nan", "nan"),
        ("inf", "inf"),
    ],
)
def test_a_typed_value_is_a_number_only_where_it_reads_back_the_same(text: str, value: object) -> None:
    assert value_of_text(text) == value


@given(st.one_of(st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False)))
def test_a_value_comes_back_from_its_text(value: float | bool | None) -> None:
    assert value_of_text(text_of_value(value)) == value


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("9", "09:00"),
        ("9:30", "09:30"),
        ("09.30", "09:30"),
        ("18h", "18:00"),
        ("24", ""),
        ("9:60", ""),
        ("noon", ""),
    ],
)
def test_a_time_of_day_is_understood_as_people_write_it(typed: str, time: str) -> None:
    assert read_time(typed) == time


def test_a_moment_is_stored_with_the_zone_of_this_machine() -> None:
    made = moment_of("2026-12-24 18:00")
    assert made is not None
    read = datetime.fromisoformat(made)
    assert read.replace(tzinfo=None) == datetime(2026, 12, 24, 18)  # noqa: DTZ001 - the wall time is meant
    assert read.utcoffset() == timedelta(hours=5, minutes=30)
    assert moment_of("Christmas") is None


def test_a_name_that_is_taken_gets_the_next_free_number() -> None:
    assert free_name("Basket", set()) == "Basket"
    assert free_name("Basket", {"Basket", "Basket 2"}) == "Basket 3"


def test_waiting_for_a_reaction_brings_a_time_out_with_it() -> None:
    letter = Node("a", "email")
    assert with_consequences(letter, "reactions", ["opened"]) == {"reactions": ["opened"], "timeout": "P1D"}
    assert with_consequences(letter, "subject", "x") == {"subject": "x"}
    timed = Node("a", "email", settings={"timeout": "P3D"})
    assert with_consequences(timed, "reactions", ["opened"]) == {"reactions": ["opened"]}


def test_the_first_messages_are_those_that_none_comes_before() -> None:
    flow = Flow(
        "x",
        (
            Node("start", "entry.event", settings={"events": ["e"]}),
            Node("wait", "delay", settings={"for": "PT2H"}),
            Node("one", "email"),
            Node("check", "check", settings={"ways": [{"name": "w", "when": {"tag": "t"}}]}),
            Node("two", "sms"),
            Node("three", "email"),
        ),
        (
            Edge("start", "entered", "check"),
            Edge("check", "w", "wait"),
            Edge("check", "else", "two"),
            Edge("wait", "next", "one"),
            Edge("one", "sent", "three"),
        ),
    )
    found = first_messages(flow)
    assert [(node.id, after) for node, after in found] == [("two", timedelta(0)), ("one", timedelta(hours=2))]


def test_a_node_where_nobody_was_has_no_numbers_and_others_have_theirs() -> None:
    letter = Node("a", "email", settings={"reactions": ["clicked"], "timeout": "P1D"})
    assert numbers_of(letter, Counts()) == []
    counts = Counts(
        names={("a", "message:sent"): 200, ("a", "reaction:clicked"): 30, ("a", "message:failed"): 3},
        here={"a": 5},
    )
    assert [words for _, words in numbers_of(letter, counts)] == ["Sent", "Clicked", "Delivered", "Failed"]
    assert [value for value, _ in numbers_of(letter, counts)] == ["200", "15 %", "0 %", "3"]
    delay = Node("a", "delay")
    assert numbers_of(delay, Counts(here={"a": 5}, edges={("a", "next"): 1_200})) == [
        ("5", "Here now"),
        ("1,200", "Went on"),
    ]


def test_a_file_that_cannot_be_read_or_written_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gone\.flow\.json cannot be read"):
        read_bytes(tmp_path / "gone.flow.json")
    with pytest.raises(WorldError, match=r"x\.flow\.json cannot be written"):
        write_bytes(tmp_path / "no" / "x.flow.json", b"{}")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "x.flow.json"
    write_bytes(target, b"old")
    (tmp_path / "x.flow.json.part").mkdir()
    with pytest.raises(WorldError):
        write_bytes(target, b"new")
    assert target.read_bytes() == b"old"
