"""The window over a desk in memory as a program of its own; it says on standard output where things are."""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QWidget

from app.model.flow import Flow
from app.ui.app import make_application
from app.ui.main_window import MainWindow
from app.ui.theme import Theming
from tests.gui.ui.desk import MemoryDesk


class TalkingDesk(MemoryDesk):
    """Prints every draft that is stored."""

    def save_draft(self, name: str, document: str, *, base: str | None = None) -> None:
        super().save_draft(name, document, base=base)
        say({"draft": json.loads(document)})


def say(what: object) -> None:
    print(json.dumps(what), flush=True)


def place(widget: QWidget, at: QPoint) -> list[int]:
    found = widget.mapToGlobal(at)
    return [found.x(), found.y()]


def main() -> int:
    app = make_application()
    desk = TalkingDesk()
    desk.put(Flow("By hand"))
    window = MainWindow(desk, Theming(app, "light"), save_ms=100)
    window.resize(1280, 780)
    window.move(0, 0)
    window.show()

    def tell() -> None:
        if window.page != "flow" or window.operations.busy:
            QTimer.singleShot(50, tell)
            return
        rows, view = window.flow.palette_.list, window.flow.canvas.view.viewport()
        kinds = ("entry.event", "email", "end")
        say(
            {
                "kinds": {kind: place(rows.viewport(), rows.position_of(kind)) for kind in kinds},
                "view": place(view, QPoint(0, 0)),
            }
        )

    window.begin("By hand")
    tell()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
