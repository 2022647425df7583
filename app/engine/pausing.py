"""A flow that breaks pauses itself, and says why; the others go on (promise 6)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from app.engine.flood import DECIDED
from app.model.journey import FlowState

if TYPE_CHECKING:
    from app.engine.session import Session

_log: Final = logging.getLogger("chainwright.engine")
_RUNNING: Final = (FlowState.LIVE, FlowState.CLOSED)
BROKEN: Final = "broken:"
"""With a flow's number: under this name it is remembered that nothing of it is decided any more."""


def pause_flooded(session: Session) -> None:
    """Pauses the flows that have broken too often by now, in the transaction in which they did so.

    One whose deciders break stands still; of one whose messages fail the waits go on, as for any pause.
    """
    if not session.tally.over:
        return
    running = {flow.id for flow in session.tx.live_flows() if flow.state in _RUNNING}
    for flow_id, why in session.tally.over.items():
        if flow_id in running:
            session.changes.paused.append((flow_id, why))
            if why.startswith(DECIDED):
                session.changes.machine[f"{BROKEN}{flow_id}"] = True
            _log.info("flow %d pauses itself: %s", flow_id, why)
    session.write()
