from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.flow import EMPTY
from app.store.types import from_json, maybe_micros, maybe_moment, micros, moment, to_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    max_leaves=10,
)


@given(st.datetimes(timezones=st.timezones()))
def test_a_moment_survives_to_the_microsecond_in_any_zone(value: datetime) -> None:
    back = moment(micros(value))
    assert back == value.astimezone(UTC), "an ambiguous wall time equals no other by itself"
    assert back.tzinfo is UTC


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(timezone(timedelta(hours=5.5)))))
def test_moments_are_kept_in_their_order(first: datetime, second: datetime) -> None:
    assert (micros(first) < micros(second)) == (first < second)


def test_no_moment_stays_none() -> None:
    assert maybe_micros(None) is None
    assert maybe_moment(None) is None
    assert maybe_moment(0) == datetime(1970, 1, 1, tzinfo=UTC)


@given(JSON)
def test_a_json_value_survives_and_can_be_written_as_utf_8(value: object) -> None:
    text = to_json(value)
    text.encode()
    assert from_json(text) == value


def test_texts_are_compact_and_readable() -> None:
    assert to_json({"name": "Zoë ☕", "n": [1, None]}) == '{"name":"Zoë ☕","n":[1,null]}'
    assert to_json(MappingProxyType({"inner": MappingProxyType({"a": frozenset({"c", "b"})})})) == (
        '{"inner":{"a":["b","c"]}}'
    )


def test_nothing_is_the_one_empty_mapping() -> None:
    assert to_json(EMPTY) == to_json({}) == "{}"
    assert from_json("{}") is EMPTY


def test_what_is_no_json_is_a_bug() -> None:
    with pytest.raises(TypeError, match="datetime is no JSON value"):
        to_json({"at": datetime(2026, 1, 1, tzinfo=UTC)})
