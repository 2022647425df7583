"""Words of the window that more than one screen says."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from app.model.kinds import Category

if TYPE_CHECKING:
    from app.model.ports import FlowInfo, Status

# What a flow file, a workspace or the node table calls something is translated in the context of the canvas,
# so that both rooms say the same word.


def said(text: str) -> str:
    """A text of the node table in the language of the program."""
    return QCoreApplication.translate("Canvas", text)


def tr(text: str, count: int = -1) -> str:
    """A text of the window in the language of the program; ``%n`` in it is ``count``."""
    return QCoreApplication.translate("Window", text, None, count)


def category_words(category: Category) -> str:
    """The palette's heading."""
    return {
        Category.ENTRY: tr("Start"),
        Category.MESSAGE: tr("Message"),
        Category.WAIT: tr("Wait"),
        Category.BRANCH: tr("Branch"),
        Category.ACTION: tr("Do"),
        Category.END: tr("End"),
    }[category]


def state_chip(info: FlowInfo) -> tuple[str, str]:
    """(words, meaning of the chip) for what a flow is doing."""
    from app.model.journey import FlowState  # not needed for the first picture

    version = tr("version {number}").format(number=info.version)
    if info.paused_why and info.state is FlowState.PAUSED:
        return tr("Paused itself, {version}").format(version=version), "broken"
    return {
        FlowState.DRAFT: (tr("Never published"), "plain"),
        FlowState.LIVE: (tr("Live, {version}").format(version=version), "well"),
        FlowState.PAUSED: (tr("Paused, {version}").format(version=version), "soon"),
        FlowState.CLOSED: (tr("Nobody new, {version}").format(version=version), "soon"),
        FlowState.STOPPED: (tr("Stopped, {version}").format(version=version), "broken"),
    }[info.state]


def engine_words(status: Status) -> tuple[str, str]:
    """(words, colour token of the dot) for what the engine is doing."""
    if status.halt is not None:
        from app.ui.halt_words import short_halt  # not needed for the first picture

        return short_halt(status.halt), "danger"
    return {
        "running": (tr("Running"), "ok"),
        "paused": (tr("Paused"), "ink-3"),
        "stopped": (tr("Stopped"), "ink-3"),
        "failed": (tr("Broken"), "danger"),
    }.get(status.engine, (status.engine, "ink-3"))


def clock(moment: datetime, now: datetime | None = None) -> str:
    """The moment as people say it here: the time alone today, else with the date."""
    local = QDateTime.fromSecsSinceEpoch(int(moment.timestamp())).toLocalTime()
    today = QDateTime.fromSecsSinceEpoch(int(now.timestamp())) if now else QDateTime.currentDateTime()
    time = _locale().toString(local.time(), QLocale.FormatType.ShortFormat)
    if local.date() == today.toLocalTime().date():
        return time
    return f"{_locale().toString(local.date(), QLocale.FormatType.ShortFormat)} {time}"


def time_now() -> str:
    """The time of day as people write it here."""
    return _locale().toString(QDateTime.currentDateTime().time(), QLocale.FormatType.ShortFormat)


def _locale() -> QLocale:
    """The reader's country; a machine that names none writes as the language of the program does."""
    system = QLocale()
    return QLocale("en_GB") if system.language() is QLocale.Language.C else system


def number(value: int) -> str:
    """Grouped as the reader's country does."""
    return _locale().toString(value)


def percent(share: float) -> str:
    """“45” or “33.3”: at most one decimal, and none that is nothing."""
    rounded = round(share, 1)
    whole = rounded == int(rounded)
    return _locale().toString(int(rounded)) if whole else _locale().toString(rounded, "f", 1)


def people(count: int) -> str:
    """“1 person”, “12 people”."""
    return tr("1 person") if count == 1 else tr("{count} people").format(count=number(count))
