from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canvas.faces import Shape, Tone, face_of
from app.canvas.geometry import Rect, box_of
from app.model.flow import Node
from app.model.kinds import KINDS
from tests.unit.canvas.drawn import M, delay, measure, node, settings


def test_a_node_without_rows_has_its_port_at_the_height_of_its_inlet() -> None:
    box = box_of(face_of(node("a", "set")), M, measure)
    assert box.body.width == 160
    assert box.body.height == 56
    assert box.inlet == (0.0, 28.0)
    assert [(port.outlet, port.x, port.y) for port in box.ports] == [("next", 160, 28)]


def test_rows_stand_24_apart_below_the_line() -> None:
    box = box_of(face_of(node("a", reactions=["opened", "clicked"])), M, measure)
    assert [(port.outlet, port.y) for port in box.ports] == [
        ("opened", 72),
        ("clicked", 96),
        ("timeout", 120),
        ("failed", 144),
    ]
    assert box.body.height == 56 + 4 + 4 * 24 + 8


@pytest.mark.parametrize(("letters", "width"), [(3, 160), (12, 160), (14, 176), (18, 208), (90, 224)])
def test_a_body_grows_by_16_until_its_title_fits_or_224(letters: int, width: float) -> None:
    assert box_of(face_of(Node("a", "set", "x" * letters)), M, measure).body.width == width


def test_a_long_subject_does_not_widen_a_node() -> None:
    assert box_of(face_of(node("a", subject="x" * 80)), M, measure).body.width == 160


def test_a_body_grows_until_its_pills_fit() -> None:
    way = [{"name": "phone and consent given"}]
    assert box_of(face_of(node("a", "check", ways=way)), M, measure).body.width == 192


def test_a_ladder_stands_between_head_and_outlets() -> None:
    rungs = [{"kind": "popup", "try_for": "P1D"}, {"kind": "email"}, {"kind": "sms"}]
    box = box_of(face_of(node("a", "reach", rungs=rungs)), M, measure)
    assert list(box.rungs) == [72, 96, 120]
    assert box.ladder_end == 136
    assert [(port.outlet, port.y) for port in box.ports] == [("sent", 152), ("failed", 176)]
    assert box.body.height == 136 + 4 + 2 * 24 + 8
    assert not box_of(face_of(node("a", "reach")), M, measure).rungs


def test_a_body_grows_until_its_ladder_fits() -> None:
    rungs = [{"kind": "popup", "try_for": "P1DT12H30M"}]
    assert box_of(face_of(node("a", "reach", rungs=rungs)), M, measure).body.width > 160


def test_beads_and_ends_hang_on_the_line_of_nodes() -> None:
    bead = box_of(face_of(delay("PT30M")), M, measure)
    end = box_of(face_of(node("b", "end")), M, measure)
    assert bead.body.height == end.body.height == 32
    assert bead.body.center[1] == end.body.center[1] == 28
    assert bead.ports[0].y == 28
    assert bead.body.width >= 64
    assert not end.ports


def test_a_wait_for_an_event_has_a_second_row_for_its_time_out() -> None:
    face = face_of(node("a", "wait", events=["order"], timeout="P2D"))
    box = box_of(face, M, measure)
    assert face.shape is Shape.BEAD
    assert [row.label for row in face.rows] == ["happened", "after 2 days"]
    assert [port.y for port in box.ports] == [28, 58]
    assert box.body.bottom >= 58 + 10


def test_a_start_has_no_inlet() -> None:
    assert box_of(face_of(node("a", "entry.event")), M, measure).inlet is None


@given(st.sampled_from([*KINDS, "strange"]), settings, st.lists(st.text(min_size=1, max_size=4), max_size=2))
def test_every_row_has_its_port_on_the_right_edge_and_inside_the_body(
    kind: str, chosen: dict[str, object], used: list[str]
) -> None:
    face = face_of(Node("a", kind, "", 0, 0, chosen), used)
    box = box_of(face, M, measure)
    assert [port.outlet for port in box.ports] == [row.outlet for row in face.rows]
    for port in box.ports:
        assert port.x == box.body.right
        assert box.body.y < port.y < box.body.bottom or face.shape is Shape.END


def test_an_outlet_that_is_gone_but_has_an_edge_is_shown_as_broken() -> None:
    rows = face_of(node("a"), ["opened"]).rows
    assert [(row.outlet, row.tone, row.stale) for row in rows] == [
        ("sent", Tone.PLAIN, False),
        ("failed", Tone.FAILED, False),
        ("opened", Tone.FAILED, True),
    ]


def test_outlets_of_an_unknown_kind_are_those_that_its_edges_name() -> None:
    face = face_of(node("a", "loyalty.points"), ["earned"])
    assert [(row.outlet, row.tone, row.stale) for row in face.rows] == [("earned", Tone.PLAIN, False)]
    assert not face.known


def test_rectangles_that_only_touch_do_not_overlap() -> None:
    assert not Rect(0, 0, 10, 10).touches(Rect(10, 0, 10, 10))
    assert Rect(0, 0, 10, 10).touches(Rect(9, 9, 10, 10))
    assert Rect(0, 0, 10, 10).holds(Rect(2, 2, 8, 8))
    assert not Rect(0, 0, 10, 10).holds(Rect(2, 2, 9, 8))
