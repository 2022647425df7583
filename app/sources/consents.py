"""What a row says about consent. Nothing is noted that the row does not say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from app.model.people import Consent
from app.sources import cells
from app.sources.cells import Answer
from app.sources.headers import Column, Role

KIND_OF_CHANNEL: Final = {"email": "email", "sms": "phone", "whatsapp": "phone", "rcs": "phone"}
SOURCE: Final = "import"
_UNSAID: Final = frozenset({Answer.NO, Answer.UNKNOWN})


@dataclass(slots=True)
class Said:
    """What one row says, channel by channel."""

    yes: dict[str, str] = field(default_factory=dict)
    """The header of the column that says so."""
    no: dict[str, str] = field(default_factory=dict)
    suppress: set[str] = field(default_factory=set)
    times: dict[tuple[Role, str], datetime] = field(default_factory=dict)
    not_understood: list[str] = field(default_factory=list)
    """Headers of consent columns whose answer is none."""


class ConsentReader:
    """Reads the consent columns of a file; ``always`` is what the file itself says, a list of subscribers."""

    def __init__(
        self, columns: Iterable[Column], file: str, now: datetime, always: Answer = Answer.UNKNOWN
    ) -> None:
        self._columns = [(one, one.place, _READERS[one.role]) for one in columns if one.role in _READERS]
        self._file, self._now, self._always = file, now, always

    def read(self, row: int, values: list[str]) -> tuple[tuple[Consent, ...], frozenset[str], list[str]]:
        """The row's consents, kinds of address that get nothing, and headers of answers not understood."""
        said = Said()
        _note(said, self._always, ("email",), self._file)
        for column, place, reader in self._columns:
            if values[place]:
                reader(said, column, values[place])
        channels = dict.fromkeys([*said.no, *said.yes])  # a refusal outweighs an agreement
        consents = tuple(self._consent(channel, said, row) for channel in channels)
        return consents, frozenset(said.suppress), said.not_understood

    def _consent(self, channel: str, said: Said, row: int) -> Consent:
        given = channel not in said.no
        header = said.yes[channel] if given else said.no[channel]
        proof: Mapping[str, Any] = {"file": self._file, "row": row, "column": header}
        at = min(self._at(channel, given, said.times) or self._now, self._now)
        return Consent(channel, given, at, SOURCE, header, proof)

    def _at(self, channel: str, given: bool, times: Mapping[tuple[Role, str], datetime]) -> datetime | None:
        own = Role.CONSENT_TIME if given else Role.REFUSED_TIME
        for role in (Role.ANSWER_TIME, own):
            found = times.get((role, channel)) or times.get((role, ""))
            if found:
                return found
        return None


def _note(said: Said, answer: Answer, channels: Iterable[str], header: str) -> None:
    for channel in channels:
        if answer is Answer.YES:
            said.yes.setdefault(channel, header)
        elif answer is Answer.NO:
            said.no.setdefault(channel, header)
        elif answer is Answer.SUPPRESSED:
            said.suppress.add(KIND_OF_CHANNEL[channel])


def _consent(said: Said, column: Column, text: str) -> None:
    answer = cells.answer(text)
    if answer is Answer.NOT_UNDERSTOOD:
        named = cells.channels_named(text)
        if named:
            _note(said, Answer.YES, named, column.header)
        else:
            said.not_understood.append(column.header)
    _note(said, answer, column.channels, column.header)


def _refusal(said: Said, column: Column, text: str) -> None:
    if cells.answer(text) is Answer.YES:
        _note(said, Answer.NO, column.channels, column.header)
    elif cells.answer(text) is Answer.NOT_UNDERSTOOD:
        said.not_understood.append(column.header)


def _status(said: Said, column: Column, text: str) -> None:
    _note(said, cells.status(text), column.channels, column.header)


def _suppressed(said: Said, column: Column, text: str) -> None:
    """Anything but a plain no: rather a message too few."""
    if cells.answer(text) not in _UNSAID:
        _note(said, Answer.SUPPRESSED, column.channels, column.header)


def _refused_time(said: Said, column: Column, text: str) -> None:
    at = cells.moment(text)
    if at is None and (cells.answer(text) in _UNSAID or not text.strip("0-:/. ")):
        return
    _note(said, Answer.NO, column.channels, column.header)
    if at:
        _time(said, column, text)


def _time(said: Said, column: Column, text: str) -> None:
    at = cells.moment(text)
    for channel in column.channels or ("",):
        known = said.times.get((column.role, channel))
        if at and (known is None or at > known):
            said.times[column.role, channel] = at


_READERS: Final = {
    Role.CONSENT: _consent,
    Role.REFUSAL: _refusal,
    Role.STATUS: _status,
    Role.SUPPRESSED: _suppressed,
    Role.REFUSED_TIME: _refused_time,
    Role.CONSENT_TIME: _time,
    Role.ANSWER_TIME: _time,
}
