"""The deeds as Qt actions of one canvas: their keys work while it or a part of it has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence

from app.canvas.deeds.base import Deed, Key, Place
from app.canvas.deeds.every import ALL
from app.canvas.words import tr

if TYPE_CHECKING:
    from app.canvas.widget import Canvas


class CanvasActions:
    """One action per deed."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._deeds = {deed.name: deed for deed in ALL}
        self._actions = {deed.name: self._made(deed) for deed in ALL}
        self.on_paper = _by_key([deed for deed in ALL if deed.on_paper])
        """The deeds of keys that work while the paper itself has the keyboard, by key."""

    def __getitem__(self, name: str) -> QAction:
        """The action of the deed of this name."""
        return self._actions[name]

    @property
    def all(self) -> tuple[QAction, ...]:
        """Every action, in the order of a menu."""
        return tuple(self._actions.values())

    def at(self, place: Place) -> tuple[tuple[Deed, QAction], ...]:
        """What stands in the context menu of this place."""
        return tuple((deed, self._actions[deed.name]) for deed in ALL if place in deed.places)

    def run(self, name: str) -> None:
        """Does the deed of this name, if it can be done now."""
        deed = self._deeds[name]
        if deed.ready(self._canvas):
            self._do(deed)

    def refresh(self) -> None:
        """Shows what can be done now."""
        for name, deed in self._deeds.items():
            action = self._actions[name]
            action.setEnabled(deed.ready(self._canvas))
            if deed.now is not None:
                action.setText(deed.now(self._canvas))

    def _do(self, deed: Deed) -> None:
        self._canvas.keys.leave()
        if set(deed.places) - {Place.PAPER}:
            self._canvas.focus.adopt()
        deed.run(self._canvas)

    def _made(self, deed: Deed) -> QAction:
        words = tr(deed.words)
        action = QAction(words, self._canvas)
        action.setObjectName(deed.name)
        action.setShortcuts(sequences(deed.keys))
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{words} ({shown})" if shown else words)
        action.triggered.connect(lambda _checked=False: self._do(deed))
        if deed.on_paper:
            # Shown in menus; the keys themselves come through the canvas.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        else:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self._canvas.addAction(action)
        return action


def sequences(keys: tuple[Key, ...]) -> list[QKeySequence]:
    """The keys as this system has them, each once."""
    found: list[QKeySequence] = []
    for key in keys:
        bound = [QKeySequence(key)] if isinstance(key, str) else QKeySequence.keyBindings(key)
        found += [one for one in bound if one not in found]
    return found


def _by_key(deeds: list[Deed]) -> dict[str, tuple[Deed, ...]]:
    found: dict[str, tuple[Deed, ...]] = {}
    for deed in deeds:
        for key in sequences(deed.keys):
            found[key.toString()] = (*found.get(key.toString(), ()), deed)
    return found
