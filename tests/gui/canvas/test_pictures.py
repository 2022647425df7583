"""Pictures in files: pages of paper, real texts, and drawings of any size."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFileDialog

from app.canvas.collapse import close
from app.canvas.deeds.picturing import save_as
from app.canvas.icons import Icons
from app.canvas.picture import Saved, Sheet, save_picture
from app.canvas.theme import CanvasTheme
from app.model.errors import UserError
from app.model.flow import Flow, Note
from app.model.ports import Counts
from tests.gui.canvas.conftest import Open
from tests.unit.canvas.drawn import chain, node

pytestmark = pytest.mark.usefixtures("qapp")
STORY = chain("entry.manual", "email", "delay", "end")
TEXTS = ("Größe", "お得意様", "💐")


def pages_of(out: Path) -> int:
    """How many pages a PDF of ours has, by reading it."""
    return len(re.findall(rb"/Type\s*/Page\b", out.read_bytes()))


def texts_of(out: Path) -> str:
    """The texts of an SVG, one after another."""
    return "".join(re.findall(r"<text[^>]*>\s*(.*?)</text>", out.read_text(encoding="utf-8"), re.DOTALL))


def wide(count: int) -> Flow:
    """So many nodes in a square."""
    side = int(count**0.5)
    kinds = ("email", "sms", "popup", "check")
    nodes = tuple(
        replace(node(f"n{number}", kinds[number % 4]), x=number % side * 320, y=number // side * 200)
        for number in range(count)
    )
    return Flow("Wide", nodes)


def test_what_can_be_read_on_one_page_is_on_one(tmp_path: Path, theme: CanvasTheme, icons: Icons) -> None:
    out = tmp_path / "flow.pdf"
    saved = save_picture(STORY, out, theme, icons, Counts(here={"n1": 7}), Sheet("A4", "Today"))
    assert saved == Saved(1, saved.scale)
    assert saved.scale >= 0.6
    assert pages_of(out) == 1


@pytest.mark.parametrize("page", ["A4", "A3", "letter"])
def test_a_large_drawing_is_on_pages_that_can_be_read_with_an_overview_first(
    tmp_path: Path, theme: CanvasTheme, icons: Icons, page: str
) -> None:
    out = tmp_path / "flow.pdf"
    saved = save_picture(wide(100), out, theme, icons, sheet=Sheet(page))
    assert saved.scale >= 0.6
    assert saved.words == ""
    assert pages_of(out) == saved.pages > 2


def test_larger_paper_takes_fewer_pages_and_fit_takes_one(
    tmp_path: Path, theme: CanvasTheme, icons: Icons
) -> None:
    counts = {}
    for page in ("A4", "A3", "fit"):
        out = tmp_path / f"{page}.pdf"
        assert save_picture(wide(100), out, theme, icons, sheet=Sheet(page)).pages == pages_of(out)
        counts[page] = pages_of(out)
    assert counts["A4"] > counts["A3"] > counts["fit"] == 1


def test_a_thousand_nodes_are_saved_in_every_way(
    tmp_path: Path, theme: CanvasTheme, icons: Icons, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = wide(1_000)
    monkeypatch.setattr("app.canvas.picture._MOST_PIXELS", 4_000_000)
    image = save_picture(flow, tmp_path / "flow.png", theme, icons)
    assert 0 < image.scale < 2
    assert "too large for a sharp PNG" in image.words
    picture = QImage(str(tmp_path / "flow.png"))
    assert picture.width() * picture.height() <= 4_010_000
    assert save_picture(flow, tmp_path / "flow.svg", theme, icons).words == ""
    assert QSvgRenderer(str(tmp_path / "flow.svg")).isValid()
    paper = save_picture(flow, tmp_path / "flow.pdf", theme, icons, sheet=Sheet("A3"))
    assert pages_of(tmp_path / "flow.pdf") == paper.pages <= 101


def test_what_no_hundred_pages_hold_is_drawn_smaller_and_says_so(
    tmp_path: Path, theme: CanvasTheme, icons: Icons
) -> None:
    flow = Flow("Far", (node("a"), node("b", x=900_000, y=400_000)))
    saved = save_picture(flow, tmp_path / "far.pdf", theme, icons)
    assert saved.scale < 0.6
    assert "too large for 100 pages" in saved.words
    assert pages_of(tmp_path / "far.pdf") == saved.pages < 10, "empty pages are left out"


def test_texts_of_any_language_stand_in_the_svg_as_texts(
    tmp_path: Path, theme: CanvasTheme, icons: Icons
) -> None:
    words = " ".join(TEXTS)
    nodes = tuple(replace(one, title=words) if one.id == "n1" else one for one in STORY.nodes)
    flow = replace(STORY, nodes=nodes, notes=(Note("a", f"# {words}\n**{words}**", 0, 200, 320, 96),))
    out = tmp_path / "flow.svg"
    save_picture(flow, out, theme, icons)
    found = texts_of(out)
    for text in TEXTS:
        assert found.count(text[-1]) >= 3, text
    assert b"<image" not in out.read_bytes()


def test_an_svg_is_as_large_as_the_drawing(tmp_path: Path, theme: CanvasTheme, icons: Icons) -> None:
    out = tmp_path / "flow.svg"
    save_picture(STORY, out, theme, icons)
    head = out.read_text(encoding="utf-8")[:500]
    width, box = re.search(r'width="([\d.]+)mm"', head), re.search(r'viewBox="0 0 (\d+)', head)
    assert width is not None
    assert box is not None
    assert float(width[1]) / 25.4 * 96 == pytest.approx(float(box[1]), abs=1)


def test_a_box_is_one_in_pictures_too(tmp_path: Path, theme: CanvasTheme, icons: Icons) -> None:
    out = tmp_path / "flow.svg"
    save_picture(close(STORY, {"n1", "n2"}, "Second try"), out, theme, icons)
    assert "Second try" in texts_of(out)
    assert "2 nodes inside" in texts_of(out)


def test_a_page_that_does_not_exist_is_said_in_words(
    tmp_path: Path, theme: CanvasTheme, icons: Icons
) -> None:
    with pytest.raises(UserError, match="Choose A4, A3, letter or fit"):
        save_picture(STORY, tmp_path / "flow.pdf", theme, icons, sheet=Sheet("A9"))


def test_the_menu_saves_what_is_drawn_and_says_where(opened: Open, tmp_path: Path) -> None:
    canvas = opened(STORY).canvas
    said: list[str] = []
    canvas.said.connect(said.append)
    save_as(canvas, tmp_path / "mine", "pdf", "A4")
    save_as(canvas, tmp_path / "mine.svg", "pdf", "A4")
    save_as(canvas, tmp_path / "nowhere" / "mine.svg", "pdf", "A4")
    assert pages_of(tmp_path / "mine.pdf") == 1
    assert "N1" in texts_of(tmp_path / "mine.svg")
    assert said[:2] == ["The drawing is in mine.pdf.", "The drawing is in mine.svg."]
    assert "could not be written" in said[2]


def test_the_deed_asks_for_a_file_and_takes_nothing_from_the_drawing(opened: Open, tmp_path: Path) -> None:
    canvas = opened(replace(STORY, name="Größe: お得意様")).canvas
    canvas.run("save-picture")
    (dialog,) = canvas.findChildren(QFileDialog, "picture")
    assert dialog.selectedFiles()[0].endswith("Größe お得意様.pdf")
    dialog.fileSelected.emit(str(tmp_path / "out.pdf"))
    dialog.close()
    assert pages_of(tmp_path / "out.pdf") == 1
    assert canvas.document.undo_stack.count() == 0
