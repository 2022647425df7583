"""The workspace's rules of sending, as chance sets them."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from typing import Final

from app.model.durations import parse_duration
from app.model.rules import Cap, Rate, Rules, WarmUp, Window

_CHANNELS: Final = ("email", "sms", "rcs", "telegram", "whatsapp", "carrot")
_DAY: Final = Window(time(9), time(20))
_WEEK: Final = frozenset(range(5))


def rules_of(dice: random.Random, now: datetime) -> Rules:
    """Some limits are set and some are not."""
    today = now.date()
    windows = {channel: _window(dice) for channel in _CHANNELS if dice.random() < 0.5}
    return Rules(
        windows=windows,
        holidays=frozenset(today + timedelta(days=dice.randint(0, 30)) for _ in range(dice.randint(0, 3))),
        business=_business(dice),
        cap=_cap(dice),
        ceilings={channel: dice.choice([8, 20, 60]) for channel in _CHANNELS if dice.random() < 0.3},
        rates={channel: _rates(dice) for channel in _CHANNELS if dice.random() < 0.3},
        domains={"gmail": dice.choice([2, 5])} if dice.random() < 0.4 else {},
        sending_domain="shop.example" if dice.random() < 0.6 else "",
        warm_up=_warm_up(dice, today),
    )


def _window(dice: random.Random) -> Window:
    return dice.choice([_DAY, Window(time(8, 30), time(21)), Window(time(9), time(20), _WEEK)])


def _business(dice: random.Random) -> dict[int, Window]:
    return (
        {day: Window(time(9), time(18)) for day in range(dice.choice([5, 6]))} if dice.random() < 0.6 else {}
    )


def _cap(dice: random.Random) -> Cap:
    most = dice.choice([0, 2, 4, 8])
    return Cap(most, most + 2 if most else 0, parse_duration(dice.choice(["P7D", "P1D", "P1M"])))


def _rates(dice: random.Random) -> tuple[Rate, ...]:
    return (Rate(dice.choice([2, 5]), 60), Rate(dice.choice([20, 40]), 86_400))[: dice.choice([1, 2])]


def _warm_up(dice: random.Random, today: date) -> WarmUp | None:
    return WarmUp(today, dice.choice([3, 10]), 1.5) if dice.random() < 0.3 else None
