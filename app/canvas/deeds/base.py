"""What a command of the canvas says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

if TYPE_CHECKING:
    from app.canvas.widget import Canvas

Standard = QKeySequence.StandardKey
Key = QKeySequence.StandardKey | str


class Effect(Enum):
    """What a deed does to the document."""

    CHANGES = "changes"
    """It makes exactly one step of undo, or none where there is nothing to do."""
    HISTORY = "history"
    """It goes through the steps of undo."""
    OPENS = "opens"
    """Another document takes its place, with a history of its own."""
    LOOKS = "looks"
    """It leaves the document as it is."""


class Place(Enum):
    """The context menus, by what lies under the pointer."""

    NODE = "node"
    EDGE = "edge"
    NOTE = "note"
    FRAME = "frame"
    PAPER = "paper"


class Group(Enum):
    """Deeds that stand together in a menu and on the cheat sheet, under these words."""

    EDIT = "Edit"
    ADD = "Add and connect"
    SELECT = "Select"
    ARRANGE = "Arrange"
    PAPER = "Notes and frames"
    LOOK = "Look"
    WALK = "Walk by keys"


def _always(_canvas: Canvas) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Deed:
    """A command of the canvas. ``words`` and ``Group`` values are English; ``tr`` turns them on screen."""

    name: str
    words: str
    group: Group
    effect: Effect
    run: Callable[[Canvas], None]
    keys: tuple[Key, ...] = ()
    ready: Callable[[Canvas], bool] = _always
    """Whether it can be done now; asked again after each change of document or selection."""
    places: tuple[Place, ...] = ()
    """The context menus in which it stands."""
    now: Callable[[Canvas], str] | None = field(default=None)
    """Words that say more than ``words`` as things stand (“Undo Move”), already translated."""
    icon: str = ""
    menu: str = ""
    """The words of the submenu in which it stands, in English; empty for none."""
    swatch: str | None = None
    """The hue that is shown before its words; empty for no colour, None for no swatch."""
    on_paper: bool = False
    """Its keys mean it only while the paper itself has the keyboard, so that fields over it can have them."""
