"""What the web listener may do, joined from store and engine."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from app.engine import life
from app.engine import page as page_
from app.model.errors import TextError
from app.model.people import Actor, Address, Event
from app.model.site import Popup

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from app.bootstrap.workspace import Workspace

_VISITOR: Final = "visitor"
_POPUP: Final = "popup"
VISIT_STARTED: Final = "visit_started"


class WorkspaceSite:
    """``app.model.site.SitePort`` over one workspace. Shared by all threads of the listener."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._context = workspace.context
        self._news = threading.Condition()
        self._serial = 0

    def tell(self) -> None:
        """Something was committed: whoever waits for a popup looks again."""
        with self._news:
            self._serial += 1
            self._news.notify_all()

    def intake(self, event: Event) -> str:
        """Stores an event and wakes what waits for it."""
        return str(life.ingest(self._context, event))

    def visit(self, visitor: str, page: str, at: datetime) -> bool:
        """Notes a page view; the first of a visit makes ``visit_started``."""
        began = self._workspace.store.people.visit(visitor, at)
        if began:
            source_id = f"visit:{visitor}:{int(at.timestamp() * 1000)}"
            properties = {"page": page} if page else {}
            self.intake(
                Event(
                    VISIT_STARTED,
                    at,
                    source_id,
                    addresses=(Address(_VISITOR, visitor),),
                    properties=properties,
                )
            )
        return began

    def popups(self, visitor: str, page: str) -> Sequence[Popup]:
        """What this visitor should be shown on this page now."""
        contact_id = self._workspace.store.people.find(Address(_VISITOR, visitor))
        if contact_id is None or not self._workspace.store.people.has_popups(contact_id):
            return ()
        with self._context.session() as session:
            rows = session.tx.page_messages(contact_id)
            ready = page_.waiting(session, [row for row in rows if row.channel == _POPUP])
        began = self._workspace.store.people.visit_began(visitor)
        return [popup for one in ready if one.fits(page, began) and (popup := self._made(one)) is not None]

    def _made(self, one: page_.OnPage) -> Popup | None:
        try:
            return Popup(one.message.id, self._workspace.channel(_POPUP).prepare(one.outgoing).content)
        except TextError as error:
            page_.cannot_be_made(self._context, one.message.id, error.sentence)
            return None

    def wait_for_popups(self, visitor: str, page: str, seconds: float) -> Sequence[Popup]:
        """The same, waiting up to so long until there is one."""
        end = time.monotonic() + seconds
        while True:
            serial = self._serial
            found = self.popups(visitor, page)
            left = end - time.monotonic()
            if found or left <= 0:
                return found
            with self._news:
                self._news.wait_for(lambda: self._serial != serial, left)  # noqa: B023 - called before the loop turns

    def shown(self, message_id: int, visitor: str) -> bool:
        """The browser has shown it."""
        del visitor  # the ticket that the site has checked is bound to it
        with self._context.session() as session:
            row = session.tx.message(message_id)
            ready = page_.waiting(session, [row]) if row is not None else []
        popup = self._made(ready[0]) if ready else None
        return popup is not None and page_.shown(self._context, message_id, popup.content)

    def unsubscribe(self, message_id: int, how: str) -> bool:
        """Closes the channel of that message to its contact."""
        with self._context.session() as session:
            if session.tx.message(message_id) is None:
                return False
        self.intake(
            Event(
                "unsubscribed",
                self._context.clock.now(),
                f"unsubscribe:{message_id}",
                message_id=message_id,
                actor=Actor.HUMAN,
                properties={"how": how},
            )
        )
        return True

    def workspace_name(self) -> str:
        """For the unsubscribe page."""
        return self._workspace.settings.workspace.name
