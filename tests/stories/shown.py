"""The window over a real workspace as a program of its own. It says where things are and does nothing itself.

One question a line on standard input, a JSON list of a name and its arguments; one JSON answer a line on
standard output. Places are pixels of the screen.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, QPointF, Signal
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QLineEdit, QMenu, QWidget

from app.bootstrap.house import House
from app.bootstrap.window_desk import WorkspaceDesk
from app.bootstrap.workspace import open_workspace
from app.ui.app import make_application
from app.ui.inspector.flow_form import FlowForm
from app.ui.inspector.node_form import NodeForm
from app.ui.main_window import MainWindow
from app.ui.theme import Theming

SIZE = (1920, 1040)
Place = list[int]


class Eyes(QObject):
    """What can be seen in the window."""

    asked = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._answers: dict[str, Callable[..., Any]] = {
            "state": self.state,
            "head": self.head,
            "port": self.port,
            "inlet": self.inlet,
            "free": self.free,
            "palette": self.palette,
            "choice": self.choice,
            "button": self.button,
            "field": self.field,
            "tick": self.tick,
            "flow_field": self.flow_field,
            "entry": self.entry,
            "picture": self.picture,
        }
        self.asked.connect(self._answer)

    def listen(self) -> None:
        """Takes questions from standard input until it ends."""
        for line in sys.stdin:
            self.asked.emit(line)

    def _answer(self, line: str) -> None:
        name, *arguments = json.loads(line)
        print(json.dumps(self._answers[name](*arguments)), flush=True)

    # --- the drawing ------------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """What stands on the canvas and around it."""
        window, page = self._window, self._window.flow
        flow = window.session.document.flow
        return {
            "page": window.page,
            "busy": window.operations.busy or window.session.dirty,
            "active": window.isActiveWindow(),
            "name": flow.name,
            "nodes": [[node.id, node.kind] for node in flow.nodes],
            "edges": [[edge.source, edge.outlet, edge.target] for edge in flow.edges],
            "settings": {node.id: dict(node.settings) for node in flow.nodes},
            "flow": dict(flow.settings),
            "selected": list(page.canvas.selected),
            "walked": page.canvas.focus.node,
            "says": page.canvas.keys.words,
            "adding": page.canvas.adder.card.isVisible(),
            "problems": [problem.message for problem in page.problems.problems],
            "published": page.bar.state.text(),
            "focus": self._focus(),
        }

    def _focus(self) -> str:
        """Which widget has the keys: what it is called, else its class."""
        widget = QApplication.focusWidget()
        if widget is None:
            return ""
        words = widget.text() if isinstance(widget, QAbstractButton) else ""
        return widget.accessibleName() or words or type(widget).__name__

    def head(self, name: str) -> Place:
        """Where a node is grabbed."""
        body = self._window.flow.canvas.scene.drawing.body(name)
        return self._seen(body.x + min(60, body.width / 2), body.y + min(20, body.height / 2))

    def port(self, name: str, outlet: str) -> Place | None:
        found = self._window.flow.canvas.scene.drawing.port(name, outlet)
        return None if found is None else self._seen(*found)

    def inlet(self, name: str) -> Place | None:
        found = self._window.flow.canvas.scene.drawing.inlet(name)
        return None if found is None else self._seen(*found)

    def free(self, across: float, down: float) -> Place:
        """A share of the canvas from its top left corner."""
        view = self._window.flow.canvas.view.viewport()
        return _place(view, QPoint(round(view.width() * across), round(view.height() * down)))

    def palette(self, kind: str) -> Place:
        rows = self._window.flow.palette_.list
        return _place(rows.viewport(), rows.position_of(kind))

    def choice(self, name: str) -> Place | None:
        """A line of the open list of what can be added."""
        card = self._window.flow.canvas.adder.card
        names = [one.name for one in card.shown]
        if name not in names:
            return None
        index = card.list.model().index(names.index(name), 0)
        card.list.scrollTo(index)
        return _place(card.list.viewport(), card.list.visualRect(index).center())

    # --- the window -------------------------------------------------------------------------------------

    def button(self, words: str) -> Place | None:
        """A button or a line of an open menu with these words."""
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            action = next((one for one in menu.actions() if words in one.text()), None)
            return None if action is None else _place(menu, menu.actionGeometry(action).center())
        roots = [QApplication.activeModalWidget() or self._window]
        for root in roots:
            for one in root.findChildren(QAbstractButton):
                if words in (one.text(), one.accessibleName()) and one.isVisible() and one.isEnabled():
                    return _place(one, one.rect().center())
        return None

    def field(self, name: str) -> Place | None:
        """The first line of a setting of the selected node."""
        form = self._window.flow.inspector.form
        return self._line(form.fields[name].editor) if isinstance(form, NodeForm) else None

    def tick(self, name: str, words: str) -> Place | None:
        """A check box of a setting of the selected node."""
        form = self._window.flow.inspector.form
        if not isinstance(form, NodeForm):
            return None
        boxes = form.fields[name].editor.findChildren(QCheckBox)
        box = next((one for one in boxes if one.text().startswith(words) and one.isVisible()), None)
        return None if box is None else self._shown(box, QPoint(10, box.height() // 2))

    def flow_field(self, name: str) -> Place | None:
        """The first line of a setting of the whole flow."""
        form = self._window.flow.inspector.form
        return self._line(getattr(form, name).editor) if isinstance(form, FlowForm) else None

    def entry(self) -> Place:
        """The title of what the inspector shows."""
        title = self._window.flow.inspector.title
        return _place(title, title.rect().center())

    def picture(self, file: str) -> bool:
        """The window as it stands, for whoever looks into a failure."""
        return self._window.grab().save(file)

    def _line(self, editor: QWidget) -> Place | None:
        lines = [*editor.findChildren(QLineEdit), *editor.findChildren(QWidget, "qt_scrollarea_viewport")]
        line = next((one for one in lines if one.isVisible()), None)
        return None if line is None else self._shown(line, line.rect().center())

    def _shown(self, widget: QWidget, at: QPoint) -> Place:
        self._window.flow.inspector.area.ensureWidgetVisible(widget)
        return _place(widget, at)

    def _seen(self, x: float, y: float) -> Place:
        view = self._window.flow.canvas.view
        return _place(view.viewport(), view.to_screen(QPointF(x, y)).toPoint())


def _place(widget: QWidget, at: QPoint) -> Place:
    found = widget.mapToGlobal(at)
    return [found.x(), found.y()]


def main(folder: str) -> int:
    app = make_application()
    with open_workspace(Path(folder)) as workspace:
        window = MainWindow(WorkspaceDesk(House(workspace)), Theming(app, "light"), save_ms=200)
        window.resize(*SIZE)
        window.move(0, 0)
        window.show()
        window.begin()
        eyes = Eyes(window)
        threading.Thread(target=eyes.listen, daemon=True).start()
        return app.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
