"""Icons of buttons: as sharp as the screen, paler when they cannot be pressed, drawn when they are shown."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPainter
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.ui.theme import Theming

MODES = (QIcon.Mode.Normal, QIcon.Mode.Disabled)


@pytest.fixture
def theming(qapp: QApplication) -> Theming:
    made = Theming(qapp)
    made.choose("light")
    return made


def _strongest(image: QImage) -> QColor:
    found = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(found, key=QColor.alpha)


@pytest.mark.parametrize("scale", [1, 1.25, 1.5, 2])
def test_an_icon_has_the_pixels_of_its_screen(theming: Theming, scale: float) -> None:
    drawn = theming.icon("publish", size=20).pixmap(QSize(20, 20), scale)
    assert drawn.width() == drawn.height() == round(20 * scale)
    assert drawn.devicePixelRatio() == scale


def test_an_icon_is_never_larger_than_it_was_made_and_smaller_where_less_is_asked(theming: Theming) -> None:
    icon = theming.icon("publish", size=20)
    assert icon.actualSize(QSize(64, 64)) == QSize(20, 20)
    assert icon.pixmap(QSize(64, 64), 1.0).width() == 20
    assert icon.pixmap(QSize(16, 16), 1.0).width() == 16


def test_room_is_kept_on_the_right(theming: Theming) -> None:
    drawn = theming.icon("publish", size=18, room=3).pixmap(QSize(21, 18), 2.0).toImage()
    assert (drawn.width(), drawn.height()) == (42, 36)
    assert all(drawn.pixelColor(x, y).alpha() == 0 for x in range(36, 42) for y in range(36))


def test_it_is_paler_while_it_cannot_be_pressed(theming: Theming) -> None:
    icon = theming.icon("publish", "ink")
    normal, disabled = (_strongest(icon.pixmap(QSize(20, 20), 1.0, mode).toImage()) for mode in MODES)
    assert normal.name() == theming.color("ink").name()
    assert disabled.name() == theming.color("line-strong").name()


def test_only_what_is_shown_is_drawn(theming: Theming) -> None:
    before = len(theming.icons)
    icon = theming.icon("publish", "warn", 13)
    assert len(theming.icons) == before
    icon.pixmap(QSize(13, 13), 1.0)
    assert len(theming.icons) == before + 1


def test_an_icon_outlives_its_names_in_python_and_stands_in_the_middle(
    qtbot: QtBot, theming: Theming
) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    button.setIcon(QIcon(theming.icon("publish")))
    gc.collect()
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    button.icon().paint(painter, 0, 0, 40, 40)
    painter.end()
    seen = [(x, y) for x in range(40) for y in range(40) if image.pixelColor(x, y).alpha()]
    assert seen
    assert all(10 <= x < 30 and 10 <= y < 30 for x, y in seen)
