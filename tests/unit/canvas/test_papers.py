"""Marks in notes, colours, and pages of paper."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canvas import edits
from app.canvas.colors import HUES, colored, hue_of
from app.canvas.deeds.picturing import file_name
from app.canvas.frames import Frame, frames_of
from app.canvas.geometry import Rect
from app.canvas.inhabitants import inhabitants
from app.canvas.notetext import Block, Look, Span, blocks_of, links_of, plain_of
from app.canvas.paging import MOST_PAGES, OVERLAP, PAPERS, READABLE, plan
from app.flows.codec import read_flow, write_flow
from app.model.flow import Flow, Note
from tests.unit.canvas.drawn import chain, drawing, flows, node

# --- marks in notes ------------------------------------------------------------------------------------


def test_a_note_has_headings_lists_and_links() -> None:
    text = "# Why the popup?\nIf **silent**, *meet* them:\n- at [the shop](https://example.com)\nhttps://a.example/b."
    assert blocks_of(text) == (
        Block(Look.HEADING, (Span("Why the popup?"),)),
        Block(
            Look.TEXT,
            (Span("If "), Span("silent", bold=True), Span(", "), Span("meet", slanted=True), Span(" them:")),
        ),
        Block(Look.ITEM, (Span("at "), Span("the shop", link="https://example.com"))),
        Block(Look.TEXT, (Span("https://a.example/b", link="https://a.example/b"), Span("."))),
    )
    assert links_of(text) == ("https://example.com", "https://a.example/b")


def test_the_first_line_stands_out_only_when_more_follow() -> None:
    assert blocks_of("Ask Mia")[0].look is Look.TEXT
    assert blocks_of("Ask Mia\nPrices change")[0].look is Look.HEADING
    assert blocks_of("- one\n- two")[0].look is Look.ITEM


@pytest.mark.parametrize("text", ["2 * 3 * 4", "a ** b", "snake*case*word", "[x](javascript:alert(1))", "**"])
def test_what_is_no_mark_stays_as_it_was_typed(text: str) -> None:
    assert plain_of(text) == text
    assert not any(span.bold or span.slanted or span.link for span in blocks_of(text)[0].spans)


@given(st.text(alphabet="ab *#-[]()\nhtps:/.日💐", max_size=80))
def test_any_text_is_read_and_no_word_is_lost(text: str) -> None:
    shown = plain_of(text)
    letters = [sign for sign in text if sign in "日💐"]
    assert [sign for sign in shown if sign in "日💐"] == letters or "](" in text
    assert all(link.startswith(("http://", "https://", "mailto:", "tel:")) for link in links_of(text))


# --- colours -------------------------------------------------------------------------------------------


@given(flows(), st.sampled_from([*HUES, ""]), st.data())
def test_a_colour_is_kept_in_the_file_and_touches_nothing_else(
    flow: Flow, hue: str, data: st.DataObject
) -> None:
    flow = edits.framed(flow, Frame("f0", "Frame", 0, 0, 300, 200, {"mine": 1}))
    names = frozenset(data.draw(st.sets(st.sampled_from([one.id for one in flow.nodes] or ["none"]))))
    notes = frozenset(note.id for note in flow.notes[:1])
    dyed = colored(flow, hue, names, notes, {"f0"})
    again = read_flow(write_flow(dyed))
    assert {one.id for one in again.nodes if hue_of(one.extra)} == (
        names & again.by_id.keys() if hue else set()
    )
    assert [hue_of(frame.extra) for frame in frames_of(again)] == [hue]
    assert frames_of(again)[0].extra["mine"] == 1
    assert write_flow(colored(dyed, "", names, notes, {"f0"})) == write_flow(flow)
    assert colored(dyed, hue, names, notes, {"f0"}).nodes == dyed.nodes


def test_a_colour_of_a_newer_release_is_kept_and_not_painted() -> None:
    strange = replace(node("a"), extra={"color": "octarine"})
    assert hue_of(strange.extra) == ""
    assert hue_of({"color": ["red"]}) == ""
    assert write_flow(Flow("F", (strange,))).count("octarine") == 1


# --- frames --------------------------------------------------------------------------------------------


def test_a_frame_takes_along_nodes_notes_and_frames_that_lie_fully_inside() -> None:
    flow = chain("entry.manual", "email", "end", gap=400)
    flow = edits.add(flow, notes=[Note("in", "", 20, 100), Note("out", "", 560, 100)])
    for frame in (Frame("outer", "", -40, -40, 680, 400), Frame("small", "", 0, 60, 64, 64)):
        flow = edits.framed(flow, frame)
    found = inhabitants(drawing(flow), {"outer"})
    assert (set(found.nodes), set(found.notes), set(found.frames)) == ({"n0", "n1"}, {"in"}, {"small"})
    assert not inhabitants(drawing(flow), set())


def test_a_frame_that_changes_keeps_its_place_among_the_others() -> None:
    flow = Flow("F")
    for name in ("a", "b", "c"):
        flow = edits.framed(flow, Frame(name, name, 0, 0, 100, 100))
    flow = edits.framed(flow, Frame("b", "New", 0, 0, 200, 100))
    assert [(frame.id, frame.title) for frame in frames_of(flow)] == [("a", "a"), ("b", "New"), ("c", "c")]


# --- pages ---------------------------------------------------------------------------------------------

areas = st.builds(
    Rect, st.integers(-9999, 9999), st.integers(-9999, 9999), st.integers(1, 90_000), st.integers(1, 40_000)
)


@given(areas, st.sampled_from(sorted(PAPERS)))
def test_the_pages_cover_the_drawing_and_can_be_read(area: Rect, paper: str) -> None:
    found = plan(area, paper, lambda _: True)
    sources = [tile.source for tile in found.tiles]
    assert min(one.x for one in sources) <= area.x
    assert min(one.y for one in sources) <= area.y
    assert max(one.right for one in sources) >= area.right - 1e-6
    assert max(one.bottom for one in sources) >= area.bottom - 1e-6
    assert found.scale <= 1
    assert len(sources) <= MOST_PAGES
    if len(sources) < MOST_PAGES / 2:
        assert found.scale >= READABLE
    for tile in found.tiles:
        beside = found.at(tile.column + 1, tile.row)
        if beside is not None:
            common = tile.source.right - beside.source.x
            assert common * found.scale == pytest.approx(OVERLAP)


def test_what_fits_one_page_is_on_one_and_lies_down_where_that_is_larger() -> None:
    wide, tall = (plan(Rect(0, 0, *size), "A4", lambda _: True) for size in ((1500, 300), (300, 1500)))
    assert len(wide.tiles) == len(tall.tiles) == 1
    assert wide.width > wide.height
    assert tall.width < tall.height
    assert plan(Rect(0, 0, 100, 100), "A4", lambda _: True).scale == 1


def test_pages_are_numbered_as_one_reads_and_empty_ones_are_left_out() -> None:
    area = Rect(0, 0, 6000, 4000)
    everything = plan(area, "A4", lambda _: True)
    assert [(one.row, one.column) for one in everything.tiles] == sorted(
        (one.row, one.column) for one in everything.tiles
    )
    corners = plan(area, "A4", lambda part: part.x == 0 and part.y == 0)
    assert [tile.number for tile in corners.tiles] == [1]


def test_no_such_paper() -> None:
    with pytest.raises(KeyError):
        plan(Rect(0, 0, 1, 1), "A9", lambda _: True)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Abandoned basket", "Abandoned basket"),
        ("a/b: c?", "a b c"),
        ("...", "Flow"),
        ("お得意様", "お得意様"),
    ],
)
def test_a_flow_gives_its_picture_a_name_that_every_system_takes(title: str, name: str) -> None:
    assert file_name(title) == name
