"""Tab goes as the eye reads: from top to bottom, each row from left to right, also where rows come and go."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtWidgets import QWidget

_ROW: Final = 14
"""Middles closer than this (px) stand in one row."""


def beside(inside: QWidget, here: QWidget, step: int) -> QWidget | None:
    """The next (1) or the one before (-1) that takes Tab; None at the ends and outside."""
    row = in_sight(inside)
    place = row.index(here) + step if here in row else -1
    return row[place] if 0 <= place < len(row) else None


def in_sight(inside: QWidget) -> list[QWidget]:
    """What takes Tab inside, in the order of reading."""
    # What has just come or gone has no place before the layouts have been asked.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    found = [one for one in inside.findChildren(QWidget) if _takes_tab(one) and one.isVisibleTo(inside)]
    places = {one: one.mapTo(inside, QPoint(0, 0)) + QPoint(0, one.height() // 2) for one in found}
    found.sort(key=lambda one: places[one].y())
    rows: list[list[QWidget]] = []
    for one in found:
        if not rows or places[one].y() - places[rows[-1][0]].y() > _ROW:
            rows.append([])
        rows[-1].append(one)
    return [one for row in rows for one in sorted(row, key=lambda widget: places[widget].x())]


def _takes_tab(widget: QWidget) -> bool:
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes and widget.isEnabled() and widget.focusProxy() is None
