"""Sources that other people wrote: entry points of the group ``chainwright.sources``.

An entry point's name is the source's name; it leads to a function that takes a ``Kit`` and answers a
source, or None when it is not set up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import entry_points
from typing import Any, Final, Protocol

from app.model.people import ContactRow, ImportReport
from app.support.log import log_bug
from app.support.net import Client

GROUP: Final = "chainwright.sources"


class Source(Protocol):
    """A way in for contacts."""

    @property
    def name(self) -> str:
        """The name of its entry point."""

    def contacts(self, *, now: datetime, report: ImportReport) -> Iterator[ContactRow]:
        """Yields contacts as they come, counts each in ``report.read`` and names those it leaves out in
        ``report.skipped``; UserError or WorldError when nothing of it should be kept."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What a source may work with."""

    settings: Mapping[str, Any]
    """Stored settings that begin with the source's name and a dot, without that beginning."""
    secret: Callable[[str], str | None]
    """The secret of this name, out of the keyring."""
    client: Client
    region: str = ""
    """The country (two letters) that phone numbers without one belong to."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A source that could not be made; the sentence is for the person."""

    name: str
    sentence: str


def foreign_sources(kit_of: Callable[[str], Kit]) -> tuple[Sequence[Source], Sequence[Broken]]:
    """All of them, and those that broke while they were loaded: one bad plug-in stops no other."""
    sources: list[Source] = []
    broken: list[Broken] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            made = entry.load()(kit_of(entry.name))
        except Exception as error:  # noqa: BLE001 - what a foreign source raises is not ours to know
            log_bug("a foreign source", error, source=entry.name)
            broken.append(
                Broken(entry.name, f"The source “{entry.name}” cannot be loaded; update or remove it.")
            )
            continue
        if made is None:
            continue
        if not callable(getattr(made, "contacts", None)) or getattr(made, "name", None) != entry.name:
            broken.append(Broken(entry.name, f"“{entry.name}” is not a source; update or remove it."))
        else:
            sources.append(made)
    return sources, broken
