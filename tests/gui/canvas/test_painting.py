"""What is seen. Pictures are looked at by people; here stands what a program can tell of them."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.canvas.document import CanvasDocument
from app.canvas.icons import Icons
from app.canvas.items.runner import DotItem
from app.canvas.picture import flow_image, save_picture
from app.canvas.selection import Parts
from app.canvas.style import Style
from app.canvas.theme import CanvasTheme, theme_from_tokens
from app.model.errors import UserError, WorldError
from app.model.flow import Edge, Flow, Node, Note, Problem
from app.model.kinds import KINDS
from app.model.ports import Counts
from tests.gui.canvas.conftest import RESOURCES, Open
from tests.gui.canvas.fingers import Fingers
from tests.unit.canvas.drawn import chain, node

CHAIN = chain("entry.manual", "email", "delay", "check", "set", "end")
both = pytest.mark.parametrize("theme", ["light", "dark"], indirect=True)


def colors_in(image: QImage, area: QRectF | None = None) -> set[str]:
    """All colours of an image, or of a part of it."""
    part = image if area is None else image.copy(area.toAlignedRect().intersected(image.rect()))
    plain = part.convertToFormat(QImage.Format.Format_RGB32)
    return {f"#{pixel & 0xFFFFFF:06X}" for pixel in set(memoryview(plain.constBits()).cast("I"))}


def grabbed(hand: Fingers, name: str) -> QImage:
    """What is seen of one node."""
    canvas = hand.canvas
    view = canvas.view
    body = canvas.scene.drawing.body(name).grown(16)
    top_left = view.to_screen(QPointF(body.x, body.y)).toPoint()
    area = QRectF(top_left.x(), top_left.y(), body.width * view.zoom, body.height * view.zoom).toRect()
    return view.viewport().grab(area).toImage()


@both
def test_every_kind_is_drawn_in_the_hue_of_its_category(
    theme: CanvasTheme, icons: Icons, qapp: object
) -> None:
    for name, kind in KINDS.items():
        image = flow_image(Flow("F", (Node("a", name, "Title"),)), theme, icons, scale=1)
        seen = colors_in(image)
        assert theme.colors[f"{kind.category}-soft"].upper() in seen, name
        assert theme.colors["canvas"].upper() in seen


@both
def test_six_categories_are_told_apart_by_shape_alone(theme: CanvasTheme, icons: Icons, qapp: object) -> None:
    style = Style(theme, icons)
    shapes = set()
    for category in theme.tiles:
        image = style.tile(category, "help", 28, 2).toImage()
        outline = tuple(
            image.pixelColor(x, y).alpha() > 128
            for x in range(0, image.width(), 2)
            for y in range(0, image.height(), 2)
        )
        shapes.add(outline)
    assert len(shapes) == 6


@both
def test_a_selected_node_has_a_ring_and_a_broken_one_a_red_line_and_badge(
    theme: CanvasTheme, opened: Open
) -> None:
    hand = opened(CHAIN)
    ring, red = theme.colors["focus"].upper(), theme.colors["danger"].upper()
    plain = colors_in(grabbed(hand, "n4"))
    assert ring not in plain
    assert red not in plain
    hand.canvas.selection.set(Parts.of_nodes(["n4"]))
    assert ring in colors_in(grabbed(hand, "n4"))
    hand.canvas.selection.clear()
    hand.canvas.set_problems([Problem("x", "error", "No", "", ("n4",))])
    assert red in colors_in(grabbed(hand, "n4"))


@pytest.mark.parametrize(
    "title",
    ["Warenkorb-Erinnerung für Stammkunden", "お得意様へのお知らせ", "Birthday 🎂🎁", "صديق", "x" * 300],
)
def test_titles_of_any_script_are_drawn(title: str, theme: CanvasTheme, icons: Icons, qapp: object) -> None:
    flow = Flow("F", (Node("a", "email", title, 0, 0, {"subject": title}),))
    bare = flow_image(Flow("F", (Node("a", "email", "\u2063", 0, 0, {"subject": "\u2063"}),)), theme, icons)
    image = flow_image(flow, theme, icons)
    assert image != bare.scaled(image.size())
    assert theme.colors["ink"].upper() in colors_in(image) or "🎂" in title


def test_no_text_on_screen_is_smaller_than_11_px(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas.set_counts(Counts(here={"n1": 3}, edges={("n0", "entered"): 2}))
    for zoom in (0.4, 0.5, 0.6, 0.75, 1.0, 1.7):
        hand.canvas.view.set_zoom(zoom)
        hand.canvas.view.viewport().grab()
        item = hand.canvas.scene.nodes["n1"]
        for line in [*item.lines, *(pill[2] for pill in item.pills)]:
            assert line.font.pixelSize() * zoom >= 10.9


def test_pills_and_counts_are_left_out_below_60_percent(opened: Open) -> None:
    hand = opened(CHAIN)
    item = hand.canvas.scene.nodes["n1"]
    hand.canvas.view.set_zoom(1)
    hand.canvas.view.viewport().grab()
    assert len(item.pills) == 2
    hand.canvas.view.set_zoom(0.5)
    hand.canvas.view.show_from(QPointF(-20, -100))
    hand.canvas.view.viewport().grab()
    assert not item.pills
    assert len(item.lines) == 1


def test_first_that_works_is_a_ladder_and_tells_by_which_way_people_were_reached(opened: Open) -> None:
    rungs = [{"kind": "popup", "try_for": "P1D"}, {"kind": "email"}, {"kind": "sms"}]
    hand = opened(Flow("F", (node("a", "reach", rungs=rungs),)))
    hand.canvas.view.set_zoom(1)
    item = hand.canvas.scene.nodes["a"]
    before = grabbed(hand, "a")
    assert [line.text.text() for line in item.ladder] == ["Popup", "1 day", "else E-mail", "", "else SMS", ""]
    icons = QRectF(32, 16 + item.box.rungs[0] - 8, 16, item.box.rungs[2] - item.box.rungs[0] + 16)
    assert item.look.style.theme.colors["message"].upper() in colors_in(before, icons)
    hand.canvas.set_counts(Counts(names={("a", "rung:0"): 6, ("a", "rung:1"): 3, ("a", "rung:2"): 1}))
    grabbed(hand, "a")
    assert [line.text.text() for line in item.ladder][1::2] == ["60 %", "30 %", "10 %"]
    hand.canvas.view.set_zoom(0.5)
    grabbed(hand, "a")
    assert not item.ladder


def test_texts_are_laid_out_on_change_and_not_on_every_painting(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas.view.viewport().grab()
    item = hand.canvas.scene.nodes["n1"]
    before = item.lines
    hand.canvas.view.pan(40, 0)
    hand.canvas.view.viewport().grab()
    assert item.lines is before
    hand.canvas.set_problems([Problem("x", "error", "No", "", ("n1",))])
    hand.canvas.view.viewport().grab()
    assert item.lines is not before


def test_scrolling_moves_the_pixels_and_leaves_no_trace_of_the_cards(opened: Open) -> None:
    hand = opened(chain("entry.manual", *["email", "check", "delay"] * 8, gap=90))
    canvas = hand.canvas
    canvas.resize(700, 700)
    canvas.set_counts(Counts(here={"n3": 5}, entered=3, inside=2))
    QApplication.processEvents()
    for dx, dy in [(-40, 13), (25, -60), (-7, -3), (-300, 20), (33, 33), (500, 0)]:
        canvas.view.pan(dx, dy)
        QApplication.processEvents()
    on_screen = canvas.screen().grabWindow(canvas.winId()).toImage()
    fresh = canvas.grab().toImage().convertToFormat(on_screen.format())
    assert on_screen == fresh


def test_another_theme_repaints_everything(opened: Open) -> None:
    hand = opened(CHAIN)
    tokens = json.loads((RESOURCES / "style" / "tokens.json").read_text(encoding="utf-8"))
    dark = theme_from_tokens(tokens, "dark")
    hand.canvas.set_theme(dark)
    image = hand.canvas.grab().toImage()
    seen = colors_in(image, QRectF(0, 0, 1200, 300))
    assert dark.colors["canvas"].upper() in seen
    assert dark.colors["node"].upper() in seen
    light = theme_from_tokens(tokens, "light")
    assert light.colors["node"].upper() not in seen - {"#FFFFFF"}
    assert light.colors["canvas"].upper() not in seen


def test_every_state_is_painted_at_every_zoom(opened: Open) -> None:
    nodes = tuple(
        Node(f"k{n}", kind, "Title", n % 6 * 240, n // 6 * 200) for n, kind in enumerate([*KINDS, "odd"])
    )
    flow = Flow(
        "F",
        (*nodes, node("w", "wait", 0, 1200, events=["order"])),
        tuple(
            Edge(one.id, "sent", other.id)
            for one, other in pairwise(nodes)
            if KINDS.get(one.kind) and KINDS[one.kind].is_message
        ),
        (Note("a", "Head\nText that is long enough to be broken\n\nand more", 0, 1400),),
        extra={"frames": [{"id": "f", "title": "Frame", "x": 0, "y": 1380, "width": 400, "height": 200}]},
    )
    hand = opened(flow)
    hand.canvas.set_counts(Counts(here=dict.fromkeys(flow.by_id, 3), entered=9, goals=3, inside=2))
    hand.canvas.set_problems([Problem("x", "warning", "Hm", "", tuple(flow.by_id))] * 2)
    hand.canvas.set_paused("since 9:12")
    hand.canvas.run("select-all")
    for zoom in (0.1, 0.25, 0.4, 0.5, 0.6, 1.0, 2.0):
        hand.canvas.fit()
        hand.canvas.view.set_zoom(zoom)
        image = hand.canvas.grab().toImage()
        assert not image.isNull()
    for item in hand.canvas.scene.nodes.values():
        item.set_hover(True, frozenset(row.outlet for row in item.face.rows))
        item.invite(invites=True)
    for edge in hand.canvas.scene.edges.values():
        edge.set_state(hovered=True)
    hand.canvas.view.set_zoom(1.0)
    assert not hand.canvas.grab().toImage().isNull()


# --- pictures in files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf", ".PNG"])
def test_a_flow_is_saved_as_a_picture(
    ending: str, tmp_path: Path, theme: CanvasTheme, icons: Icons, qapp: object
) -> None:
    out = tmp_path / f"flow{ending}"
    save_picture(CHAIN, out, theme, icons, Counts(here={"n1": 7}))
    data = out.read_bytes()
    if ending == ".svg":
        renderer = QSvgRenderer(str(out))
        assert renderer.isValid()
        assert renderer.viewBox().width() > 1000
        assert b"Chain" in data
        assert b"<image" not in data, "icons stay lines"
    elif ending == ".pdf":
        assert data.startswith(b"%PDF")
    else:
        image = QImage(str(out))
        assert image.width() > 2000
        assert theme.colors["node"].upper() in colors_in(image, QRectF(60, 60, 300, 100))


def test_an_empty_flow_has_a_picture_too(theme: CanvasTheme, icons: Icons, qapp: object) -> None:
    assert colors_in(flow_image(Flow("F"), theme, icons)) == {theme.colors["canvas"].upper()}


def test_a_huge_flow_gives_a_picture_that_can_be_opened(
    theme: CanvasTheme, icons: Icons, qapp: object
) -> None:
    flow = Flow("F", (node("a"), node("b", x=900_000)))
    assert flow_image(flow, theme, icons).width() <= 16_001


def test_another_ending_or_a_missing_folder_is_said_in_words(
    tmp_path: Path, theme: CanvasTheme, icons: Icons, qapp: object
) -> None:
    with pytest.raises(UserError, match=r"\.png, \.svg or \.pdf"):
        save_picture(CHAIN, tmp_path / "flow.gif", theme, icons)
    for ending in (".png", ".svg", ".pdf"):
        with pytest.raises(WorldError, match="could not be written"):
            save_picture(CHAIN, tmp_path / "no such folder" / f"flow{ending}", theme, icons)


# --- icons ---------------------------------------------------------------------------------------------


def test_every_kind_has_its_icon_file() -> None:
    assert {kind.icon for kind in KINDS.values()} <= {
        file.stem for file in (RESOURCES / "icons").glob("*.svg")
    }


def test_an_icon_is_painted_in_the_asked_colour_and_kept(icons: Icons, qapp: object) -> None:
    pixmap = icons.pixmap("email", "#FF0000", 20, 2)
    assert (pixmap.width(), pixmap.devicePixelRatio()) == (40, 2)
    assert icons.pixmap("email", "#FF0000", 20, 2) is pixmap
    image = pixmap.toImage()
    opaque = [
        image.pixelColor(x, y) for x in range(40) for y in range(40) if image.pixelColor(x, y).alpha() == 255
    ]
    assert opaque
    assert set(map(QColor.name, opaque)) == {"#ff0000"}


def test_an_unknown_icon_is_a_question_mark(icons: Icons, qapp: object) -> None:
    assert (
        icons.pixmap("no such icon", "#000000", 20).toImage() == icons.pixmap("help", "#000000", 20).toImage()
    )


def test_an_icon_on_a_painter_stays_inside_its_square(icons: Icons, qapp: object) -> None:
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    icons.paint(painter, "email", "#000000", QRectF(20, 20, 20, 20))
    painter.end()
    assert image.copy(0, 0, 20, 40).pixelColor(10, 20).alpha() == 0


def test_what_a_gesture_shows_is_painted_while_it_lasts(theme: CanvasTheme, opened: Open) -> None:
    hand = opened(CHAIN)
    viewport = hand.canvas.view.viewport()
    accent, red = theme.colors["accent-text"].upper(), theme.colors["danger"].upper()
    free = QRectF(300, 300, 500, 400)
    hand.drag(hand.port("n1", "sent"), (500, 400), let_go=False)
    assert accent in colors_in(viewport.grab().toImage(), free)
    hand.move(hand.head("n0"))
    assert red in colors_in(viewport.grab().toImage(), QRectF(100, 120, 300, 100))
    hand.key(Qt.Key.Key_Escape)
    hand.drag((300, 250), (600, 500), let_go=False)
    assert accent in colors_in(viewport.grab().toImage(), free)
    hand.key(Qt.Key.Key_Escape)
    assert accent not in colors_in(viewport.grab().toImage(), free)
    hand.carry("email", (400, 350), drop=False)
    assert viewport.grab().toImage() != QImage()
    hand.leave()


def test_a_running_dot_moves_along_and_ends_by_itself(opened: Open, qtbot: QtBot) -> None:
    canvas = opened(CHAIN).canvas
    canvas.set_still(is_still=False)
    canvas.set_counts(Counts(edges={("n0", "entered"): 1}))
    canvas.set_counts(Counts(edges={("n0", "entered"): 2}))
    dot = next(item for item in canvas.scene.items() if isinstance(item, DotItem))
    start = dot.x()
    qtbot.waitUntil(lambda: dot.x() > start or not canvas.scene.runners.running)
    assert not canvas.view.viewport().grab().isNull()
    qtbot.waitUntil(lambda: not canvas.scene.runners.running, timeout=5_000)
    assert not any(isinstance(item, DotItem) for item in canvas.scene.items())


def test_the_pointer_darkens_lines_and_puts_a_plus_on_free_ports(opened: Open) -> None:
    hand = opened(CHAIN)
    node_item, edge = hand.canvas.scene.nodes["n1"], hand.canvas.scene.edges["n0", "entered", "n1"]
    hand.hover(hand.head("n1"))
    assert node_item.is_hovered
    assert node_item.hot_ports == {"failed"}
    hand.hover(hand.port("n1", "sent"))
    assert node_item.hot_ports == {"sent"}
    assert hand.canvas.view.viewport().cursor().shape() is Qt.CursorShape.CrossCursor
    hand.hover((200, 30))
    assert (node_item.is_hovered, edge.is_hovered) == (False, True)
    QApplication.sendEvent(hand.canvas.view.viewport(), QEvent(QEvent.Type.Leave))
    assert not edge.is_hovered


def test_tooltips_say_it_in_a_sentence(opened: Open) -> None:
    hand = opened(Flow("F", CHAIN.nodes, CHAIN.edges))
    hand.canvas.set_counts(Counts(here={"n2": 4}, edges={("n0", "entered"): 1234}))
    hand.canvas.set_problems([Problem("x", "error", "N1 has <no> subject", "", ("n1",))])
    view = hand.canvas.view

    def tip(at: tuple[float, float]) -> str:
        return view._hand.tip(view.to_screen(QPointF(*at)))

    assert "get here at once. 4 are here now." in tip(hand.head("n2"))
    assert "N1 has &lt;no&gt; subject" in tip(hand.head("n1"))
    assert tip((200, 30)) == "<p>N0, entered: to N1. Walked 1,234 times.</p>"
    assert tip(hand.port("n1", "failed")) == "<p>failed</p>"
    assert tip((300, 500)) == ""


def test_ruler_marks_light_up_their_nodes(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas._ruler.hovered.emit(("n1",))
    assert [item.is_hovered for item in hand.canvas.scene.nodes.values()][:3] == [False, True, False]
    hand.canvas._ruler.hovered.emit(())
    assert not any(item.is_hovered for item in hand.canvas.scene.nodes.values())


def test_the_goal_and_who_is_inside_stand_above_the_drawing(opened: Open) -> None:
    hand = opened(Flow("F", CHAIN.nodes, CHAIN.edges, settings={"goal": {"events": ["order_completed"]}}))
    hand.canvas.set_counts(Counts(entered=486, goals=181, inside=176))
    assert hand.canvas._goal.accessibleName() == "Goal order completed 181 of 486 37\u00a0%"
    assert hand.canvas._inside.accessibleName() == "Inside now 176"
    assert hand.canvas._goal.isVisible()
    assert not hand.canvas._goal.grab().isNull()
    hand.canvas.set_document(CanvasDocument(CHAIN, hand.canvas))
    assert not hand.canvas._goal.isVisible()


def test_many_dragged_nodes_take_their_edges_along(opened: Open) -> None:
    flow = chain("entry.manual", *["set"] * 60)
    hand = opened(flow)
    hand.canvas.run("select-all")
    hand.click(hand.head("n0"), Qt.KeyboardModifier.ControlModifier)
    x, y = hand.head("n1")
    hand.drag((x, y), (x, y + 160), let_go=False)
    routes = hand.canvas.scene.drawing.routes
    assert routes["n2", "next", "n3"].points[-1][1] == 188
    assert len(routes["n0", "entered", "n1"].points) == 4
    hand.release((x, y + 160))
    assert hand.canvas.scene.drawing.routes["n59", "next", "n60"].points[-1][1] == 188
    assert {one.y for one in hand.canvas.document.flow.nodes} == {0, 160}


def test_a_few_parts_painted_anew_are_what_all_painted_at_once_is(opened: Open) -> None:
    hand = opened(CHAIN)
    view, whole = hand.canvas.view, hand.canvas.window()
    for _ in range(2):  # what is seen for the second time is kept
        view.viewport().repaint()
    for part in (QRect(0, 100, 300, 9), QRect(100, 0, 7, 400), QRect(310, 90, 60, 250), QRect(0, 0, 5, 5)):
        view.viewport().update(part)
    QApplication.processEvents()
    seen = QApplication.primaryScreen().grabWindow(whole.winId()).toImage()
    assert seen.convertToFormat(QImage.Format.Format_RGB32) == whole.grab().toImage().convertToFormat(
        QImage.Format.Format_RGB32
    )
