"""The rules of sending, made from a workspace's settings, and what is to be said about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from app.model.durations import parse_duration
from app.model.rules import Cap, Keep, Rules, WarmUp, Window
from app.support import settings as names
from app.support.feasts import public_holidays
from app.support.settings.sending import ALWAYS, CEILING, CHANNELS, WINDOWS, business_of, rates_of, window_of

if TYPE_CHECKING:
    from app.bootstrap.workspace import Workspace
    from app.support.settings import Settings
    from app.support.settings.sending import SendingSettings


def rules_of(settings: Settings, today: date, *, practice: bool = False) -> Rules:
    """What the policy asks in a workspace with these settings, as of this day.

    In practice mode nothing reaches anybody: hours and ceilings that the owner has not chosen keep nothing
    back then, so that trying a flow in the evening shows what it does.
    """
    sending = settings.sending
    return Rules(
        windows=_windows(sending, practice=practice),
        holidays=frozenset(sending.closed) | (_public_holidays(sending, today) or frozenset()),
        business=business_of(sending.business),
        cap=Cap(sending.cap, sending.cap_important, parse_duration(sending.cap_within)),
        ceilings=_ceilings(sending, practice=practice),
        rates={channel: rates_of(text) for channel, text in sending.rate.items()},
        domains={receiver: most for receiver, most in sending.daily.items() if most},
        sending_domain=settings.email.sender.rpartition("@")[2].lower(),
        warm_up=_warm_up(sending),
        keep=Keep(
            parse_duration(f"P{settings.keep.journal_days}D"), parse_duration(f"P{settings.keep.months}M")
        ),
    )


def missing_holidays(settings: Settings, today: date) -> str:
    """The region whose holidays are asked for and which has no table; empty when all is well."""
    sending = settings.sending
    return sending.holidays if _public_holidays(sending, today) is None else ""


def _ceilings(sending: SendingSettings, *, practice: bool) -> Mapping[str, int]:
    usual = 0 if practice else CEILING
    return {channel: sending.ceiling.get(channel, usual) for channel in CHANNELS}


def _windows(sending: SendingSettings, *, practice: bool) -> Mapping[str, Window]:
    usual = dict.fromkeys(CHANNELS, ALWAYS) if practice else WINDOWS
    read = {channel: window_of(sending.window.get(channel, usual[channel])) for channel in CHANNELS}
    return {channel: window for channel, window in read.items() if window is not None}


def _public_holidays(sending: SendingSettings, today: date) -> frozenset[date] | None:
    """Those of last year too: somewhere it may still be."""
    if not sending.holidays:
        return frozenset()
    return public_holidays(sending.holidays, (today.year - 1, today.year, today.year + 1))


def _warm_up(sending: SendingSettings) -> WarmUp | None:
    if sending.warm_up_since is None:
        return None
    return WarmUp(sending.warm_up_since, sending.warm_up_first, sending.warm_up_factor)


@dataclass(slots=True)
class Renewal:
    """Makes the rules again when the settings, or the year, have changed since they were made."""

    workspace: Workspace
    _stored: Mapping[str, Any] | None = None
    _year: int = 0
    _wired: bool = False
    _rules: Rules = field(default_factory=Rules)

    def __call__(self) -> Rules:
        stored = self.workspace.store.settings.all()
        today = self.workspace.clock.now().astimezone(self.workspace.context.zone).date()
        wired = self.workspace.wiring is not None
        if (stored, today.year, wired) != (self._stored, self._year, self._wired):
            settings = names.load(stored)
            self._rules = rules_of(settings, today, practice=wired or settings.practice)
            self._stored, self._year, self._wired = stored, today.year, wired
        return self._rules
