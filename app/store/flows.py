"""Flows and versions as the engine reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select, text, update

from app.model.journey import FlowState, LiveFlow, Version
from app.store.dialects import Query
from app.store.tables import FLOW_PUBLISHED, FLOW_RUNNING, flow, version
from app.store.types import Known, moment

if TYPE_CHECKING:
    from app.store.session import Session

STATES: Final = Known({state.value: state for state in FlowState})

_LIVE = Query(
    lambda _: (
        select(flow.c.id, flow.c.name, flow.c.state, flow.c.live_version_id, flow.c.published_at)
        .where(text(FLOW_PUBLISHED))
        .order_by(flow.c.id)
    )
)

_VERSION = Query(
    lambda _: select(
        version.c.id, version.c.flow_id, version.c.number, version.c.hash, version.c.document
    ).where(version.c.id == bindparam("id")),
    "id",
)


_PAUSE = Query(
    lambda _: (
        update(flow).where(flow.c.id == bindparam("this"), text(FLOW_RUNNING)).values(state=text("'paused'"))
    ),
    "this",
)


class FlowPart:
    """The part of a transaction that is about flows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def live_flows(self) -> Sequence[LiveFlow]:
        return [live_flow(row) for row in self._session.rows(_LIVE)]

    def version(self, version_id: int) -> Version:
        row = self._session.row(_VERSION, version_id)
        if row is None:
            raise KeyError(version_id)
        return Version(*row)

    def _write_paused(self, flow_ids: Iterable[int]) -> None:
        self._session.many(_PAUSE, [(flow_id,) for flow_id in flow_ids])


def self_paused(flow_id: int) -> tuple[str, str]:
    """Names under which the engine remembers that and why a flow paused itself."""
    return f"paused:{flow_id}", f"broken:{flow_id}"


def live_flow(row: Any) -> LiveFlow:
    """From (id, name, state, live_version_id, published_at in microseconds)."""
    flow_id, name, state, version_id, published = row
    return LiveFlow(flow_id, name, STATES[state], version_id, moment(published))
