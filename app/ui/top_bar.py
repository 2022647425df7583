"""The top bar: whose workspace this is, the pages, find, and how the window looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QButtonGroup, QLabel, QMenu, QPushButton, QWidget

from app.model.frozen import dataclass
from app.ui.theme import CHOICES, Theming
from app.ui.widgets import Button, Chip, IconButton, Picture, label, part, row
from app.ui.words import tr

if TYPE_CHECKING:
    from app.model.ports import Status

HEIGHT = 48
_FIND_WIDTH = 232


@dataclass(frozen=True, slots=True)
class Page:
    """One tab."""

    name: str
    words: str


class TopBar(QWidget):
    """48 px high. ``page_chosen`` carries the page's name; ``sending_asked``: hours and limits are wanted."""

    page_chosen = Signal(str)
    find_asked = Signal()
    sending_asked = Signal()

    def __init__(self, theming: Theming, pages: tuple[Page, ...]) -> None:
        super().__init__()
        part(self, "top-bar")
        self.setFixedHeight(HEIGHT)
        self._theming = theming
        self._counts: dict[str, QLabel] = {}
        self.workspace = label(role="strong")
        self.practice = Chip()
        self.practice.setToolTip(tr("Practice mode. Every message stays on this machine"))
        self.tabs = self._made_tabs(pages)
        self.find_field = self._made_find()
        self.find_small = IconButton(theming, "search", tr("Find or do anything (Ctrl K)"))
        self.find_small.clicked.connect(self.find_asked)
        self.sending = IconButton(theming, "settings", tr("Settings of sending…"))
        self.sending.clicked.connect(self.sending_asked)
        self.look = IconButton(theming, "moon", tr("Light or dark"))
        self.look.setMenu(self._look_menu())
        tabs = row(*(self._with_count(page, self.tabs[page.name]) for page in pages), gap=0)
        mark = Picture(theming, "app", "ink", 24)
        box = row(mark, self.workspace, self.practice, 8, tabs, None, margins=(20, 0, 12, 0))
        for widget in (self.find_field, self.find_small, self.sending, self.look):
            box.addWidget(widget)
        self.setLayout(box)
        self.set_compact(compact=False)

    @property
    def checked(self) -> QPushButton:
        """The tab of the page that is on."""
        tabs = list(self.tabs.values())
        return next((tab for tab in tabs if tab.isChecked()), tabs[0])

    def show_page(self, name: str) -> None:
        """Marks the tab of the page that is on."""
        self.tabs[name].setChecked(True)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """News on the tabs; zero shows nothing."""
        for name, count in counts.items():
            shown = self._counts[name]
            shown.setText(str(count) if count < 1_000 else "999+")
            shown.setVisible(count > 0)

    def set_status(self, status: Status) -> None:
        """Workspace and practice mode."""
        self.workspace.setText(status.workspace or tr("Workspace"))
        self.practice.say(tr("Practice mode") if status.practice else "", "practice")

    def set_compact(self, *, compact: bool) -> None:
        """Folds find into its icon."""
        self.find_field.setVisible(not compact)
        self.find_small.setVisible(compact)

    def _made_tabs(self, pages: tuple[Page, ...]) -> dict[str, QPushButton]:
        group = QButtonGroup(self)
        tabs: dict[str, QPushButton] = {}
        for index, page in enumerate(pages, start=1):
            tab = Button(self._theming, page.words, kind="tab")
            tab.setCheckable(True)
            tab.setShortcut(f"Ctrl+{index}")
            tab.setToolTip(f"{page.words} (Ctrl {index})")
            tab.clicked.connect(lambda _on=False, name=page.name: self.page_chosen.emit(name))
            group.addButton(tab)
            tabs[page.name] = tab
        return tabs

    def _with_count(self, page: Page, tab: QPushButton) -> QWidget:
        count = label(role="count")
        count.hide()
        self._counts[page.name] = count
        holder = QWidget()
        holder.setLayout(row(tab, count, margins=(0, 0, 4, 0), gap=0))
        return holder

    def _made_find(self) -> QPushButton:
        find = Button(self._theming, tr("Find or do anything"), "search", "find", color="ink-3")
        find.setFixedWidth(_FIND_WIDTH)
        find.clicked.connect(self.find_asked)
        key = label("Ctrl K", "key")
        key.setFixedHeight(18)
        find.setLayout(row(None, key, margins=(0, 0, 8, 0)))
        return find

    def _look_menu(self) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        words = {"system": tr("As the system"), "light": tr("Light"), "dark": tr("Dark")}
        for choice in CHOICES:
            action = QAction(words[choice], menu)
            action.setCheckable(True)
            action.setChecked(choice == self._theming.choice)
            action.triggered.connect(lambda _on=False, name=choice: self._theming.choose(name))
            group.addAction(action)
            menu.addAction(action)
        return menu
