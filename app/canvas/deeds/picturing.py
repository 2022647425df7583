"""The drawing as a picture in a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from app.canvas.deeds.base import Deed, Effect, Group, Place
from app.canvas.picture import FIT, Sheet, save_picture, today
from app.canvas.words import tr
from app.model.errors import ChainwrightError

if TYPE_CHECKING:
    from app.canvas.widget import Canvas

_KINDS: Final = (
    ("PDF, pages of A4", "pdf", "A4"),
    ("PDF, pages of A3", "pdf", "A3"),
    ("PDF, pages of US letter", "pdf", "letter"),
    ("PDF, one page as large as the drawing", "pdf", FIT),
    ("PNG", "png", FIT),
    ("SVG", "svg", FIT),
)
_UNSAFE: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*\s]+')


def ask(canvas: Canvas) -> None:
    """Asks where to save the picture, and how; the canvas stays as it is meanwhile."""
    dialog = QFileDialog(canvas, tr("Save as a picture"))
    dialog.setObjectName("picture")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    kinds = {f"{tr(words)} (*.{ending})": (ending, page) for words, ending, page in _KINDS}
    dialog.setNameFilters(list(kinds))
    dialog.selectFile(f"{file_name(canvas.document.flow.name)}.pdf")

    def save(chosen: str) -> None:
        ending, page = kinds.get(dialog.selectedNameFilter(), ("pdf", "A4"))
        save_as(canvas, Path(chosen), ending, page)

    dialog.fileSelected.connect(save)
    dialog.open()


def save_as(canvas: Canvas, chosen: Path, ending: str, page: str) -> None:
    """Saves the drawing and says so. A name that ends like a picture keeps that, others get ``ending``."""
    known = chosen.suffix.lower() in {f".{kind}" for _, kind, _ in _KINDS}
    out = chosen if known else chosen.with_name(f"{chosen.name}.{ending}")
    document, style = canvas.document, canvas.style_
    canvas.setCursor(Qt.CursorShape.WaitCursor)
    try:
        counts, sheet = document.facts.counts, Sheet(page, today())
        saved = save_picture(document.flow, out, style.theme, style.icons, counts, sheet)
    except ChainwrightError as error:
        canvas.said.emit(error.sentence)
    else:
        said = tr("The drawing is in {file}.").format(file=out.name)
        if saved.pages > 1:
            said = tr("The drawing is on {count} pages in {file}.").format(count=saved.pages, file=out.name)
        canvas.said.emit(f"{said} {saved.words}".strip())
    finally:
        canvas.unsetCursor()


def file_name(title: str) -> str:
    """The flow's name as a file may be called on every system."""
    return _UNSAFE.sub(" ", title).strip(" .")[:80] or "Flow"


DEEDS: Final = (
    Deed(
        "save-picture",
        "Save as a picture…",
        Group.LOOK,
        Effect.LOOKS,
        ask,
        ("Ctrl+P",),
        places=(Place.PAPER,),
        icon="picture",
    ),
)
