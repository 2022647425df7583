from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from app.model.kinds import KINDS
from app.ui.main_window import MainWindow
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk, basket_flow


class _Windows(QObject):
    """Notes every widget that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


def test_no_part_flashes_up_as_a_window_of_its_own(
    open_window: Opener, desk: MemoryDesk, qapp: QApplication
) -> None:
    windows = _Windows()
    qapp.installEventFilter(windows)
    try:
        desk.put(basket_flow(), live=True)
        person = open_window("Abandoned basket")
        for kind in KINDS:
            person.window.flow.canvas.add_kind_at_centre(kind)
        person.checked()
        for node in person.flow.nodes:
            person.window.flow.inspector.show_node(node.id)
        for page in ("caught", "tasks", "flows"):
            person.window.show_page(page)
        person.settle()
    finally:
        qapp.removeEventFilter(windows)
    assert set(windows.shown) == {MainWindow.__name__}
