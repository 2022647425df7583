"""A flow as a picture in a file: PNG, SVG or PDF. No window and no display is needed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QPageSize, QPaintDevice, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication

from app.canvas.document import CanvasDocument
from app.canvas.icons import Icons
from app.canvas.scene import CanvasScene
from app.canvas.selection import Selection
from app.canvas.style import Style
from app.canvas.theme import CanvasTheme
from app.model.errors import UserError, WorldError
from app.model.flow import Flow
from app.model.ports import Counts

SUFFIXES: Final = (".png", ".svg", ".pdf")
_MARGIN: Final = 32.0
_SHARP: Final = 2.0
_MOST_PX: Final = 16_000
_DPI: Final = 96
_EMPTY: Final = QRectF(0, 0, 320, 160)


def application() -> QApplication:
    """The running application, or one without a display."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QApplication([])


def save_picture(
    flow: Flow, out: Path, theme: CanvasTheme, icons: Icons, counts: Counts | None = None
) -> None:
    """Draws the flow into ``out``; its ending says how.

    Raises UserError for another ending, WorldError when the file cannot be written. An application has to
    be there: see ``application``.
    """
    ending = out.suffix.lower()
    if ending not in SUFFIXES:
        raise UserError("A picture's name has to end in .png, .svg or .pdf.")
    refusal = f"The picture could not be written to {out}. Is there such a folder, and room in it?"
    try:
        out.open("ab").close()
    except OSError as error:
        raise WorldError(refusal) from error
    sheet = _Sheet(flow, theme, icons, counts)
    scene, area = sheet.scene, _area(sheet.scene)
    if ending == ".png":
        saved = _image(scene, area, _SHARP).save(str(out))
    elif ending == ".svg":
        saved = _paint(scene, area, _svg(area, out, flow.name))
    else:
        saved = _paint(scene, area, _pdf(area, out, flow.name))
    if not saved:
        raise WorldError(refusal)


def flow_image(
    flow: Flow, theme: CanvasTheme, icons: Icons, counts: Counts | None = None, scale: float = _SHARP
) -> QImage:
    """The flow as an image of ``scale`` pixels a scene unit, smaller where it would be huge."""
    sheet = _Sheet(flow, theme, icons, counts)
    return _image(sheet.scene, _area(sheet.scene), scale)


class _Sheet:
    """A scene of its own for one picture, and what it needs to live."""

    def __init__(self, flow: Flow, theme: CanvasTheme, icons: Icons, counts: Counts | None) -> None:
        self._document = CanvasDocument(flow)
        self._document.set_counts(counts or Counts())
        self._selection = Selection()
        self.scene = CanvasScene(self._document, self._selection, Style(theme, icons))
        self.scene.look.vector = True
        self.scene.look_at(None)


def _area(scene: CanvasScene) -> QRectF:
    extent = scene.extent()
    return _EMPTY if extent.isEmpty() else extent.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)


def _image(scene: CanvasScene, area: QRectF, scale: float) -> QImage:
    fitting = min(scale, _MOST_PX / area.width(), _MOST_PX / area.height())
    size = (area.size() * fitting).toSize().expandedTo(QSize(1, 1))
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
    generator.setResolution(_DPI)
    generator.setTitle(title)
    return generator


def _pdf(area: QRectF, out: Path, title: str) -> QPdfWriter:
    writer = QPdfWriter(str(out))
    writer.setTitle(title)
    writer.setResolution(_DPI)
    size = QSizeF(area.width(), area.height()) * 72 / _DPI
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF())
    return writer
