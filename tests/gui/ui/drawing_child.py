"""Somebody draws in the real window over a real workspace, until the process is killed.

``drawing_child.py FOLDER SAVE_MS``: prints how many steps there are, and what the drawing is, after each.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from app.bootstrap.house import House
from app.bootstrap.window_desk import WorkspaceDesk
from app.bootstrap.workspace import open_workspace
from app.canvas.commands import AddNodes, ChangeSettings, Move, RemoveParts
from app.flows.codec import write_flow
from app.model.flow import Flow, Node
from app.ui.app import make_application
from app.ui.main_window import MainWindow
from app.ui.theme import Theming
from tests.gui.ui.desk import basket_flow


def fingerprint(flow: Flow) -> str:
    return hashlib.sha256(write_flow(flow).encode()).hexdigest()


class Artist:
    """One step after the other, each after the one before was written."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._chance = random.Random(7)
        self._numbers = itertools.count(1)

    def go_on(self) -> None:
        if self._window.page == "flow" and not self._window.operations.busy:
            flow = self._window.session.document.flow
            print(len(self._window.session.keeper.recorder.steps), fingerprint(flow), flush=True)
            self.step(flow)
        QTimer.singleShot(1, self.go_on)

    def step(self, flow: Flow) -> None:
        document, number = self._window.session.document, next(self._numbers)
        names = [node.id for node in flow.nodes]
        if self._chance.random() < 0.2 and document.undo_stack.canUndo():
            document.undo_stack.undo()
        elif self._chance.random() < 0.3:
            node = Node(f"new{number}", "sms", f"SMS {number} ä編", 8.0 * number, 640, {"text": "Hello"})
            document.do(AddNodes(document, [node]))
        elif self._chance.random() < 0.1 and len(names) > 4:
            document.do(RemoveParts(document, [self._chance.choice(names)]))
        elif self._chance.random() < 0.5:
            document.do(Move(document, (8, 8), [self._chance.choice(names)]))
        else:
            document.seal()
            document.do(ChangeSettings(document, self._chance.choice(names), {"subject": f"No {number}"}))


def main(folder: Path, save_ms: int) -> int:
    app = make_application()
    with open_workspace(folder, make=True) as workspace:
        desk = WorkspaceDesk(House(workspace))
        flow = basket_flow()
        if not desk.flows():
            desk.save_draft(flow.name, write_flow(flow))
        window = MainWindow(desk, Theming(app, "light"), save_ms=save_ms)
        window.show()
        window.begin(flow.name)
        artist = Artist(window)
        artist.go_on()
        return app.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
