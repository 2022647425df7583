"""Commands about people: ``import`` and ``enter``; who is meant by an address."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.bootstrap.commands import workspace_of
from app.bootstrap.flow_files import is_file_name, load_flow
from app.bootstrap.outcome import Outcome
from app.engine import life
from app.model.errors import UserError
from app.model.people import Address, ImportReport
from app.sources.csv_file import read_contacts
from app.support import addresses

if TYPE_CHECKING:
    from argparse import Namespace

    from app.bootstrap.workspace import Workspace

_EVERYBODY = "all"
_ID: Final = re.compile("[1-9][0-9]{0,18}")
_NO_ID: Final = 1 << 63
_WHY = {
    "inside": "in it already",
    "before": "in it before",
    "too-soon": "in it too short a time ago",
    "erased": "erased",
}


def do_import(chosen: Namespace) -> Outcome:
    """Brings the contacts of a file in, all that can be, and names every row that cannot."""
    path = Path(chosen.file)
    if not path.is_file():
        raise UserError(f"There is no file {path}.")
    if chosen.region and not addresses.is_region(chosen.region):
        raise UserError(f"“{chosen.region}” is no country's two letters, such as DE.")
    with workspace_of(chosen, make=True) as workspace:
        report = import_file(workspace, path, chosen.region)
    document = {
        "read": report.read,
        "created": report.created,
        "updated": report.updated,
        "skipped": [asdict(row) for row in report.skipped],
        "left_out": [asdict(row) for row in report.left_out],
    }
    lines = [f"Row {row.row}: {row.reason}" for row in (*report.skipped, *report.left_out)]
    sentence = (
        f"{report.read} rows read: {report.created} people are new, {report.updated} were known, "
        f"{len(report.skipped)} rows were left out."
    )
    return Outcome(sentence, document, "\n".join(lines))


def import_file(workspace: Workspace, path: Path, region: str = "") -> ImportReport:
    """One file into the workspace; nothing of it when it cannot be read to its end."""
    report = ImportReport()
    region = region or workspace.settings.workspace.region
    rows = read_contacts(path, region=region, now=workspace.clock.now(), report=report)
    workspace.store.contacts(workspace.ids, workspace.clock.now()).put(rows, report)
    workspace.context.changed()
    return report


def do_enter(chosen: Namespace) -> Outcome:
    """Puts contacts in at “Added by hand”."""
    with workspace_of(chosen) as workspace:
        name = load_flow(chosen.flow, workspace)[0].name if is_file_name(chosen.flow) else chosen.flow
        people = _people(workspace, chosen.contacts)
        plan_key = {"key": chosen.key} if chosen.key else {}
        answers = life.enter(workspace.context, name, people, plan_key)
    refused = {
        reason: list(answers.values()).count(reason) for reason in sorted(set(answers.values())) if reason
    }
    entered = len(answers) - sum(refused.values())
    why = "".join(f", {count} refused ({_WHY.get(reason, reason)})" for reason, count in refused.items())
    code = 0 if entered or not answers else 1
    return Outcome(
        f"{entered} of {len(answers)} people entered “{name}”{why}.",
        {"entered": entered, "refused": refused},
        "",
        code,
    )


def _people(workspace: Workspace, given: list[str]) -> list[int]:
    if given == [_EVERYBODY]:
        return list(workspace.store.people.everybody())
    return [person(workspace, text) for text in given]


def person(workspace: Workspace, text: str) -> int:
    """The contact whose e-mail address, phone number or id this is; UserError when there is none."""
    if _ID.fullmatch(text) and int(text) < _NO_ID:
        known = workspace.store.people.contact(int(text))
        if known is not None:
            return known.id
    region = workspace.settings.workspace.region
    kind = "email" if "@" in text else "phone"
    found = workspace.store.people.find(Address(kind, addresses.address(kind, text, region).value))
    if found is None:
        raise UserError(f"Nobody in this workspace has the address {text}.")
    return found
