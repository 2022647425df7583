"""Something of the workspace, picked by its name: another flow, a segment."""

from __future__ import annotations

from typing import Any

from app.model.kinds import Setting
from app.ui.inspector.editor import UNSET, Choice, Context, Editor, mark_bad
from app.ui.known import Names
from app.ui.widgets import Button, column
from app.ui.words import said, tr
from app.ui.wrap import Wrap


class NameChoice(Choice):
    """A list of names that is read when it is opened. A name that is not there stays and says so."""

    def __init__(self, names: Names, nobody: str, *, empty: str = "") -> None:
        super().__init__()
        self._names = names
        self._nobody = nobody
        self._empty = empty
        self._shown: str | None = None
        self.setMinimumContentsLength(8)

    def show_name(self, name: str) -> None:
        """Shows this one as the chosen one."""
        self._shown = name
        self.fill()

    def fill(self) -> None:
        """Offers what is there now."""
        names = list(self._names())
        kept = self._shown or ""
        offered = [("", self._empty)] if self._empty else []
        offered += [(name, name) for name in names]
        if kept and kept not in names:
            offered.append((kept, tr("{name} (not there)").format(name=kept)))
        if not names and not self._empty and not kept:
            offered = [("", self._nobody)]
        if [(self.itemData(place), self.itemText(place)) for place in range(self.count())] != offered:
            self.clear()
            for value, words in offered:
                self.addItem(words, value)
        self.setCurrentIndex(self.findData(kept))
        self.setPlaceholderText(tr("Choose"))

    def showPopup(self) -> None:
        self.fill()
        super().showPopup()


class FlowEditor(Editor):
    """Another flow of the workspace."""

    def __init__(self, setting: Setting, context: Context) -> None:
        super().__init__()
        own = context.flow

        def others() -> list[str]:
            return [name for name in context.known.flows() if name != own().name]

        self.choice = NameChoice(others, tr("There is no other flow yet"))
        self.choice.setAccessibleName(said(setting.label))
        self.choice.activated.connect(lambda: self.changed.emit(self.choice.currentData() or UNSET))
        self.setLayout(column(self.choice))
        self.setFocusProxy(self.choice)

    def show_value(self, value: Any) -> None:
        self.choice.show_name(value if isinstance(value, str) else "")

    def set_bad(self, *, bad: bool) -> None:
        mark_bad(self.choice, bad=bad)


class SegmentEditor(Editor):
    """A segment; beside it the ways to its form and to a new one, where the window has that form."""

    def __init__(self, setting: Setting, context: Context) -> None:
        super().__init__()
        self._edit = context.known.edit_segment
        everybody = "" if setting.required else tr("Everybody")
        self.choice = NameChoice(context.known.segments, tr("There is no segment yet"), empty=everybody)
        self.choice.setAccessibleName(said(setting.label))
        self.choice.activated.connect(self._chosen)
        self.new = Button(context.theming, tr("New segment…"), "plus", "link-small", color="accent-text")
        self.open = Button(context.theming, tr("Change it…"), "edit", "link-small", color="accent-text")
        self.new.clicked.connect(lambda: self._ask(""))
        self.open.clicked.connect(lambda: self._ask(str(self.choice.currentData() or "")))
        if self._edit is None:
            self.new.hide()
        self.setLayout(column(self.choice, Wrap(self.new, self.open), gap=2))
        self.setFocusProxy(self.choice)

    def show_value(self, value: Any) -> None:
        name = value if isinstance(value, str) else ""
        self.choice.show_name(name)
        self.open.setVisible(self._edit is not None and bool(name))

    def set_bad(self, *, bad: bool) -> None:
        mark_bad(self.choice, bad=bad)

    def _chosen(self) -> None:
        name = str(self.choice.currentData() or "")
        self.open.setVisible(self._edit is not None and bool(name))
        self.changed.emit(name or UNSET)

    def _ask(self, name: str) -> None:
        if self._edit is not None:
            self._edit(name, self._take)

    def _take(self, name: str) -> None:
        self.choice.show_name(name)
        self._chosen()
