"""Flows as the window and the command line see them: drafts, versions, states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, exists, func, insert, or_, select, text, update

from app.model.errors import RefusedError, UserError
from app.model.journey import FlowState, LiveFlow, Version
from app.model.ports import Along, FlowInfo, VersionInfo
from app.model.shifts import Choice, Group, Phase, Shift
from app.store.flows import STATES, live_flow, self_paused
from app.store.shifts import PUT_SHIFT, shift_row
from app.store.tables import (
    FLOW_PUBLISHED,
    JOURNEY_OPEN,
    counter,
    edition,
    flow,
    journey,
    machine,
    version,
)
from app.store.tables import shift as shift_table
from app.store.transaction import SqlTransaction
from app.store.types import micros

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from app.store.database import SqlStore
    from app.store.session import Session


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did. ``texts_only``: journeys under way got the new texts at once (rule 14)."""

    flow: LiveFlow
    version: Version
    texts_only: bool = False
    changed: bool = True
    """False when this very document was the live version already."""
    shift: Shift | None = None
    """What becomes of those who are in the version before; None where there was none."""

    @property
    def number(self) -> int:
        """The version's number."""
        return self.version.number


class Flows:
    """The flows of a workspace. Unknown names raise UserError."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def infos(self) -> Sequence[FlowInfo]:
        """All flows, by name, with the people inside now."""
        inside = (
            select(counter.c.flow_id, func.sum(counter.c.count).label("inside"))
            .where(counter.c.name == "here")
            .group_by(counter.c.flow_id)
            .subquery()
        )
        query = (
            select(
                flow.c.id,
                flow.c.name,
                flow.c.state,
                func.coalesce(version.c.number, 0),
                func.coalesce(version.c.document != flow.c.draft, True),
                func.coalesce(inside.c.inside, 0),
            )
            .outerjoin_from(flow, version, version.c.id == flow.c.live_version_id)
            .outerjoin(inside, inside.c.flow_id == flow.c.id)
            .order_by(flow.c.name)
        )
        with self._store.reading() as session:
            rows = session.connection.execute(query).all()
            kept = select(machine.c.name, machine.c.value).where(machine.c.name.startswith("paused:"))
            whys = {name: str(why) for name, why in session.connection.execute(kept)}
        return [
            FlowInfo(
                id_, name, STATES[state], number, bool(changed), int(here), whys.get(f"paused:{id_}", "")
            )
            for id_, name, state, number, changed, here in rows
        ]

    def published(self) -> Sequence[tuple[str, str]]:
        """(name, document of the newest version) of all flows that have one, by name."""
        query = select(flow.c.name, version.c.document).order_by(flow.c.name)
        query = query.join_from(flow, version, version.c.id == flow.c.live_version_id)
        with self._store.reading() as session:
            return [(name, document) for name, document in session.connection.execute(query)]

    def running(self) -> Sequence[tuple[str, int, str]]:
        """(name, id and hash of the newest version) of all flows that are published and not stopped, by
        name."""
        query = select(flow.c.name, version.c.id, version.c.hash).order_by(flow.c.name)
        query = query.join_from(flow, version, version.c.id == flow.c.live_version_id)
        query = query.where(flow.c.state != FlowState.STOPPED.value)
        with self._store.reading() as session:
            return [(name, id_, hash_) for name, id_, hash_ in session.connection.execute(query)]

    def in_use(self) -> Sequence[tuple[str, Version]]:
        """(flow, version) of those by which people come in, and of those that somebody is still in."""
        someone = exists().where(
            journey.c.flow_id == version.c.flow_id, journey.c.version_id == version.c.id, text(JOURNEY_OPEN)
        )
        newest = and_(text(FLOW_PUBLISHED), flow.c.live_version_id == version.c.id)
        query = _versions(flow.c.name).join_from(version, flow, version.c.flow_id == flow.c.id)
        query = query.where(or_(newest, someone)).order_by(flow.c.name, version.c.id)
        with self._store.reading() as session:
            return [(row.name, Version(*row[:5])) for row in session.connection.execute(query)]

    def find(self, name: str) -> LiveFlow:
        """The published flow of this name."""
        with self._store.reading() as session:
            row = _row(session.connection, name)
        if row.live_version_id is None:
            raise UserError(f"The flow “{name}” has never been published. Publish it first.")
        return _live(row)

    def version(self, version_id: int) -> Version:
        """A version; KeyError when there is none."""
        with self._store.reading() as session:
            row = session.connection.execute(_versions().where(version.c.id == version_id)).first()
        if row is None:
            raise KeyError(version_id)
        return Version(*row)

    def draft(self, name: str) -> str:
        """The draft's text."""
        with self._store.reading() as session:
            return str(_row(session.connection, name).draft)

    def save_draft(self, name: str, document: str, *, now: datetime, base: str | None = None) -> None:
        """Stores a draft, of a new flow too. RefusedError when what is stored is no longer ``base``."""
        with self._store.writing() as session:
            old = _maybe_row(session.connection, name)
            if old is None:
                _add_flow(session.connection, name, document, now)
                return
            if base is not None and old.draft not in (base, document):
                raise RefusedError(
                    f"Someone else has changed “{name}” meanwhile. "
                    "Open it again, or save yours under another name."
                )
            values = {"draft": document, "draft_changed_at": now}
            session.connection.execute(update(flow).where(flow.c.id == old.id).values(values))

    def rename(self, old: str, new: str) -> None:
        """Gives a flow another name; RefusedError when that one is taken."""
        with self._store.writing() as session:
            row = _row(session.connection, old)
            if old != new and _maybe_row(session.connection, new) is not None:
                raise RefusedError(f"There is a flow called “{new}” already. Give this one another name.")
            session.connection.execute(update(flow).where(flow.c.id == row.id).values(name=new))

    def id_of(self, name: str) -> int:
        """The number that a flow keeps under every name."""
        with self._store.reading() as session:
            return int(_row(session.connection, name).id)

    def versions(self, name: str) -> Sequence[VersionInfo]:
        """All that was published, the newest first."""
        columns = edition.c.number, edition.c.published_at, edition.c.author, edition.c.texts_only
        same = and_(
            shift_table.c.flow_id == edition.c.flow_id,
            shift_table.c.number == edition.c.number,
            shift_table.c.number != shift_table.c.before_number,  # that one published nothing
        )
        with self._store.reading() as session:
            row = _row(session.connection, name)
            query = select(*columns, shift_table.c.undone_at).outerjoin_from(edition, shift_table, same)
            query = query.where(edition.c.flow_id == row.id).order_by(edition.c.number.desc())
            return [VersionInfo(*one) for one in session.connection.execute(query)]

    def version_document(self, name: str, number: int) -> str:
        """The text of one version as it was published; UserError when there is none."""
        with self._store.reading() as session:
            row = _row(session.connection, name)
            this = and_(edition.c.flow_id == row.id, edition.c.number == number)
            found = session.connection.execute(select(edition.c.document).where(this)).scalar()
        if found is None:
            raise UserError(f"“{name}” has no version {number}.")
        return str(found)

    def publish(
        self,
        name: str,
        document: str,
        *,
        hash_: str,
        shape_hash: str,
        now: datetime,
        author: str = "",
        choices: Sequence[Group] = (),
        along: Along | None = None,
    ) -> Published:
        """Freezes ``document`` as the newest version and makes it the draft; a new or stopped flow goes live.

        The same shape as the live version: its texts are exchanged in place, under the next number.
        ``choices``: what becomes of people in it; kept with the new version, for the engine to carry out.
        ``along`` is done in the same transaction.
        """
        with self._store.writing() as session:
            connection = session.connection
            flow_id = _save_or_add(connection, name, document, now)
            before = connection.execute(select(flow).where(flow.c.id == flow_id)).one()
            live = connection.execute(
                _versions(version.c.shape_hash).where(version.c.id == before.live_version_id)
            ).first()
            made = _Making(session, flow_id, now, author)
            if live is not None and live.hash == hash_:
                result = (Version(*live[:5]), False, False)
            elif live is not None and live.shape_hash == shape_hash:
                result = (made.exchange(Version(*live[:5]), document, hash_), True, True)
            else:
                result = (made.add(document, hash_, shape_hash), False, True)
            asked = [one for one in choices if one.choice is not Choice.FINISH]
            shift = (
                made.shift(before.state, live, result[0], asked) if live and (result[2] or asked) else None
            )
            after = _go_live(connection, flow_id, result[0].id, now)
            if along is not None:
                along(SqlTransaction(session), _published(before), after)
            return Published(after, *result, shift)

    def last_shift(self, name: str) -> Shift | None:
        """The last publish of this flow that had a version before."""
        with self._store.reading() as session:
            return SqlTransaction(session).newest_shift(int(_row(session.connection, name).id))

    def take_back(self, shift: Shift, *, hash_: str, now: datetime, along: Along | None = None) -> None:
        """Makes the version before it the live one again; texts that were exchanged are as they were.

        ``hash_``: that of the text before. The draft stays what it is. ``along`` is done in the same
        transaction. RefusedError when it was taken back already.
        """
        with self._store.writing() as session:
            connection, this = session.connection, flow.c.id == shift.flow_id
            known = SqlTransaction(session).newest_shift(shift.flow_id)
            if known is None or known.id != shift.id or known.undone_at is not None:
                raise RefusedError("This publish was taken back already, or there is a newer one.")
            if shift.texts_only:
                _restore(connection, shift, hash_)
            before = _published(connection.execute(select(flow).where(this)).first())
            connection.execute(update(flow).where(this).values(live_version_id=shift.before_id))
            session.run(PUT_SHIFT, *shift_row(replace(shift, phase=Phase.BACK, undone_at=now)))
            if along is not None:
                along(
                    SqlTransaction(session), before, _live(connection.execute(select(flow).where(this)).one())
                )

    def set_state(
        self, name: str, state: FlowState, *, now: datetime, along: Along | None = None
    ) -> LiveFlow:
        """Pauses, closes, stops or resumes; a flow resumed from stopped counts as published now. Why it had
        paused itself is forgotten: a person has decided. ``along`` is done in the same transaction."""
        before = self.find(name)
        with self._store.writing() as session:
            values: dict[str, Any] = {"state": state.value}
            if before.state is FlowState.STOPPED and state is not FlowState.STOPPED:
                values["published_at"] = now
            session.connection.execute(update(flow).where(flow.c.id == before.id).values(values))
            forgotten = machine.c.name.in_(self_paused(before.id))
            session.connection.execute(delete(machine).where(forgotten))
            after = _live(_row(session.connection, name))
            if along is not None:
                along(SqlTransaction(session), before, after)
            return after


@dataclass(slots=True)
class _Making:
    session: Session
    flow_id: int
    now: datetime
    author: str

    @property
    def connection(self) -> Connection:
        return self.session.connection

    @property
    def _number(self) -> int:
        last = select(func.coalesce(func.max(edition.c.number), 0)).where(edition.c.flow_id == self.flow_id)
        return int(self.connection.execute(last).scalar_one()) + 1

    def exchange(self, live: Version, document: str, hash_: str) -> Version:
        """The live version with other texts."""
        new = Version(live.id, self.flow_id, self._number, hash_, document)
        values = {
            "number": new.number,
            "hash": hash_,
            "document": document,
            "published_at": self.now,
            "author": self.author,
        }
        self.connection.execute(update(version).where(version.c.id == new.id).values(values))
        self._keep(new, texts_only=True)
        return new

    def add(self, document: str, hash_: str, shape_hash: str) -> Version:
        """A version beside the older ones."""
        id_ = self.connection.execute(select(func.coalesce(func.max(version.c.id), 0) + 1)).scalar_one()
        new = Version(id_, self.flow_id, self._number, hash_, document)
        self.connection.execute(
            insert(version).values(
                id=id_,
                flow_id=self.flow_id,
                number=new.number,
                hash=hash_,
                shape_hash=shape_hash,
                published_at=self.now,
                author=self.author,
                document=document,
            )
        )
        self._keep(new, texts_only=False)
        return new

    def shift(self, state: str, live: Any, new: Version, choices: Sequence[Group]) -> Shift:
        """What is needed to carry the choices out, and to take the publish back."""
        id_ = self.connection.execute(select(func.coalesce(func.max(shift_table.c.id), 0) + 1)).scalar_one()
        made = Shift(
            id_,
            self.flow_id,
            self.now,
            self.author,
            live.id,
            new.id,
            live.number,
            new.number,
            STATES[state],
            tuple(choices),
            Phase.MOVING if choices else Phase.DONE,
        )
        self.session.run(PUT_SHIFT, *shift_row(made))
        return made

    def _keep(self, new: Version, *, texts_only: bool) -> None:
        self.connection.execute(
            insert(edition).values(
                flow_id=new.flow_id,
                number=new.number,
                published_at=self.now,
                author=self.author,
                texts_only=texts_only,
                document=new.document,
                version_id=new.id,
            )
        )


def _restore(connection: Connection, shift: Shift, hash_: str) -> None:
    """Gives a version the texts back that it had under an earlier number."""
    this = and_(edition.c.flow_id == shift.flow_id, edition.c.number == shift.before_number)
    old = connection.execute(select(edition).where(this)).one()
    values = {
        "number": old.number,
        "hash": hash_,
        "document": old.document,
        "published_at": old.published_at,
        "author": old.author,
    }
    connection.execute(update(version).where(version.c.id == shift.version_id).values(values))


def _versions(*more: Any) -> Any:
    return select(
        version.c.id, version.c.flow_id, version.c.number, version.c.hash, version.c.document, *more
    )


def _maybe_row(connection: Connection, name: str) -> Any:
    return connection.execute(select(flow).where(flow.c.name == name)).first()


def _row(connection: Connection, name: str) -> Any:
    row = _maybe_row(connection, name)
    if row is None:
        raise UserError(f"There is no flow named “{name}” in this workspace.")
    return row


def _published(row: Any) -> LiveFlow | None:
    return _live(row) if row is not None and row.live_version_id is not None else None


def _live(row: Any) -> LiveFlow:
    return live_flow((row.id, row.name, row.state, row.live_version_id, micros(row.published_at)))


def _add_flow(connection: Connection, name: str, document: str, now: datetime) -> int:
    id_ = int(connection.execute(select(func.coalesce(func.max(flow.c.id), 0) + 1)).scalar_one())
    connection.execute(
        insert(flow).values(
            id=id_, name=name, state=FlowState.DRAFT.value, draft=document, draft_changed_at=now
        )
    )
    return id_


def _save_or_add(connection: Connection, name: str, document: str, now: datetime) -> int:
    old = _maybe_row(connection, name)
    if old is None:
        return _add_flow(connection, name, document, now)
    if old.draft != document:
        values = {"draft": document, "draft_changed_at": now}
        connection.execute(update(flow).where(flow.c.id == old.id).values(values))
    return int(old.id)


def _go_live(connection: Connection, flow_id: int, version_id: int, now: datetime) -> LiveFlow:
    """A new or stopped flow goes live, as of now; a paused or closed one stays so."""
    this = flow.c.id == flow_id
    connection.execute(update(flow).where(this).values(live_version_id=version_id))
    asleep = flow.c.state.in_([FlowState.DRAFT.value, FlowState.STOPPED.value])
    values = {"state": FlowState.LIVE.value, "published_at": now}
    connection.execute(update(flow).where(and_(this, asleep)).values(values))
    return _live(connection.execute(select(flow).where(this)).one())
