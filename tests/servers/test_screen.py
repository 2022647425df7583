"""Xvfb and xdotool are a real screen and real hands: a click presses a button of another process."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.servers.screen import Screen

pytestmark = pytest.mark.xvfb

WINDOW = """
from PySide6.QtWidgets import QApplication, QPushButton
app = QApplication([])
button = QPushButton("Publish")
button.setWindowTitle("ground-screen-test")
button.setGeometry(100, 100, 200, 100)
button.clicked.connect(app.quit)
button.show()
app.exec()
print(app.platformName(), "pressed")
"""


def test_a_real_click_reaches_a_real_window(xvfb: Screen) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WINDOW], env=xvfb.env, stdout=subprocess.PIPE, text=True
    ) as window:
        try:
            found = xvfb.xdotool("search", "--sync", "--onlyvisible", "--name", "ground-screen-test")
            xvfb.xdotool("mousemove", "--window", found.split()[0], "100", "50", "click", "1")
            assert window.communicate(timeout=30)[0].strip() == "xcb pressed"
        finally:
            window.kill()
