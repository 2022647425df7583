"""The command ``rehearse``: over the workspace's people, or over those of files."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.bootstrap.commands import workspace_exists, workspace_of
from app.bootstrap.drawing import problem_json, problem_line
from app.bootstrap.flow_files import is_file_name, load_flow, read_file
from app.bootstrap.outcome import Outcome
from app.bootstrap.people import import_file
from app.bootstrap.rehearsing import FaultyError, rehearse_flow
from app.bootstrap.workspace import open_workspace
from app.flows.rehearsed import both_figures, messages_json
from app.flows.rehearsed_words import headline, told
from app.model.errors import UserError
from app.model.people import Address, Event
from app.model.rehearsing import MOST_DAYS, RehearsalOptions
from app.support import addresses

if TYPE_CHECKING:
    from argparse import Namespace

    from app.bootstrap.workspace import Workspace

_KINDS: Final = ("email", "phone", "visitor", "external")
_OWN: Final = frozenset({"name", "at", *_KINDS})
"""Columns of a table of events that are no properties."""


def do_rehearse(chosen: Namespace) -> Outcome:
    """Plays FLOW and tells what would come of it; 1 when errors in it keep it from being played."""
    options = _options(chosen)
    with ExitStack() as stack:
        # A flow of the workspace is read before its people are exchanged for those of files.
        here = None if _needs_no_workspace(chosen) else stack.enter_context(workspace_of(chosen))
        flow, document = load_flow(chosen.flow, here)
        workspace = here
        if chosen.contacts:
            workspace = stack.enter_context(_of_files(chosen, here))
        if workspace is None:
            raise UserError("Name a workspace, or say whose people are to be taken: --contacts FILE.")
        name = flow.name if is_file_name(chosen.flow) else chosen.flow
        try:
            found = rehearse_flow(workspace, name, document, options)
        except FaultyError as error:
            return _faulty(error, name)
    answer = dict(found.document)
    if chosen.messages:
        answer["sent"] = messages_json(found.draft)
    made, _ = both_figures(found)
    return Outcome(f"{headline(made)} Rehearsed, nothing was sent.", answer, "\n".join(told(found)))


def _needs_no_workspace(chosen: Namespace) -> bool:
    return bool(chosen.contacts) and not workspace_exists(chosen)


def _options(chosen: Namespace) -> RehearsalOptions:
    replays = chosen.replay is not None
    days = chosen.replay if replays and chosen.replay else chosen.days
    if not 1 <= days <= MOST_DAYS:
        raise UserError(f"A rehearsal takes 1 to {MOST_DAYS} days.")
    if chosen.people < 0:
        raise UserError("“--people” is the most people to look at, such as --people 1000.")
    if chosen.events and not chosen.contacts:
        raise UserError("“--events” goes with “--contacts”: they happen to the people of that file.")
    return RehearsalOptions(
        days=days,
        replay=replays,
        seed=chosen.seed,
        compare=not chosen.alone,
        also_today=chosen.also_today,
        most=chosen.people,
    )


def _faulty(error: FaultyError, name: str) -> Outcome:
    text = "\n".join(problem_line(one) for one in error.problems)
    answer = {"flow": name, "problems": [problem_json(one) for one in error.problems]}
    return Outcome(error.sentence, answer, text, error.exit_code)


# --- people of files ------------------------------------------------------------------------------------


@contextmanager
def _of_files(chosen: Namespace, here: Workspace | None) -> Iterator[Workspace]:
    """A workspace that is gone afterwards, with the people and the events of files, the settings and the
    segments of the one that was named."""
    contacts, events = Path(chosen.contacts), Path(chosen.events) if chosen.events else None
    if not contacts.is_file():
        raise UserError(f"There is no file {contacts}.")
    found = list(read_events(events)) if events is not None else []
    folder = Path(tempfile.mkdtemp(prefix="chainwright-rehearsal-"))
    try:
        secrets = here.secrets if here is not None else None
        with open_workspace(folder / "workspace", make=True, secrets=secrets) as workspace:
            if here is not None:
                workspace.store.settings.set(here.store.settings.all())
            import_file(workspace, contacts)
            _store(workspace, found)
            yield workspace
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read_events(path: Path) -> Iterator[tuple[Address, Event]]:
    """Whose each event is, and the event: a table with the columns ``name``, ``at`` and ``email`` (or
    ``phone``, ``visitor``, ``external``), others are properties; or the same as JSON, a list or line by line.

    Raises UserError with the number of the first row that cannot be read.
    """
    text = read_file(path).decode("utf-8-sig", "replace")
    for number, row in enumerate(_rows(path, text), 1):
        try:
            yield _event(row, f"{path.name}:{number}")
        except (KeyError, ValueError, UserError) as error:
            raise UserError(
                f"{path}, event {number}: {_fault(error)}. An event has a name, a time such as "
                "2026-11-02T09:30:00+01:00, and an e-mail address, a phone number or a visitor."
            ) from error


def _fault(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"“{error.args[0]}” is missing"
    return str(error).rstrip(".")


def _rows(path: Path, text: str) -> Iterator[Mapping[str, Any]]:
    if path.suffix.lower() == ".csv":
        yield from csv.DictReader(text.splitlines())
        return
    try:
        whole = json.loads(text) if text.lstrip().startswith("[") else None
        rows = whole if whole is not None else [json.loads(one) for one in text.splitlines() if one.strip()]
    except ValueError as error:
        raise UserError(f"{path} is neither a table (.csv) nor JSON.") from error
    for row in rows:
        if not isinstance(row, Mapping):
            raise UserError(f"{path}: each event is a JSON object.")
        yield row


def _event(row: Mapping[str, Any], source_id: str) -> tuple[Address, Event]:
    owner = next((Address(kind, _value(kind, str(row[kind]))) for kind in _KINDS if row.get(kind)), None)
    if owner is None:
        raise ValueError("nobody is named")
    at = datetime.fromisoformat(str(row["at"]))
    if at.tzinfo is None:
        raise ValueError(f"the time {row['at']} has no zone")
    told = row.get("properties")
    more = {name: value for name, value in row.items() if name not in (*_OWN, "properties", None) and value}
    properties = dict(told) if isinstance(told, Mapping) else more
    return owner, Event(str(row["name"]), at, str(row.get("id") or source_id), properties=properties)


def _value(kind: str, value: str) -> str:
    if kind == "email":
        return addresses.email_address(value)
    return addresses.phone_number(value) if kind == "phone" else value


def _store(workspace: Workspace, events: list[tuple[Address, Event]]) -> None:
    """As they were recorded: nothing follows from them here."""
    now = workspace.clock.now()
    with workspace.store.transaction() as tx:
        for owner, event in events:
            known = tx.find_contacts([owner])
            contact_id = known[0] if known else workspace.ids.new()
            if not known:
                tx.add_contact(contact_id, [owner], now)
            tx.add_event(workspace.ids.new(), event, contact_id, now)
