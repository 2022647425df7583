"""What stops everything, or one flow, in words that say what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.model.desk import Braked, FlowInfo, Halt, HaltKind, Resting, Status
from app.model.kinds import KINDS
from app.ui.words import clock, number, said, tr

_UNITS: Final = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))
_DECIDED: Final = "broken"


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing that stands still: what, why, and which buttons let it go on."""

    words: str
    about: str
    icon: str = "problem"


def stop_of(status: Status) -> Stop | None:
    """What stops everything; None where the engine is well."""
    if status.halt is not None:
        return _halt(status.halt, status.clock)
    if status.engine == "failed" or (status.engine == "paused" and status.engine_detail):
        about = status.engine_detail or tr("The log has the details.")
        return Stop(tr("The engine does not run"), about, "engine")
    return None


def channel_stop(rest: Resting, now: datetime | None = None) -> Stop:
    """Why a channel is left alone, and until when."""
    words = resting_words(rest)
    until = clock(rest.until, now) if rest.until is not None else ""
    if rest.detail:
        about = tr("It says: {detail}. Its messages wait; the next is tried at {time}.")
    else:
        about = tr("Message after message failed. The others wait; the next is tried at {time}.")
    if not until:
        about = tr("Message after message failed. One is on its way to see whether it works again.")
    return Stop(words, about.format(detail=rest.detail.rstrip("."), time=until))


def resting_words(rest: Resting) -> str:
    """In a few words, for the status bar too."""
    kind = KINDS.get(rest.channel)
    channel = said(kind.title) if kind else rest.channel
    words = tr("{channel} rests: its server refuses us") if rest.detail else tr("{channel} rests: it fails")
    return words.format(channel=channel)


def flow_stop(info: FlowInfo) -> Stop:
    """Why a flow has paused itself."""
    what, _, error = info.paused_why.partition(":")
    error = error.strip()
    words = tr("“{flow}” paused itself").format(flow=info.name)
    if what == _DECIDED:
        about = tr("Its steps broke again and again ({error}). Nobody in it moves until you let it go on.")
    else:
        about = tr(
            "Its messages failed again and again ({error}). Nothing of it is sent until you let it go on."
        )
    return Stop(words, about.format(error=error or tr("unknown")))


def short_halt(halt: Halt) -> str:
    """For the status bar."""
    if halt.kind is HaltKind.CLOCK:
        return tr("The clock is in doubt")
    return tr("Going on in a moment") if halt.kind is HaltKind.RELEASING else tr("Everything is stopped")


def braked_words(done: Braked) -> str:
    """What stopping everything has done."""
    parts = [tr("Nothing leaves this machine now. {count} taken back.").format(count=number(done.taken_back))]
    if done.revoked:
        parts.append(tr("{count} revoked by the provider.").format(count=number(done.revoked)))
    if done.on_the_wire:
        parts.append(tr("{count} were just on the wire.").format(count=number(done.on_the_wire)))
    gone = len(done.gone_out)
    if gone:
        parts.append(tr("{count} had gone out within the last hour:").format(count=number(gone)))
    else:
        parts.append(tr("Nothing had gone out within the last hour."))
    return " ".join(parts)


def _halt(halt: Halt, now: datetime | None) -> Stop:
    if halt.kind is HaltKind.RELEASING:
        words = tr("The brake is being let go")
        return Stop(words, tr("Sending goes on in a moment."), "brake")
    if halt.kind is HaltKind.BRAKE:
        since = clock(halt.since, now) if halt.since is not None else ""
        words = tr("Everything is stopped since {time}").format(time=since)
        about = tr("Nothing is sent. What was queued was taken back: say whether it goes out after all.")
        return Stop(words, about, "brake")
    about = tr("Nothing is sent until it is right again. If it is right now, say so.")
    return Stop(_clock_words(halt), about, "clock")


def _clock_words(halt: Halt) -> str:
    if halt.off is None:
        if halt.is_ahead:
            return tr("This computer's clock is far in the future")
        return tr("This computer's clock is in the past")
    length = _length(abs(halt.off))
    if halt.is_ahead:
        return tr("This computer's clock was set forward by {length}").format(length=length)
    return tr("This computer's clock was set back by {length}").format(length=length)


def _length(time: timedelta) -> str:
    for unit, name in _UNITS:
        count = round(time / unit)
        if count >= 1:
            return _counted(name, count)
    return _counted("second", round(time.total_seconds()))


def _counted(name: str, count: int) -> str:
    one, many = {
        "day": (tr("1 day"), tr("{count} days")),
        "hour": (tr("1 hour"), tr("{count} hours")),
        "minute": (tr("1 minute"), tr("{count} minutes")),
        "second": (tr("1 second"), tr("{count} seconds")),
    }[name]
    return one if count == 1 else many.format(count=number(count))
