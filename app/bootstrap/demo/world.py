"""The demo's world: a workspace in practice mode, its people and its flows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.bootstrap.demo.people import Person, write_contacts
from app.bootstrap.flow_files import templates
from app.bootstrap.people import import_file
from app.bootstrap.publishing import publish
from app.bootstrap.workspace import Workspace, open_workspace
from app.flows.codec import read_flow
from app.model.errors import RefusedError
from app.support.secrets import MemorySecrets

if TYPE_CHECKING:
    from app.model.ports import Clock

STORIES: Final = ("Abandoned basket", "Popup first")
START: Final = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
"""The Monday on which the scripted demo begins."""
API_TOKEN: Final = "demo-till"  # noqa: S105 - of a shop that exists only while the demo runs
_SETTINGS: Final = {
    "workspace.name": "Ackermann Flowers",
    "workspace.zone": "Europe/Berlin",
    "workspace.region": "DE",
    "practice": True,
    "postal_address": "Lindenallee 7, 10115 Berlin",
}


@contextmanager
def demo_world(people: list[Person], clock: Clock, folder: Path | None = None) -> Iterator[Workspace]:
    """A workspace in practice mode with the people who are known; taken away unless it is in ``folder``."""
    with tempfile.TemporaryDirectory(prefix="chainwright-demo-") as scratch:
        place = folder or Path(scratch) / "workspace"
        secrets = MemorySecrets()
        secrets.set("site.token", API_TOKEN)
        with open_workspace(place, make=True, secrets=secrets, clock=clock) as workspace:
            workspace.store.settings.replace(dict(_SETTINGS))
            write_contacts(people, Path(scratch) / "contacts.csv")
            import_file(workspace, Path(scratch) / "contacts.csv")
            yield workspace


def publish_stories(workspace: Workspace) -> None:
    """Both stories of the product, as they come along; RefusedError when one of them has errors."""
    for name, document in templates():
        if name in STORIES:
            result = publish(workspace, read_flow(document).name, document)
            if not result.version:
                first = next(problem for problem in result.problems if problem.severity == "error")
                raise RefusedError(f"“{name}” cannot be published: {first.message}")
