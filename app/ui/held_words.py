"""What waits for a person to decide, in words: how many, why, and what the buttons do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from app.model.desk import HeldGroup
from app.model.kinds import KINDS
from app.ui.words import number, said, tr

_BROKEN: Final = "broken:"


@dataclass(frozen=True, slots=True)
class Told:
    """``words`` stand first, ``about`` below; an empty button is not there."""

    words: str
    about: str
    send: str = ""
    drop: str = ""
    ask_send: str = ""
    """The question before sending; empty where none is asked."""
    icon: str = "pause"
    color: str = "warn"


def told(group: HeldGroup) -> Told:
    """What is said of these messages."""
    reason = "broken" if group.reason.startswith(_BROKEN) else group.reason
    return _TELLERS.get(reason, _other)(group)


def messages(group: HeldGroup) -> str:
    """“1 letter”, “40 letters”, “3 messages by SMS”."""
    count = number(group.count)
    if group.channel == "email":
        return tr("1 letter") if group.count == 1 else tr("{count} letters").format(count=count)
    kind = KINDS.get(group.channel)
    channel = said(kind.title) if kind else group.channel
    if group.count == 1:
        return tr("1 message by {channel}").format(channel=channel)
    return tr("{count} messages by {channel}").format(count=count, channel=channel)


def _late(group: HeldGroup) -> Told:
    return Told(
        tr("{messages} of “{flow}” came too late").format(messages=messages(group), flow=group.flow),
        tr("The machine was off or busy when they were due. Nothing goes out until you decide."),
        tr("Send after all…"),
        tr("Drop…"),
        tr("Send {messages} of “{flow}” now?").format(messages=messages(group), flow=group.flow),
        "clock",
    )


def _first_send(group: HeldGroup) -> Told:
    return Told(
        tr("The first of “{flow}” are out, {messages} wait behind them").format(
            flow=group.flow, messages=messages(group)
        ),
        tr("Look at what came of the first, then let the others go."),
        tr("Let them go…"),
        tr("Drop…"),
        tr("Let {messages} of “{flow}” go?").format(messages=messages(group), flow=group.flow),
        "send",
    )


def _ceiling(group: HeldGroup) -> Told:
    return Told(
        tr("{messages} of “{flow}” wait for tomorrow").format(messages=messages(group), flow=group.flow),
        tr("Today's limit of this channel is used up. They go out by themselves when the day turns."),
        drop=tr("Drop…"),
        icon="ring",
    )


def _unknown(group: HeldGroup) -> Told:
    return Told(
        tr("{messages} of “{flow}” may or may not have gone out").format(
            messages=messages(group), flow=group.flow
        ),
        tr("The machine stopped in the very moment of sending. Sent again, some may get it twice."),
        tr("Send again…"),
        tr("Do not send…"),
        tr("Send {messages} of “{flow}” again?").format(messages=messages(group), flow=group.flow),
        "help",
    )


def _broken(group: HeldGroup) -> Told:
    why = group.reason.removeprefix(_BROKEN).strip()
    return Told(
        tr("{messages} of “{flow}” broke").format(messages=messages(group), flow=group.flow),
        tr("Each was tried and went wrong on our side: {why}").format(why=why),
        tr("Try again"),
        tr("Drop…"),
        icon="problem",
        color="danger",
    )


def _other(group: HeldGroup) -> Told:
    return Told(
        tr("{messages} of “{flow}” are held").format(messages=messages(group), flow=group.flow),
        group.reason.replace("-", " "),
        tr("Send after all…"),
        tr("Drop…"),
        tr("Send {messages} of “{flow}” now?").format(messages=messages(group), flow=group.flow),
    )


_TELLERS: Final[Mapping[str, Callable[[HeldGroup], Told]]] = {
    "late": _late,
    "first-send": _first_send,
    "ceiling": _ceiling,
    "unknown": _unknown,
    "broken": _broken,
}
