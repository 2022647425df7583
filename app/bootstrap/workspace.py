"""A workspace opened: its database, settings and secrets, and the engine's parts made from them."""

from __future__ import annotations

import hashlib
import os
import platform
import secrets as random_source
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import tzlocal
from filelock import FileLock, Timeout

import app
from app.bootstrap.channels import Wiring, make_channels
from app.bootstrap.rules import Renewal
from app.engine.calendar import zone_of
from app.engine.context import Context
from app.engine.engine import Engine
from app.engine.faults import Faults
from app.flows.codec import read_flow
from app.model.errors import FlowFileError, RefusedError, UserError
from app.model.flow import Flow, Surroundings
from app.store.database import SqlStore, open_store
from app.support import paths
from app.support import settings as names
from app.support.clock import SystemClock
from app.support.countries import countries
from app.support.ids import TimedIds
from app.support.secrets import FileSecrets, link_keys, open_secrets

if TYPE_CHECKING:
    from datetime import tzinfo

    from app.model.ports import Channel, Clock, Ids
    from app.support.secrets import Secrets

_LOCK: Final = "engine.lock"
_OLD_OWNER: Final = "this-machine"
"""How releases up to 0.2 named every engine of a machine."""
_BUILT: Final = datetime.fromisoformat(app.__built__).replace(tzinfo=UTC)
_ID: Final = "workspace.id"


@dataclass(slots=True)
class Workspace:
    """One business on this machine. Close it when done."""

    folder: Path
    store: SqlStore
    secrets: Secrets
    clock: Clock
    ids: Ids
    wiring: Wiring | None = None
    """Where messages go instead of the channels that are set up: practice mode and the demo."""
    listening_at: str = ""
    """Where the site listens while it does."""
    _context: Context | None = field(default=None, init=False)
    _channels: tuple[Channel, ...] | None = field(default=None, init=False)
    _flows: dict[tuple[int, str], Flow] = field(default_factory=dict, init=False)
    _engines: int = field(default=0, init=False)
    _locked: bool = field(default=False, init=False)

    @property
    def settings(self) -> names.Settings:
        """The settings as they are stored now."""
        return names.load(self.store.settings.all())

    @property
    def practice(self) -> bool:
        """Whether all messages stay on this machine."""
        return self.wiring is not None or self.settings.practice

    @property
    def site_url(self) -> str:
        """The site's public address; in practice mode the listener's own will do."""
        return self.settings.site.url or (self.listening_at if self.practice else "")

    @property
    def zone(self) -> tzinfo:
        """The workspace's time zone; this machine's when none is set."""
        return zone_of(self.settings.workspace.zone, _local_zone())

    @property
    def context(self) -> Context:
        """What the engine works with; one for the whole life of the workspace."""
        if self._context is None:
            self._context = Context(
                self.store,
                self.clock,
                self.ids,
                self.zone,
                owner=f"{os.getpid()}-{random_source.token_hex(4)}",
                places=countries(),
                faults=Faults.from_environment(),
                built=_BUILT if isinstance(self.clock, SystemClock) else None,
                steady=SystemClock().passed,
            )
            self._context.renew = Renewal(self)
            self._context.rules = self._context.renew()
        return self._context

    @property
    def channels(self) -> tuple[Channel, ...]:
        """All channels that can be used, those on the page too."""
        if self._channels is None:
            self._channels = make_channels(self)
        return self._channels

    def forget_channels(self) -> None:
        """Closes them; they are made anew, from the settings of then, when they are asked for next."""
        for channel in self._channels or ():
            channel.close()
        self._channels = None

    def channel(self, name: str) -> Channel:
        """One of them; KeyError when it is not set up."""
        return {channel.name: channel for channel in self.channels}[name]

    def sending_channels(self) -> Sequence[Channel]:
        """Those that the engine sends by itself."""
        return [channel for channel in self.channels if channel.name not in ("popup", "task")]

    def engine(self) -> Engine:
        """An engine over this workspace; take :meth:`engine_lock` around its life.

        Under the lock it is known that every other engine that ran here is gone and need not be waited for.
        """
        self._engines += 1
        name = f"{self._place}{self.context.owner}-{self._engines}"
        return Engine(self.context, self.sending_channels(), name, gone=self._is_gone)

    @property
    def _place(self) -> str:
        """How the names of all engines begin that work on this folder on this machine."""
        where = f"{platform.node()}:{self.folder.resolve()}"
        return f"{hashlib.sha256(where.encode()).hexdigest()[:12]}/"

    def _is_gone(self, owner: str) -> bool:
        return self._locked and owner.startswith((self._place, _OLD_OWNER))

    @contextmanager
    def engine_lock(self) -> Iterator[None]:
        """Only one program on this machine runs the workspace. Falls with the process, however that ends."""
        lock = FileLock(self.folder / _LOCK, blocking=False)
        try:
            lock.acquire()
        except Timeout as error:
            message = "Chainwright is already running this workspace. Close it there first."
            raise RefusedError(message) from error
        self._locked = True
        try:
            yield
        finally:
            self._locked = False
            lock.release()

    def surroundings(self) -> Surroundings:
        """What ``check`` may ask of this workspace."""
        settings = self.settings
        return Surroundings(
            channels=frozenset({"email", "sms", "popup", "task"}) if self.practice else settings.channels,
            site_url=self.site_url,
            postal_address=settings.postal_address,
            practice=self.practice,
            fields=frozenset(self.store.people.fields()),
            flows=self._running_flows(),
            segments={one.name: one.rule for one in self.store.segments.all()},
        )

    def _running_flows(self) -> Mapping[str, Flow]:
        """The published flows by name, each read once as long as its version stays the same."""
        known, found = self._flows, dict[str, Flow]()
        self._flows = {}
        for name, version_id, hash_ in self.store.flows.running():
            flow = known.get((version_id, hash_)) or self._read_flow(version_id)
            if flow is not None:
                self._flows[version_id, hash_] = found[name] = flow
        return found

    def _read_flow(self, version_id: int) -> Flow | None:
        """A published flow; None for one whose text is damaged, which keeps nobody from checking another."""
        try:
            return read_flow(self.store.flows.version(version_id).document)
        except FlowFileError:
            return None

    def close(self) -> None:
        """Closes everything."""
        self.forget_channels()
        self.store.close()


def _local_zone() -> tzinfo:
    try:
        return ZoneInfo(tzlocal.get_localzone_name())
    except (LookupError, OSError, ValueError):
        return UTC


@contextmanager
def open_workspace(
    folder: Path | None,
    *,
    make: bool = False,
    secrets: Secrets | None = None,
    clock: Clock | None = None,
    ids: Ids | None = None,
) -> Iterator[Workspace]:
    """Opens the workspace in ``folder`` (default: this user's own) and closes it again.

    Raises UserError when it does not exist and ``make`` is not set, WorldError when it cannot be used.
    """
    place = folder or paths.default_workspace()
    database = paths.database_path(place)
    if not make and not database.exists():
        message = (
            f"There is no workspace in {place}. Make one with “chainwright import” or “chainwright set”."
        )
        raise UserError(message)
    new = not database.exists()
    paths.make_workspace(place)
    store = open_store(database)
    workspace = Workspace(
        place,
        store,
        secrets if secrets is not None else _secrets_of(place, store, new=new),
        clock or SystemClock(),
        ids or TimedIds(),
    )
    try:
        yield workspace
    finally:
        workspace.close()


def _secrets_of(place: Path, store: SqlStore, *, new: bool) -> Secrets:
    """The keyring, or a file: whoever makes a workspace with a master password at hand has chosen that."""
    if new and _master_password() and not paths.secrets_path(place).exists():
        made = FileSecrets(paths.secrets_path(place), _master_password())
        link_keys(made)  # what is kept from the first moment on makes the file, and so the choice, stay
        return made
    return open_secrets(place, _identity(store), _master_password)


def _identity(store: SqlStore) -> str:
    """The name of the workspace in the keyring; it stays when the folder is moved."""
    known = store.settings.get(_ID)
    if not known:
        known = random_source.token_hex(8)
        store.settings.set({_ID: known})
    return str(known)


def _master_password() -> str:
    return os.environ.get("CHAINWRIGHT_MASTER_PASSWORD", "")
