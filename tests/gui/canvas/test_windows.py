"""The ring of a message with a reply window, failures on nodes, and numbers that open what they count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from app.canvas.items.window_ring import ring_color, ring_sentence, ring_words
from app.flows.windows import Ring, rings
from app.model.flow import Edge, Flow, Node, Problem
from app.model.ports import Counts
from tests.gui.canvas.conftest import Open
from tests.gui.canvas.fingers import Fingers

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MONTH = 30 * DAY


def drawn(days: int, entry: str = "entry.reply") -> Flow:
    return Flow(
        "F",
        (
            Node("start", entry, "Start"),
            Node("pause", "delay", "", 200, 0, {"for": f"P{days}D"}),
            Node("card", "rcs", "Card", 400, 0),
        ),
        (Edge("start", "entered", "pause"), Edge("pause", "next", "card")),
    )


def with_ring(opened: Open, flow: Flow) -> Fingers:
    hand = opened(flow)
    hand.canvas.document.set_rings(rings(flow))
    return hand


def pixel(hand: Fingers, x: float, y: float) -> str:
    """The colour at a place of the ring's node, from its top left corner."""
    view = hand.canvas.view
    image = view.viewport().grab().toImage()
    at = view.to_screen(QPointF(400 + x, y)) * image.devicePixelRatio()
    return image.pixelColor(at.toPoint()).name()


@pytest.mark.parametrize(
    ("days", "color"),
    [(20, "ok"), (29, "warn-fill"), (40, "danger")],
)
def test_the_arc_is_green_then_amber_then_red(opened: Open, days: int, color: str) -> None:
    hand = with_ring(opened, drawn(days))
    token = hand.canvas.style_.theme.colors[color]
    # At 3 o'clock, on the middle of the line: a quarter of the window is over.
    assert pixel(hand, 24 + 18, 28) == QColor(token).name()


def test_the_rest_of_the_ring_is_its_track(opened: Open) -> None:
    hand = with_ring(opened, drawn(6))
    colors = hand.canvas.style_.theme.colors
    assert pixel(hand, 24 - 18, 28) == QColor(colors["surface-3"]).name()
    assert pixel(hand, 24 + 11, 28 - 14) == QColor(colors["ok"]).name()


def test_where_the_last_message_is_unknown_the_arc_begins_with_dots(opened: Open) -> None:
    known, unknown = (drawn(6, entry) for entry in ("entry.reply", "entry.manual"))
    told = with_ring(opened, known)
    first = pixel(told, 24 + 1, 28 - 18)
    hand = with_ring(opened, unknown)
    assert pixel(hand, 24 + 1, 28 - 18) != first
    view = hand.canvas.view
    tip = view._hand.tip(view.to_screen(QPointF(*hand.head("card"))))
    assert "The time before the start is asked for each person when it is sent." in tip


def test_the_second_line_says_the_days_instead_of_the_kind(opened: Open) -> None:
    hand = with_ring(opened, drawn(5))
    item = hand.canvas.scene.nodes["card"]
    hand.canvas.view.viewport().grab()
    assert [line.text.text() for line in item.lines] == ["Card", "Day 5 of 30"]


@pytest.mark.parametrize(
    ("ring", "words", "color"),
    [
        (Ring("rcs", MONTH, DAY, 5 * DAY, unknown=False), "Day 1 to 5 of 30", "ok"),
        (Ring("rcs", MONTH, 6 * DAY, 28 * DAY, unknown=False), "Day 6 to 28 of 30", "warn-fill"),
        (Ring("rcs", MONTH, DAY, 36 * DAY, unknown=False), "Up to day 36", "danger"),
        (Ring("rcs", MONTH, DAY, None, unknown=True), "No last day", "danger"),
        (Ring("whatsapp", DAY, HOUR, 5 * HOUR, unknown=False), "Hour 1 to 5 of 24", "ok"),
        (Ring("whatsapp", DAY, 3 * HOUR, 3 * HOUR, unknown=False), "Hour 3 of 24", "ok"),
        (Ring("whatsapp", DAY, DAY, 25 * HOUR, unknown=False), "Up to hour 25", "danger"),
    ],
)
def test_the_words_of_a_ring(ring: Ring, words: str, color: str) -> None:
    assert ring_words(ring) == words
    assert ring_color(ring) == color
    assert ring_sentence(ring).startswith(f"{words} since the person last wrote.")


# --- numbers ---------------------------------------------------------------------------------------------


COUNTS = Counts(
    here={"card": 4},
    edges={("start", "entered"): 7},
    names={("card", "failed:capped"): 2},
    inside=4,
    entered=7,
)


def clicked(hand: Fingers, at: tuple[float, float]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    hand.canvas.counted.connect(lambda node, what: found.append((node, what)))
    hand.press(at)
    hand.release(at)
    return found


@pytest.mark.parametrize("what", ["here", "failed"])
def test_a_click_on_a_chip_opens_what_it_counts_and_selects_its_node(opened: Open, what: str) -> None:
    hand = opened(drawn(5))
    hand.canvas.set_counts(COUNTS)
    hand.canvas.view.viewport().grab()
    item = hand.canvas.scene.nodes["card"]
    chip = next(stamp for stamp in item.stamps if stamp.opens == what)
    at = item.at + chip.area.center()
    assert clicked(hand, (at.x(), at.y())) == [("card", what)]
    assert hand.canvas.selected == ("card",)


def test_a_click_on_the_number_of_an_edge_opens_who_walked_it_and_beside_it_does_not(opened: Open) -> None:
    flow = drawn(5)
    hand = opened(
        Flow("F", (flow.nodes[0], Node("card", "rcs", "Card", 500, 0)), (Edge("start", "entered", "card"),))
    )
    hand.canvas.set_counts(COUNTS)
    spot = hand.canvas.scene.drawing.routes["start", "entered", "card"].spot
    assert spot is not None
    assert clicked(hand, (spot.x, spot.y)) == [("start", "out:entered")]
    assert clicked(hand, (spot.x + 60, spot.y)) == []


def test_a_drag_that_begins_on_a_chip_moves_the_node_and_opens_nothing(opened: Open) -> None:
    hand = opened(drawn(5))
    hand.canvas.set_counts(COUNTS)
    hand.canvas.view.viewport().grab()
    item = hand.canvas.scene.nodes["card"]
    at = item.at + item.stamps[0].area.center()
    found: list[str] = []
    hand.canvas.counted.connect(lambda node, _what: found.append(node))
    hand.drag((at.x(), at.y()), (at.x() + 80, at.y() + 80))
    assert found == []
    assert hand.canvas.document.flow.by_id["card"].x > 400


def test_who_is_here_is_asked_of_the_selected_node_by_a_command_too(opened: Open) -> None:
    hand = opened(drawn(5))
    found: list[tuple[str, str]] = []
    hand.canvas.counted.connect(lambda node, what: found.append((node, what)))
    hand.canvas.run("who-is-here")
    hand.canvas.reveal("card")
    hand.canvas.run("who-is-here")
    hand.canvas.run("what-failed")
    hand.canvas.set_counts(COUNTS)
    hand.canvas.run("what-failed")
    assert found == [("", "here"), ("card", "here"), ("card", "failed")]


def test_the_tooltip_of_a_number_says_what_a_click_opens(opened: Open) -> None:
    hand = opened(drawn(5))
    hand.canvas.set_counts(COUNTS)
    hand.canvas.set_problems([Problem("x", "error", "Broken", "", ("card",))])
    hand.canvas.view.viewport().grab()
    item, view = hand.canvas.scene.nodes["card"], hand.canvas.view
    chip = item.at + item.stamps[0].area.center()
    assert view._hand.tip(view.to_screen(chip)) == "<p>Who is here now</p>"
