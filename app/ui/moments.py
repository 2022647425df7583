"""Moments in as few letters as a line on the canvas has room for."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtCore import QDate, QDateTime, QLocale, QTimeZone

_WEEK: Final = 7


def short_moment(moment: datetime, now: datetime | None = None) -> str:
    """“14:02” today, “Tue 14:02” within a week, else “3 Nov 14:02”, in the reader's language.

    ``now``: the engine's time where it is not the wall's.
    """
    local = QDateTime.fromSecsSinceEpoch(int(moment.timestamp())).toLocalTime()
    today = (
        QDateTime.fromSecsSinceEpoch(int(now.timestamp())).toLocalTime()
        if now
        else QDateTime.currentDateTime()
    )
    locale = QLocale()
    time = local.time().toString("HH:mm")
    away = local.date().daysTo(today.date())
    if not away:
        return time
    day = "ddd" if abs(away) < _WEEK else "d MMM"
    return f"{locale.toString(local.date(), day)} {time}"


def here() -> tzinfo:
    """The time zone of this machine."""
    try:
        return ZoneInfo(QTimeZone.systemTimeZoneId().toStdString())
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def day_and_date(moment: datetime) -> str:
    """“Mon 7 Dec”, in the reader's language."""
    return QLocale().toString(QDate(moment.year, moment.month, moment.day), "ddd d MMM")
