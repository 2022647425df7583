"""Makes ``docs/pictures`` from the running program: ``python docs/make_pictures.py`` in a checkout.

A crowd plays the demo for a few weeks of its own time; then the window is opened over what has come of it,
light and dark, and looked at from several sides.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest

from app.bootstrap.demo.crowd import Crowd
from app.bootstrap.demo.headless import Play
from app.bootstrap.demo.people import crowd
from app.bootstrap.demo.world import API_TOKEN, START, STORIES, demo_world, publish_stories
from app.bootstrap.house import House
from app.bootstrap.listener import listening
from app.bootstrap.practice import catching
from app.bootstrap.window_desk import WorkspaceDesk
from app.support.clock import StandingClock
from app.support.net import Client
from app.ui.app import make_application
from app.ui.main_window import MainWindow
from app.ui.style import FocusRing
from app.ui.theme import Theming

PICTURES = Path(__file__).parent / "pictures"
SIZE = (1600, 1000)
DAYS = 2.2
"""So far the crowd plays: some are through, most are still inside."""
SETTLE_MS = 1_500


def main() -> int:
    """Plays, opens the window, and takes each picture."""
    application = make_application()
    clock, people = StandingClock(START), crowd(200, 1)
    with demo_world(people, clock) as workspace, workspace.engine_lock(), catching(workspace) as practice:
        publish_stories(workspace)
        with listening(workspace, wait_seconds=0.002) as site:
            visitors = Crowd(people, Client(["127.0.0.1"]), site.url, API_TOKEN, 1)
            Play(workspace, practice, visitors, clock).run(DAYS)
            house = House(workspace, fast=True)
            house.practice, house.site_url, house.engine = practice, site.url, workspace.engine()
            for name in ("light", "dark"):
                theming = Theming(application, name)
                ring = FocusRing(application, theming)
                _show(MainWindow(WorkspaceDesk(house), theming), name)
                del ring
    return 0


def _show(window: MainWindow, name: str) -> None:
    window.resize(*SIZE)
    window.show()
    window.begin(STORIES[0])
    QTest.qWait(4 * SETTLE_MS)
    window.flow.canvas.reveal("letter1")
    window.flow.canvas.fit()
    _take(window, f"main-{name}")
    window.show_page("caught")
    _take(window, f"caught-{name}")
    window.close()


def _take(window: MainWindow, name: str) -> None:
    QTest.qWait(SETTLE_MS)
    window.grab().save(str(PICTURES / f"{name}.png"))


if __name__ == "__main__":
    sys.exit(main())
