"""R20: when a flow pauses itself. Pure."""

from __future__ import annotations

from app.engine.flood import DECIDED, SENT, Floods, Window


def test_twenty_errors_are_a_flood_and_nineteen_are_none() -> None:
    assert not Window().after([True] * 19).floods
    assert Window().after([True] * 20).floods
    assert not Window().after([*[False] * 400, *[True] * 19]).floods
    assert Window().after([*[False] * 400, *[True] * 20]).floods


def test_of_a_whole_window_five_percent_are() -> None:
    long = Window().after([False] * 10_000)
    assert not long.after([True] * 24).floods
    assert long.after([True] * 25).floods


def test_errors_of_long_ago_are_forgotten() -> None:
    window = Window().after([True] * 19).after([False] * 500).after([True] * 19)
    assert not window.floods


def test_a_transaction_counts_on_from_what_is_committed_and_alone_until_then() -> None:
    floods = Floods()
    first = floods.tally()
    first.take([(1, SENT, "hard")] * 12)
    floods.keep(first)
    lost = floods.tally()
    lost.take([(1, SENT, "hard")] * 7)
    assert lost.over == {}
    again = floods.tally()
    again.take([(1, SENT, "hard")] * 7)
    assert again.over == {}, "what was undone is not counted twice"
    floods.keep(again)
    last = floods.tally()
    last.take([(1, SENT, ""), (1, SENT, "bad-text"), (1, SENT, "hard")])
    assert last.over == {1: "errors: bad-text"}


def test_flows_are_counted_apart_and_so_are_deciding_and_sending() -> None:
    tally = Floods().tally()
    tally.take([(1, SENT, "hard"), (1, DECIDED, "ValueError"), (2, SENT, "hard"), (2, DECIDED, "")] * 19)
    assert tally.over == {}
    tally.take([(1, DECIDED, "KeyError")])
    assert tally.over == {1: "broken: KeyError"}


def test_a_flow_that_has_paused_begins_anew() -> None:
    floods = Floods()
    tally = floods.tally()
    tally.take([(1, SENT, "hard")] * 20)
    floods.keep(tally)
    after = floods.tally()
    after.take([(1, SENT, "hard")] * 19)
    assert after.over == {}
