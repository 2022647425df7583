"""A branch as one line of text: typed, copied and pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QGuiApplication

from app.canvas.chaining import said
from app.canvas.deeds.base import Deed, Effect, Group, Place
from app.canvas.words import tr
from app.flows.chains.reading import read_chain

if TYPE_CHECKING:
    from app.canvas.widget import Canvas

_LONGEST: Final = 50_000


def type_chain(canvas: Canvas) -> None:
    """Opens the line; what it says is added by Enter."""
    canvas.chainer.ask()


def copy_chain(canvas: Canvas) -> None:
    """The line of the selected nodes, on the clipboard."""
    QGuiApplication.clipboard().setText(said(canvas.document.flow, canvas.selection.parts))
    canvas.said.emit(tr("Copied as one line of text. Paste it into a mail, or here with Ctrl V"))


def offers_chain(canvas: Canvas, text: str) -> bool:
    """Opens the line with this text if it says a chain; whether it did."""
    line = " ".join(text.split("\n")).strip()
    if not line or len(line) > _LONGEST or canvas.document.is_read_only:
        return False
    chain = read_chain(line)
    if not chain.part.nodes or chain.complaints:
        return False
    canvas.chainer.ask(line)
    return True


DEEDS: Final = (
    # It opens a line; what the line says when Enter is pressed is the step of undo.
    Deed(
        "type-chain",
        "Type a chain…",
        Group.ADD,
        Effect.LOOKS,
        type_chain,
        ("Ctrl+L",),
        lambda canvas: not canvas.document.is_read_only,
        (Place.NODE, Place.PAPER),
    ),
    Deed(
        "copy-chain",
        "Copy as a chain",
        Group.EDIT,
        Effect.LOOKS,
        copy_chain,
        ("Ctrl+Shift+C",),
        lambda canvas: bool(canvas.selection.parts.nodes),
        (Place.NODE,),
    ),
)
