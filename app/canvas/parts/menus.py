"""The context menus of the canvas, made from the deeds: by the right button, or by the Menu key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QIcon, QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import QMenu

from app.canvas.deeds.base import Deed, Place
from app.canvas.focus import area_of, parts_of
from app.canvas.hits import Hit, Target, hit
from app.canvas.words import tr

if TYPE_CHECKING:
    from app.canvas.widget import Canvas

_ICON: Final = 16
_PLACES: Final = {
    Target.NODE: Place.NODE,
    Target.EDGE: Place.EDGE,
    Target.NOTE: Place.NOTE,
    Target.FRAME: Place.FRAME,
}
_FIRST: Final = (
    (
        "open",
        "settings",
        "rename",
        "write",
        "add-node",
        "type-chain",
        "duplicate",
        "connect",
        "lead-elsewhere",
    ),
    ("select-following", "collapse-following", "collapse-selection", "open-up", "zoom-selection"),
    ("Colour", "note", "frame"),
    ("who-is-here", "what-failed", "why"),
)
"""What stands at the top, in parts. Names of deeds and words of submenus, in the order of UI.md section 7."""
_LAST: Final = (
    ("cut", "copy", "copy-chain", "paste"),
    ("join-neighbours", "disconnect", "delete-open", "delete", "delete-all"),
)


class Menus(QObject):
    """One for each canvas. While a menu is open, ``canvas.pointer_place`` is where it was opened."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.menu: QMenu | None = None

    def open_at(self, at: QPoint) -> None:
        """The menu of what lies at a place of the viewport."""
        canvas = self._canvas
        scene_at = canvas.view.to_scene(QPointF(at))
        found = hit(canvas.scene, scene_at)
        place = Place.EDGE if found.edge is not None else _PLACES.get(found.target, Place.PAPER)
        if found.parts.nodes:
            place = Place.NODE
        parts = parts_of(canvas.scene.drawing, found)
        if parts and parts & canvas.selection.parts != parts:
            canvas.selection.set(parts)
        elif place is Place.PAPER:
            canvas.selection.clear()
        self._open(place, canvas.view.viewport().mapToGlobal(at), scene_at)

    def open_at_focus(self) -> None:
        """The menu of the part that has the keyboard, just below it; of the paper where none has."""
        canvas, part = self._canvas, self._canvas.focus.live
        area = area_of(canvas.scene.drawing, part)
        if area is None:
            middle = canvas.view.seen.center()
            self._open(Place.PAPER, self._on_screen(middle), middle)
            return
        canvas.focus.scroll_to()
        if canvas.focus.parts & canvas.selection.parts != canvas.focus.parts:
            canvas.selection.set(canvas.focus.parts)
        corner = QPointF(area.x + min(24.0, area.width / 2), area.y + min(area.height, 48.0))
        self._open(_place_of(part), self._on_screen(corner), QPointF(*area.center))

    def made(self, place: Place) -> QMenu:
        """The menu of a place, with what can be done now."""
        menu = QMenu(self._canvas)
        menu.setAccessibleName(tr("What can be done here"))
        submenus: dict[str, QMenu] = {}
        ready = [
            (deed, action) for deed, action in self._canvas.actions_.at(place) if deed.ready(self._canvas)
        ]
        for section in _sections([deed for deed, _ in ready]):
            if not menu.isEmpty():
                menu.addSeparator()
            for name in section:
                for deed, action in ready:
                    if name in (deed.menu, deed.name):
                        self._add(menu, submenus, deed, action)
        return menu

    def _add(self, menu: QMenu, submenus: dict[str, QMenu], deed: Deed, action: QAction) -> None:
        self._dress(deed, action)
        if not deed.menu:
            menu.addAction(action)
            return
        if deed.menu not in submenus:
            submenus[deed.menu] = menu.addMenu(tr(deed.menu))
        submenus[deed.menu].addAction(action)

    def _dress(self, deed: Deed, action: QAction) -> None:
        look, ratio = self._canvas.style_, self._canvas.devicePixelRatioF()
        if deed.swatch is not None:
            action.setIcon(QIcon(self._swatch(deed.swatch, ratio)))
        elif deed.icon:
            color = look.theme.colors["ink-2"]
            action.setIcon(QIcon(look.icons.pixmap(deed.icon, color, _ICON, ratio)))
        action.setIconVisibleInMenu(True)
        action.setShortcutVisibleInContextMenu(True)

    def _swatch(self, hue: str, ratio: float) -> QPixmap:
        pixmap = QPixmap(QSize(_ICON, _ICON) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        look = self._canvas.style_
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.pen("line-strong"))
        painter.setBrush(look.brush(hue) if hue else look.no_brush)
        painter.drawEllipse(QRectF(2, 2, _ICON - 4, _ICON - 4))
        painter.end()
        return pixmap

    def _on_screen(self, at: QPointF) -> QPoint:
        view = self._canvas.view
        return view.viewport().mapToGlobal(view.to_screen(at).toPoint())

    def _open(self, place: Place, at: QPoint, scene_at: QPointF) -> None:
        self.close()
        self._canvas.keys.leave()
        self._canvas.view.pointer_place = scene_at
        self.menu = self.made(place)
        self.menu.aboutToHide.connect(self._hidden)
        self.menu.popup(at)
        first = self.menu.actions()
        if first:
            self.menu.setActiveAction(first[0])

    def close(self) -> None:
        """Takes an open menu away."""
        if self.menu is not None:
            self.menu.close()
            self._forget()

    def _hidden(self) -> None:
        # What was chosen is done after the menu has gone, and still has to know the place.
        QTimer.singleShot(0, self._forget)

    def _forget(self) -> None:
        menu, self.menu = self.menu, None
        if menu is not None and not menu.isVisible():
            self._canvas.view.pointer_place = None
            menu.deleteLater()
        else:
            self.menu = menu


def _place_of(part: Hit) -> Place:
    return Place.EDGE if part.edge is not None else _PLACES.get(part.target, Place.PAPER)


def _sections(deeds: Sequence[Deed]) -> list[tuple[str, ...]]:
    """Names in parts between which a line is drawn: known ones at their places, others in the middle."""
    names = dict.fromkeys(deed.menu or deed.name for deed in deeds)
    known = {name for section in (*_FIRST, *_LAST) for name in section}
    groups: dict[str, list[str]] = {}
    for deed in deeds:
        name = deed.menu or deed.name
        if name not in known and name not in groups.setdefault(deed.group.value, []):
            groups[deed.group.value].append(name)
    rows = [*_FIRST, *map(tuple, groups.values()), *_LAST]
    return [row for section in rows if (row := tuple(name for name in section if name in names))]


def shortcut_words(action: QAction) -> str:
    """The first shortcut as this system writes it; empty for none."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
