"""F6: from part to part of the window, in the order in which they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow


def go_part(window: MainWindow, step: int) -> None:
    """Puts the keyboard into the next part (1) or the one before (-1)."""
    parts = [(one, first) for one in parts_of(window) if (first := entrance(window, one)) is not None]
    focused = QApplication.focusWidget()
    here = next(
        (number for number, (one, _) in enumerate(parts) if _holds(one, focused)), -1 if step > 0 else 0
    )
    if parts:
        parts[(here + step) % len(parts)][1].setFocus(Qt.FocusReason.ShortcutFocusReason)


def parts_of(window: MainWindow) -> list[QWidget]:
    """Top bar, page bar, palette, canvas, problems, inspector, status; of other pages the page itself."""
    page = window.flow
    if window.page != "flow":
        shown = window.shown_page
        return [window.top, *([shown] if shown else []), window.status]
    parts = [window.top, page.bar, page.palette_, page.history, page.canvas, page.problems]
    return [*parts, page.inspector, window.status]


def entrance(window: MainWindow, one: QWidget) -> QWidget | None:
    """What has the keyboard first in a part: the one that is used most; None where nothing can have it."""
    page = window.flow
    preferred: dict[QWidget, QWidget] = {
        window.top: window.top.checked,
        page.bar: page.bar.publish,
        page.palette_: page.palette_.list,
        page.canvas: page.canvas.view,
        page.inspector: page.inspector.title,
        window.status: window.status,
    }
    wanted = preferred.get(one)
    if wanted is not None and one.isVisibleTo(window):
        return wanted
    able = (child for child in one.findChildren(QWidget) if child.isVisibleTo(window) and child.isEnabled())
    return next((child for child in able if child.focusPolicy() & Qt.FocusPolicy.TabFocus), None)


def _holds(one: QWidget, focused: QWidget | None) -> bool:
    return focused is not None and (focused is one or one.isAncestorOf(focused))
