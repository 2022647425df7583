"""A flow as a picture in a file: PNG, SVG or PDF. No window and no display is needed."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDate, QLocale, QRectF, QSize
from PySide6.QtGui import QImage, QPaintDevice, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication

from app.canvas.document import CanvasDocument
from app.canvas.geometry import Rect
from app.canvas.icons import Icons
from app.canvas.paging import DPI, MOST_PAGES, PAPERS, READABLE, plan
from app.canvas.printing import Booklet, writer_for
from app.canvas.scene import CanvasScene
from app.canvas.selection import Selection
from app.canvas.style import Style
from app.canvas.theme import CanvasTheme
from app.flows.windows import rings
from app.model.errors import UserError, WorldError
from app.model.flow import Flow
from app.model.ports import Counts

SUFFIXES: Final = (".png", ".svg", ".pdf")
_MARGIN: Final = 32.0
_SHARP: Final = 2.0
_MOST_PX: Final = 16_000
_MOST_PIXELS: Final = 64_000_000
"""A PNG of so many takes 256 MB while it is painted."""
_MOST_PDF: Final = 19_000.0
"""px; readers show no longer side than 200 inches."""
FIT: Final = "fit"
PAGES: Final = (*PAPERS, FIT)
"""Papers, and one page as large as the drawing."""
_EMPTY: Final = QRectF(0, 0, 320, 160)


def application() -> QApplication:
    """The running application, or one without a display."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QApplication([])


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a picture says beside the drawing, and on what.

    ``page``: one of ``PAGES``, for PDF only; ``about``: a line such as the date and the version.
    """

    page: str = "A4"
    about: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """How it went: pages, the scale of the drawing, and a sentence where it had to be small."""

    pages: int
    scale: float
    words: str = ""


def today() -> str:
    """The date as people of this place write it."""
    return QLocale().toString(QDate.currentDate(), QLocale.FormatType.LongFormat)


def save_picture(
    flow: Flow,
    out: Path,
    theme: CanvasTheme,
    icons: Icons,
    counts: Counts | None = None,
    sheet: Sheet | None = None,
) -> Saved:
    """Draws the flow into ``out``; its ending says how.

    Raises UserError for another ending or paper, WorldError when the file cannot be written. An application
    has to be there: see ``application``.
    """
    ending, wish = out.suffix.lower(), sheet or Sheet()
    if ending not in SUFFIXES:
        raise UserError("A picture's name has to end in .png, .svg or .pdf.")
    if wish.page not in PAGES:
        raise UserError(f"There is no page “{wish.page}”. Choose {', '.join(PAGES[:-1])} or {PAGES[-1]}.")
    refusal = f"The picture could not be written to {out}. Is there such a folder, and room in it?"
    try:
        out.open("ab").close()
    except OSError as error:
        raise WorldError(refusal) from error
    if ending == ".png":
        saved = _save_png(_Stage(flow, theme, icons, counts), out)
    elif ending == ".svg":
        saved = _save_svg(_Stage(flow, theme, icons, counts), out, flow.name)
    else:
        saved = _save_pdf(_Stage(flow, _paper_theme(theme), icons, counts), out, flow.name, wish)
    if saved is None:
        raise WorldError(refusal)
    return saved


def flow_image(
    flow: Flow, theme: CanvasTheme, icons: Icons, counts: Counts | None = None, scale: float = _SHARP
) -> QImage:
    """The flow as an image of ``scale`` pixels a scene unit, smaller where it would be huge."""
    stage = _Stage(flow, theme, icons, counts)
    return _image(stage.scene, _area(stage.scene), scale)


class _Stage:
    """A scene of its own for one picture, and what it needs to live."""

    def __init__(self, flow: Flow, theme: CanvasTheme, icons: Icons, counts: Counts | None) -> None:
        self._document = CanvasDocument(flow)
        self._document.set_counts(counts or Counts())
        self._document.set_rings(rings(flow))
        self._selection = Selection()
        self.scene = CanvasScene(self._document, self._selection, Style(theme, icons))
        self.scene.look.vector = True
        self.scene.look_at(None)
        self.scene.settle()


def _paper_theme(theme: CanvasTheme) -> CanvasTheme:
    """On paper the ground is white, not grey; a dark ground stays as it is."""
    if theme.name != "light":
        return theme
    return replace(theme, colors={**theme.colors, "canvas": theme.colors["surface"]})


def _area(scene: CanvasScene) -> QRectF:
    extent = scene.extent()
    return _EMPTY if extent.isEmpty() else extent.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)


def _save_png(stage: _Stage, out: Path) -> Saved | None:
    area = _area(stage.scene)
    scale, words = _fitting(area, _SHARP), ""
    if scale < _SHARP:
        words = (
            f"The drawing is too large for a sharp PNG: it is drawn at {scale:.0%} of its size"
            " instead of 200%. SVG and PDF have no such limit."
        )
    return Saved(1, scale, words) if _image(stage.scene, area, _SHARP).save(str(out)) else None


def _save_svg(stage: _Stage, out: Path, title: str) -> Saved | None:
    area = _area(stage.scene)
    return Saved(1, 1.0) if _paint(stage.scene, area, _svg(area, out, title)) else None


def _save_pdf(stage: _Stage, out: Path, title: str, sheet: Sheet) -> Saved | None:
    scene, area = stage.scene, _area(stage.scene)
    if sheet.page == FIT:
        scale = min(1.0, _MOST_PDF / area.width(), _MOST_PDF / area.height())
        writer = writer_for(str(out), title, area.width() * scale, area.height() * scale)
        return Saved(1, scale) if _paint(scene, area, writer) else None
    rect = Rect(area.x(), area.y(), area.width(), area.height())
    drawn = plan(rect, sheet.page, lambda part: _shows(scene, part))
    words = ""
    if drawn.scale < READABLE:
        words = (
            f"The drawing is too large for {MOST_PAGES} pages that can be read: it is drawn at"
            f" {drawn.scale:.0%} of its size. Collapse branches, or choose a larger page."
        )
    booklet = Booklet(scene, drawn, title or "Chainwright", sheet.about)
    return Saved(booklet.pages, drawn.scale, words) if booklet.write(str(out)) else None


def _shows(scene: CanvasScene, part: Rect) -> bool:
    drawing = scene.drawing
    papers = [Rect(one.x, one.y, one.width, one.height) for one in drawing.notes]
    papers += [Rect(one.x, one.y, one.width, one.height) for one in drawing.frames]
    return any(map(bool, drawing.near(part))) or any(part.touches(area) for area in papers)


def _fitting(area: QRectF, scale: float) -> float:
    """The scale at which a PNG neither has too long a side nor too many pixels to be held at once."""
    most = math.sqrt(_MOST_PIXELS / (area.width() * area.height()))
    return min(scale, _MOST_PX / area.width(), _MOST_PX / area.height(), most)


def _image(scene: CanvasScene, area: QRectF, scale: float) -> QImage:
    size = (area.size() * _fitting(area, scale)).toSize().expandedTo(QSize(1, 1))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(scene.look.style.color("canvas"))
    _paint(scene, area, image)
    return image


def _paint(scene: CanvasScene, area: QRectF, device: QPaintDevice) -> bool:
    painter = QPainter()
    if not painter.begin(device):
        return False
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    target = QRectF(0, 0, device.width(), device.height())
    painter.fillRect(target, scene.look.style.brush("canvas"))
    scene.render(painter, target, area)
    return painter.end()


def _svg(area: QRectF, out: Path, title: str) -> QSvgGenerator:
    generator = QSvgGenerator()
    generator.setFileName(str(out))
    generator.setSize(area.size().toSize())
    generator.setViewBox(QRectF(0, 0, area.width(), area.height()))
    generator.setResolution(DPI)
    generator.setTitle(title)
    return generator
