"""The demo with a display: a person plays the visitor in a browser, and the window shows what follows."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from app.bootstrap import window
from app.bootstrap.demo.people import crowd
from app.bootstrap.demo.world import STORIES, demo_world, publish_stories
from app.site.server import SiteServer
from app.site.shop import make_shop
from app.support.clock import FastClock

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from app.bootstrap.house import House
    from app.bootstrap.outcome import Outcome
    from app.bootstrap.workspace import Workspace

_CONTACTS: Final = 40
_SHORTEST_WAIT: Final = 20.0
"""Real seconds that a time-out lasts at least, so that a person can click before it passes."""


def play(chosen: Namespace, folder: Path | None) -> Outcome:
    """Opens the window over the demo's workspace and the shop in the browser."""
    clock = FastClock(datetime.now(UTC), chosen.speed, _SHORTEST_WAIT)
    with demo_world(crowd(_CONTACTS, chosen.seed), clock, folder) as workspace:
        _choose_shop_url(workspace)
        publish_stories(workspace)
        return window.show(workspace, fast=True, open_flow=STORIES[0], beside=shop_open)


def _choose_shop_url(workspace: Workspace) -> None:
    """Letters lead to the shop, which can only open when the site is there: its port is chosen before."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    values = workspace.store.settings.all()
    workspace.store.settings.replace({**values, "workspace.url": f"http://127.0.0.1:{port}"})


@contextmanager
def shop_open(house: House) -> Iterator[SiteServer]:
    """The sample shop on loopback, open in this user's browser where there is one."""
    port = urlsplit(house.workspace.settings.workspace.url).port or 0
    with SiteServer(make_shop(house.site_url), port=port) as shop:
        house.shop_url = shop.url
        webbrowser.open(shop.url)
        yield shop
