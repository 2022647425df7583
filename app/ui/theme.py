"""Light and dark: the tokens as colours, as a palette and as a style sheet, and the choice between them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Final

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from app.canvas.icons import Icons
from app.canvas.style import TILE_MARGIN, Style
from app.canvas.theme import CanvasTheme, theme_from_tokens
from app.model.kinds import Kind
from app.ui.drawn_icon import DrawnIcon, Look
from app.ui.resources import RESOURCES
from app.ui.stylesheet import style_pictures, stylesheet

CHOICES: Final = ("system", "light", "dark")
_KEPT: Final = "look/theme"

_ROLES: Final[Mapping[QPalette.ColorRole, str]] = {
    QPalette.ColorRole.Window: "surface",
    QPalette.ColorRole.WindowText: "ink",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "surface-2",
    QPalette.ColorRole.Text: "ink",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "ink",
    QPalette.ColorRole.ToolTipBase: "surface",
    QPalette.ColorRole.ToolTipText: "ink",
    QPalette.ColorRole.PlaceholderText: "ink-3",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on-accent",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accent-text",
    QPalette.ColorRole.LinkVisited: "accent-text",
    QPalette.ColorRole.BrightText: "danger",
    QPalette.ColorRole.Light: "surface-2",
    QPalette.ColorRole.Midlight: "surface-3",
    QPalette.ColorRole.Mid: "line",
    QPalette.ColorRole.Dark: "line-strong",
    QPalette.ColorRole.Shadow: "line-strong",
}


def palette(theme: CanvasTheme) -> QPalette:
    """What widgets without a rule in the style sheet are painted with."""
    made = QPalette()
    for role, token in _ROLES.items():
        made.setColor(role, QColor(theme.colors[token]))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.colors["ink-3"]))
    return made


@cache
def load_theme(name: str) -> CanvasTheme:
    """The theme ``light`` or ``dark``, from the tokens."""
    tokens = json.loads((RESOURCES / "style" / "tokens.json").read_text(encoding="utf-8"))
    return theme_from_tokens(tokens, name)


def kept_choice() -> str:
    """What the person chose the last time, ``system`` at first."""
    kept = QSettings().value(_KEPT, CHOICES[0])
    return kept if isinstance(kept, str) and kept in CHOICES else CHOICES[0]


class Theming(QObject):
    """The theme that is on, its icons, and who wants to know when another one is."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: str = "system") -> None:
        super().__init__()
        self._app = app
        self._choice = choice
        self.icons = Icons(RESOURCES / "icons")
        self._theme = load_theme(self._wanted())
        self.style = Style(self._theme, self.icons)
        """Pens, fonts and tiles as the canvas paints them."""
        app.styleHints().colorSchemeChanged.connect(self._follow)
        self._dress()

    @property
    def theme(self) -> CanvasTheme:
        """What is on now."""
        return self._theme

    @property
    def choice(self) -> str:
        """One of ``CHOICES``."""
        return self._choice

    def color(self, token: str) -> QColor:
        """The colour of this token now."""
        return QColor(self._theme.colors[token])

    def icon(self, name: str, color: str = "ink-2", size: int = 20, room: int = 0) -> QIcon:
        """An icon for a button, with ``room`` px on its right; paler while it cannot be pressed."""
        colors = self._theme.colors
        return QIcon(DrawnIcon(self.icons, Look(name, colors[color], colors["line-strong"], size, room)))

    def tile(self, kind: Kind | None, size: int, scale: float, *, off: bool = False) -> QPixmap:
        """The tile of a kind on a square of ``size`` px, corners included."""
        category, name = (str(kind.category), kind.icon) if kind else ("action", "help")
        return self.style.tile(category, name, size - 2 * TILE_MARGIN, scale, off=off)

    def choose(self, choice: str) -> None:
        """Switches, or follows the system from now on."""
        self._choice = choice
        QSettings().setValue(_KEPT, choice)
        self._follow()

    def _follow(self) -> None:
        wanted = load_theme(self._wanted())
        if wanted is not self._theme:
            self._theme = wanted
            self.style = Style(wanted, self.icons)
            self._dress()
            self.changed.emit()

    def _dress(self) -> None:
        theme = self._theme
        self._app.setPalette(palette(theme))
        self._app.setStyleSheet(stylesheet(theme.colors, style_pictures(theme.name, theme.colors)))

    def _wanted(self) -> str:
        if self._choice != "system":
            return self._choice
        scheme = self._app.styleHints().colorScheme()
        return "dark" if scheme is Qt.ColorScheme.Dark else "light"
