"""Practice mode: every message goes to the built-in catcher, and nothing leaves this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.bootstrap.channels import Wiring, links_of
from app.channels.catcher import Catcher
from app.channels.email import message_of

if TYPE_CHECKING:
    from app.bootstrap.workspace import Workspace
    from app.model.ports import Caught


@dataclass(frozen=True, slots=True)
class Practice:
    """The catcher at work."""

    catcher: Catcher

    def caught(self, after: int) -> Sequence[Caught]:
        """What it holds from this index on, in the order of arrival."""
        return self.catcher.caught(after)


@contextmanager
def practising(workspace: Workspace) -> Iterator[Practice | None]:
    """Catches all messages of a workspace in practice mode; does nothing, and answers None, for any other."""
    if not workspace.settings.practice:
        yield None
        return
    with catching(workspace) as practice:
        yield practice


@contextmanager
def catching(workspace: Workspace) -> Iterator[Practice]:
    """Catches all messages of a workspace."""
    links = links_of(workspace)
    with Catcher(workspace.clock.now, lambda header: message_of(header, links)) as catcher:
        workspace.forget_channels()
        workspace.wiring = _wiring(workspace, catcher)
        try:
            yield Practice(catcher)
        finally:
            workspace.wiring = None
            workspace.forget_channels()


def _wiring(workspace: Workspace, catcher: Catcher) -> Wiring:
    sender = workspace.settings.email.sender or "shop@example.com"
    return Wiring(catcher.email_settings(sender), catcher.sms_settings(), (catcher.host,))
