"""Properties, names, tags, zone and language of a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.sources import cells
from app.sources.headers import Column, Role

_LONGEST_TAG: Final = 200


@dataclass(slots=True)
class Fields:
    """What a row says about its contact besides addresses and consent."""

    properties: dict[str, str] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    zone: str = ""
    language: str = ""


class FieldReader:
    """Reads them; where each stands is found once for the whole file."""

    def __init__(self, columns: Iterable[Column]) -> None:
        by_role: dict[Role, list[Column]] = {role: [] for role in Role}
        for column in columns:
            by_role[column.role].append(column)
        self._plain = [(one.place, one.name) for one in by_role[Role.PROPERTY] + by_role[Role.STATUS]]
        self._dates = [(one.place, one.name) for one in by_role[Role.DATE]]
        self._tags = [one.place for one in by_role[Role.TAGS]]
        self._zones = [(one.place, one.name) for one in by_role[Role.ZONE]]
        self._languages = [(one.place, one.name) for one in by_role[Role.LANGUAGE]]
        self._first = [one.place for one in by_role[Role.FIRST_NAME]]
        self._last = [one.place for one in by_role[Role.LAST_NAME]]
        self._full = [one.place for one in by_role[Role.FULL_NAME] + by_role[Role.LAST_NAME_FIRST]]
        self._last_first = not by_role[Role.FULL_NAME]

    def read(self, values: Sequence[str]) -> Fields:
        """``values`` are clean and as many as there are columns."""
        found = Fields()
        properties = found.properties
        self._add_names(properties, values)
        for place, name in self._plain:
            if values[place]:
                properties[name] = values[place]
        for place, name in self._dates:
            if values[place]:
                properties[name] = cells.iso_date(values[place])
        for place in self._tags:
            if values[place]:
                found.tags |= {tag for tag in cells.tags(values[place]) if len(tag) <= _LONGEST_TAG}
        self._add_place(found, values)
        return found

    def _add_place(self, found: Fields, values: Sequence[str]) -> None:
        """Zone and language; what is neither stays a property."""
        for place, name in self._zones:
            if values[place]:
                found.zone = cells.zone(values[place])
                if not found.zone:
                    found.properties[name] = values[place]
        for place, name in self._languages:
            if values[place]:
                found.language = cells.language(values[place])
                if not found.language:
                    found.properties[name] = values[place]

    def _add_names(self, properties: dict[str, str], values: Sequence[str]) -> None:
        first, last, full = (_first_of(places, values) for places in (self._first, self._last, self._full))
        if full and first and not self._last:
            last = full.removeprefix(first).strip()  # “Vorname” beside “Name”: the name is the family's
        elif full and not first and not last:
            first, last = cells.split_name(full, last_first=self._last_first)
            properties["full_name"] = full
        if first:
            properties["first_name"] = first
        if last:
            properties["last_name"] = last


def _first_of(places: Iterable[int], values: Sequence[str]) -> str:
    return next((values[place] for place in places if values[place]), "")
