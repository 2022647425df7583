from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canvas import words
from app.canvas.colors import HUES
from app.canvas.faces import Tone, face_of
from app.canvas.frames import frames_of, with_frames
from app.canvas.placing import free_place, free_way, insertion, snapped, straight_pull, straightened
from app.canvas.ruler import length_words, span_words, ticks
from app.canvas.theme import Measures, theme_from_tokens
from app.model.flow import Edge, Flow, Node
from app.model.kinds import KINDS, outlets_of
from tests.unit.canvas.drawn import chain, delay, drawing, flows, node, settings

TOKENS = json.loads(
    (Path(__file__).parents[3] / "resources" / "style" / "tokens.json").read_text(encoding="utf-8")
)


RUNGS = [
    {"kind": "popup", "settings": {"headline": "Hi"}, "try_for": "P1D"},
    {"kind": "email", "settings": {"subject": "Hi"}, "try_for": "P2D"},
    {"kind": "sms"},
]


@pytest.mark.parametrize(
    ("made", "line"),
    [
        (
            node("a", "email", subject="Hello {{ first_name | default: 'you' }}, still there?"),
            "Hello you, still there?",
        ),
        (node("a", "email", subject="{{ name }}, hi"), "…, hi"),
        (node("a", "email"), "E-mail"),
        (node("a", "entry.event", events=["basket_added"], quiet_for="PT30M"), "30 min quiet"),
        (node("a", "entry.event", events=["basket_added", "x"]), "basket added or x"),
        (node("a", "popup", show="next-visit", headline="x"), "Next visit"),
        (node("a", "check", ways=[{"name": "x"}]), "One way and else"),
        (node("a", "check"), "No ways yet"),
        (node("a", "set", add_tags=["warm"], remove_tags=["cold"]), "+ warm, − cold"),
        (node("a", "entry.segment", segment="Stammkunden"), "Stammkunden"),
        (node("a", "entry.segment"), "Joins a segment"),
        (node("a", "entry.date", property="birthday", side="before", offset="P7D"), "1 week before birthday"),
        (node("a", "entry.date", property="trial_end", side="after", offset="P2D"), "2 days after trial end"),
        (node("a", "entry.date", property="birthday"), "on birthday"),
        (node("a", "entry.date"), "A date"),
        (node("a", "entry.schedule", repeat="FREQ=WEEKLY;BYDAY=MO,TH"), "Every Monday and Thursday"),
        (node("a", "entry.schedule"), "Once"),
        (node("a", "split", arms=[{"name": "A"}, {"name": "B"}]), "One side each"),
        (node("a", "split", arms=[{"name": "A"}, {"name": "B"}, {"name": "C"}]), "One of 3 ways each"),
        (node("a", "split"), "Split"),
        (node("a", "reach", rungs=RUNGS), "3 ways, best first"),
        (node("a", "reach", rungs=RUNGS[:1]), "1 way"),
        (node("a", "reach"), "No ways yet"),
        (node("a", "record", event="offer_seen"), "offer seen"),
        (node("a", "consent", channel="email", given="yes", topic="offers"), "E-mail: agrees, offers"),
        (node("a", "consent", channel="sms", given="no"), "SMS: no more"),
        (node("a", "consent"), "Change consent"),
        (node("a", "notify", text="{{ first_name }} reacted"), "… reacted"),
        (node("a", "start", flow="Win back"), "Win back"),
        (node("a", "whatsapp"), "Connect first"),
        (node("a", "loyalty.points"), "From a newer version"),
    ],
)
def test_the_second_line_tells_a_node_from_others(made: Node, line: str) -> None:
    assert words.second_line(made) == line


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (delay("PT1H30M"), "1 h 30 min"),
        (delay("soon"), "soon"),
        (node("a", "delay"), "1 day"),
        (node("a", "until", since_entry="P3D"), "3 days"),
        (node("a", "until", weekdays=["mon", "fri"], time="9:00"), "Mon Fri, 9:00"),
        (node("a", "until", weekdays=["mon"], business=True), "Mon, opening hours"),
        (node("a", "until"), "a time"),
        (node("a", "wait", events=["order_completed"]), "order completed"),
        (node("a", "wait"), "an event"),
    ],
)
def test_beads_say_their_time(made: Node, text: str) -> None:
    assert words.bead_words(made) == text


def test_outlets_are_read_as_people_say_them() -> None:
    assert words.outlet_words(node("a", timeout="P2D"), "timeout") == "after 2 days"
    assert words.outlet_words(node("a", timeout="?"), "timeout") == "after ?"
    assert words.outlet_words(node("a", "task"), "not-reached") == "not reached"
    assert words.outlet_words(node("a", "reach"), "failed") == "none worked"
    assert words.outlet_words(node("a", "reach", rungs=RUNGS), "timeout") == "after a time"
    assert words.outlet_words(node("a", "reach", rungs=RUNGS[:2]), "timeout") == "after 3 days"


def test_a_split_says_on_its_pills_how_many_of_a_hundred_go_each_way() -> None:
    made = node(
        "a", "split", arms=[{"name": "Kurz", "weight": 1}, {"name": "割引", "weight": 1}], hold_out=10
    )
    rows = face_of(made).rows
    assert [row.label for row in rows] == ["Kurz, 45 %", "割引, 45 %", "hold out, 10 %"]
    assert [row.tone for row in rows] == [Tone.PLAIN, Tone.PLAIN, Tone.ASIDE]
    assert words.outlet_words(made, "Kurz") == "Kurz"


def test_first_that_works_shows_its_ways_in_their_order() -> None:
    told = [(rung.icon, rung.words, rung.length) for rung in face_of(node("a", "reach", rungs=RUNGS)).rungs]
    assert told == [("popup", "Popup", "1 day"), ("email", "else E-mail", ""), ("sms", "else SMS", "")]
    awaited = face_of(node("a", "reach", rungs=RUNGS, reactions=["clicked"]))
    assert [rung.length for rung in awaited.rungs] == ["1 day", "2 days", ""]


@given(st.sampled_from([*KINDS, "strange"]), settings, st.integers(0, 3))
def test_any_node_can_be_told_in_a_sentence(kind: str, chosen: dict[str, object], here: int) -> None:
    made = Node("a", kind, "", 0, 0, chosen)
    assert words.sentence(made, here).endswith(".")
    assert len(face_of(made).rows) == len(outlets_of(made))


def test_large_counts_are_grouped_and_then_shortened() -> None:
    assert [words.people(count) for count in (7, 1234, 99_999, 123_456, 2_400_000)] == [
        "7",
        "1\u202f234",
        "99\u202f999",
        "123 k",
        "2.4 M",
    ]


def test_measures_of_the_tokens_are_those_the_code_was_made_for() -> None:
    assert theme_from_tokens(TOKENS, "light").measures == Measures()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_theme_has_every_colour_a_painter_asks_for(name: str) -> None:
    theme = theme_from_tokens(TOKENS, name)
    assert {"box", *(kind.category for kind in KINDS.values())} == set(theme.tiles)
    assert {f"{hue}{part}" for hue in HUES for part in ("", "-soft", "-line")} <= theme.colors.keys()
    assert {f"{category}-soft" for category in theme.tiles} | set(theme.tiles) <= theme.colors.keys()


# --- the ruler -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (timedelta(), timedelta(), "Start"),
        (timedelta(), None, "Start"),
        (timedelta(minutes=30), timedelta(minutes=30), "30 min"),
        (timedelta(hours=1, minutes=30), timedelta(days=1), "1 h 30 to 1 day"),
        (timedelta(days=1), timedelta(days=5), "1 to 5 days"),
        (timedelta(days=2), None, "from 2 days"),
        (timedelta(), timedelta(hours=2), "up to 2 h"),
    ],
)
def test_spans_are_said_as_people_say_them(first: timedelta, last: timedelta | None, text: str) -> None:
    assert span_words(first, last) == text


def test_long_lengths_are_rounded_to_days() -> None:
    assert length_words(timedelta(days=2, hours=3)) == "2 days"


def places(flow: Flow) -> dict[str, float]:
    return {name: one.x for name, one in flow.by_id.items()}


def test_the_ruler_marks_each_column_where_the_time_is_another_and_waits_nowhere() -> None:
    flow = chain("entry.manual", "delay", "email", "delay", "sms")
    assert [(tick.x, tick.words) for tick in ticks(flow, places(flow))] == [
        (0, "Start"),
        (480, "1 day"),
        (960, "2 days"),
    ]


def test_a_failure_makes_nothing_look_earlier() -> None:
    flow = Flow(
        "F",
        (node("s", "entry.manual"), node("a", x=240, reactions=["opened"], timeout="P1D"), node("b", x=480)),
        (Edge("s", "entered", "a"), Edge("a", "timeout", "b"), Edge("a", "failed", "b")),
    )
    assert [tick.words for tick in ticks(flow, places(flow))] == ["Start", "1 day"]


@given(flows())
def test_any_flow_has_a_ruler(flow: Flow) -> None:
    found = ticks(flow, places(flow))
    assert [tick.x for tick in found] == sorted(tick.x for tick in found)


# --- frames and places ---------------------------------------------------------------------------------


def test_frames_that_cannot_be_read_are_left_as_they_are() -> None:
    odd = [{"id": "f", "x": 0, "y": 0, "width": 9, "height": True}, 7, {"id": "g", "x": float("inf")}]
    flow = Flow("F", extra={"frames": odd, "other": 1})
    assert frames_of(flow) == ()
    assert with_frames(flow, ()).extra == flow.extra
    assert frames_of(Flow("F", extra={"frames": "none"})) == ()


def test_a_frame_keeps_what_we_do_not_know_of_it() -> None:
    entry = {"id": "f", "title": "T", "x": 0, "y": 0, "width": 99, "height": 99, "tint": "blue"}
    flow = Flow("F", extra={"frames": [entry]})
    assert with_frames(flow, frames_of(flow)).extra["frames"] == [entry]


def test_the_grid_is_8() -> None:
    assert [snapped(value, 8) for value in (3, 5, -3, -5)] == [0, 8, 0, -8]


def test_a_node_near_the_line_of_its_neighbour_is_pulled_onto_it() -> None:
    made = drawing(chain("entry.manual", "set", "end"))
    assert straight_pull(made, "n1", (240, 5), {"n1"}) == -5
    assert straight_pull(made, "n1", (240, 7), {"n1"}) is None
    assert straight_pull(made, "n1", (240, 5), {"n0", "n1", "n2"}) is None


def test_tidied_nodes_stand_on_the_line_of_the_outlet_that_leads_to_them() -> None:
    flow = Flow("F", (node("a", reactions=["opened"]), node("b", x=300, y=48)), (Edge("a", "opened", "b"),))
    made = drawing(flow)
    port = made.port("a", "opened")
    assert port is not None
    assert straightened(made, made.places)["b"] == (300, port[1] - 28)


def test_what_lies_on_others_is_pushed_to_the_next_free_place() -> None:
    made = drawing(Flow("F", (node("a", "set"), node("b", "set", x=8, y=8))))
    dx, dy = free_way(made, {"b"})
    assert (dx, dy) == (0, 56)
    _, box = made.face_for(node("c", "set"))
    assert free_place(made, box, (0, 0)) != (0, 0)
    assert free_place(made, box, (800, 0)) == (800, 0)


def test_an_insertion_takes_the_gap_there_is_and_else_moves_what_follows() -> None:
    wide = drawing(chain("entry.manual", "end", gap=800))
    face, box = wide.face_for(node("new", "set"))
    found = insertion(wide, ("n0", "entered", "n1"), face, box, (300, 4))
    assert found is not None
    assert found.place == (304.0, 0.0)
    assert not found.moved
    narrow = drawing(chain("entry.manual", "set", "end", gap=200))
    found = insertion(narrow, ("n0", "entered", "n1"), face, box, (100, 4))
    assert found is not None
    assert found.place == (208.0, 0.0)
    assert found.moved == {"n1": (416, 0), "n2": (616, 0)}
