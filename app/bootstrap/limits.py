"""What the limits of sending hold up, in sentences for the status bar, ``doctor`` and ``run``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from app.bootstrap.drawing import plural
from app.bootstrap.rules import missing_holidays
from app.engine.limits import OTHERS, RECEIVERS, day_of, receiver_name

if TYPE_CHECKING:
    from datetime import datetime

    from app.bootstrap.workspace import Workspace
    from app.store.numbers import Waiting

CHANNELS: Final[Mapping[str, str]] = {
    "email": "E-mail",
    "sms": "SMS",
    "rcs": "RCS",
    "telegram": "Telegram",
    "whatsapp": "WhatsApp",
    "carrot": "Carrot quest",
}
_RECEIVERS: Final = {"gmail": "Gmail", "yahoo": "Yahoo", "microsoft": "Outlook and Hotmail"}
_NEAR, _LARGE = 4_000, 5_000
"""Letters of one day to one receiver from which on it treats us as a bulk sender."""
_ASKED: Final = "SPF, DKIM, DMARC and one-click unsubscribe"
_REASONS: Final = {
    "quiet-hours": "the hours of sending",
    "capped": "people who had enough",
    "day-limit": "the day's limit of a receiver",
    "warm-up": "the warm-up of the domain",
}


def limit_lines(workspace: Workspace) -> tuple[str, ...]:
    """What somebody should know, the most pressing first; nothing when no limit holds anything up."""
    return (*_held(workspace), *_used_up(workspace), *_large(workspace), *_holidays(workspace))


def _held(workspace: Workspace) -> Iterator[str]:
    rules = workspace.context.rules
    by_channel: dict[str, int] = {}
    for one in workspace.store.numbers.held():
        if one.reason == "first-send":
            yield (
                f"“{one.flow}”: the first are out; {plural(one.count, 'message')} behind them wait for you"
            )
        elif one.reason == "ceiling":
            by_channel[one.channel] = by_channel.get(one.channel, 0) + one.count
    for channel, count in by_channel.items():
        most = rules.ceilings.get(channel, 0)
        yield (
            f"{CHANNELS.get(channel, channel)}: {most:,} a day are used up; {plural(count, 'message')} wait "
            f"for tomorrow, or for a higher sending.ceiling.{channel}"
        )


def _used_up(workspace: Workspace) -> Iterator[str]:
    """Rates that hold rows up at present, as the sender has written it down."""
    for channel in workspace.context.rules.rates:
        if workspace.store.numbers.remembered(f"limited:{channel}") is not None:
            rate = workspace.settings.sending.rate.get(channel, "")
            yield f"{CHANNELS.get(channel, channel)} goes out at its rate of {rate}"


def _large(workspace: Workspace) -> Iterator[str]:
    """Gmail, Yahoo and Microsoft ask more of whoever writes to 5,000 of their people a day."""
    domain = workspace.context.rules.sending_domain
    if not domain:
        return
    today = day_of(workspace.clock.now(), workspace.zone)
    for receiver in RECEIVERS:
        used = workspace.store.numbers.used(receiver_name(receiver, domain), today)
        if used >= _LARGE:
            yield f"{used:,} letters to {_RECEIVERS[receiver]} today: it refuses bulk mail without {_ASKED}"
        elif used >= _NEAR:
            yield (f"{used:,} letters to {_RECEIVERS[receiver]} today: from 5,000 on it asks for {_ASKED}")


def _holidays(workspace: Workspace) -> Iterator[str]:
    """R18: said, and sending goes on without them."""
    today = workspace.clock.now().astimezone(workspace.zone).date()
    region = missing_holidays(workspace.settings, today)
    if region:
        yield f"There is no table of holidays for {region}: sending.holidays keeps nothing back"


def counted_today(workspace: Workspace) -> Mapping[str, int]:
    """Letters of today by receiver, as far as they are counted."""
    domain = workspace.context.rules.sending_domain
    today = day_of(workspace.clock.now(), workspace.zone)
    names = [*RECEIVERS, OTHERS] if domain else []
    return {name: workspace.store.numbers.used(receiver_name(name, domain), today) for name in names}


def waits_in_words(workspace: Workspace) -> str:
    """What the policy has put off, such as “; 12 messages wait for the hours of sending (until 08:00)”."""
    told = [_wait_in_words(workspace, one) for one in workspace.store.numbers.put_off()]
    return "".join(f"; {one}" for one in told)


def _wait_in_words(workspace: Workspace, one: Waiting) -> str:
    until = _said(workspace, one.until) if one.until is not None else ""
    verb = "waits" if one.count == 1 else "wait"
    why = _REASONS.get(one.reason, one.reason)
    return f"{plural(one.count, 'message')} {verb} for {why}{f' ({until})' if until else ''}"


def _said(workspace: Workspace, moment: datetime) -> str:
    local = moment.astimezone(workspace.zone)
    today = workspace.clock.now().astimezone(workspace.zone).date()
    return f"from {local:%H:%M} on" if local.date() == today else f"from {local:%d %b %H:%M} on"
