"""The site of a workspace: listener, links and doors joined."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.bootstrap.channels import derived_key, links_keys, links_of
from app.bootstrap.site_port import WorkspaceSite
from app.site.app import make_app
from app.site.options import SiteOptions
from app.site.server import SiteServer

if TYPE_CHECKING:
    from app.bootstrap.workspace import Workspace


@contextmanager
def listening(workspace: Workspace, wait_seconds: float = 25.0) -> Iterator[SiteServer]:
    """Listens as the workspace's settings say; WorldError when the port is taken.

    ``wait_seconds``: how long a visitor's browser waits for a popup at a time.
    """
    settings = workspace.settings.site
    port = WorkspaceSite(workspace)
    host = urlsplit(settings.url).hostname
    options = SiteOptions(
        hosts=(host,) if host else (),
        api_token=workspace.secrets.get("site.token") or "",
        region=workspace.settings.workspace.region,
        ticket_key=derived_key(links_keys(workspace)[0], "popups"),
        wait_seconds=wait_seconds,
    )
    app = make_app(port, links_of(workspace), options, workspace.clock.now)
    before = workspace.context.changed

    def changed() -> None:
        before()
        port.tell()

    server = SiteServer(app, settings.host, settings.port)
    server.start()
    workspace.listening_at = server.url
    workspace.context.changed = changed
    try:
        yield server
    finally:
        workspace.context.changed = before
        port.tell()
        server.stop()
