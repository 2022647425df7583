"""R12 and Show 3 of the issue: simulated months with hostile seeds, story 1 and story 2 in every one.

Processes die at named gaps, answers are lost, doubled or left out, events come late, doubled and disordered,
clocks are set, the machine sleeps, channels are slow or down, an engine that stands still is replaced.
A seed that fails prints itself: ``python -m tests.sim.month SEED`` plays it again.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from app.engine.faults import POINTS
from app.store.database import SqlStore
from tests.figures import Figures
from tests.sim.month import FULL, LEAN, Size, Told, month
from tests.sim.scans import noted, scans

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "tests" / "seeds.txt"
EACH = 4
"""Seeds of one test every time, ``MANY`` of one by night."""
MANY = 25
NIGHTS = 12


def played(seeds: Iterable[int], size: Size, *, sqlite: bool = False) -> list[Told]:
    """These months, one after the other; whatever is wrong in one is raised with its seed."""
    told = []
    for seed in seeds:
        with month(seed, size, sqlite=sqlite) as made:
            told.append(made.play())
    return told


def told_of(figures: Figures, seeds: range, size: Size, months: list[Told]) -> None:
    """The figures of these months: what is counted as lost, twice or mixed would have raised."""
    figures(
        "R12",
        seeds=f"{seeds[0]}-{seeds[-1]}",
        contacts=size.people,
        steps=sum(one.steps for one in months),
        invariants=sum(one.checked for one in months),
        events=sum(one.events for one in months),
        journeys=sum(one.journeys for one in months),
        messages=sum(one.sent for one in months),
        killed=sum(sum(one.killed.values()) for one in months),
        takeovers=sum(one.takeovers for one in months),
        lost=0,
        twice=0,
        doubled=0,
        again=sum(one.doubled for one in months),
        months_a_minute=round(60 * len(months) / sum(one.seconds for one in months), 1),
    )
    figures(
        "show 3",
        seeds=f"{seeds[0]}-{seeds[-1]}",
        orders=sum(one.orders for one in months),
        after_their_order=0,
        mixed=0,
        waits_ended=sum(one.timeouts for one in months),
        not_exactly=0,
    )


@pytest.mark.timeout(300)
@pytest.mark.parametrize("first", range(1, 21, EACH))
def test_nothing_is_wrong_in_a_month(first: int, figures: Figures) -> None:
    seeds = range(first, first + EACH)
    months = played(seeds, LEAN)
    told_of(figures, seeds, LEAN, months)
    assert all(one.sent and one.orders and one.timeouts for one in months)
    assert sum(one.takeovers for one in months) >= EACH
    assert len({name for one in months for name in one.killed}) >= len(POINTS) / 3


def found_before() -> list[int]:
    """The seeds of R12 that have found something once."""
    lines = [line.split() for line in SEEDS.read_text("utf-8").splitlines()]
    return [int(line[1]) for line in lines if line[:1] == ["R12"]]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", found_before())
def test_what_was_found_once_stays_mended(seed: int, figures: Figures) -> None:
    told_of(figures, range(seed, seed + 1), FULL, played([seed], FULL))


@pytest.mark.timeout(300)
def test_nothing_is_wrong_in_a_month_over_a_database_and_its_cost_follows_what_is_due(
    figures: Figures,
) -> None:
    """R12 where every commit is one of SQLite; Show 1: none of its statements reads a table from end to
    end."""
    with noted() as statements, month(101, LEAN, sqlite=True) as made:
        told = made.play()
        assert isinstance(made.shop.store, SqlStore)
        whole = scans(made.shop.store, statements)
    told_of(figures, range(101, 102), LEAN, [told])
    figures("show 1", statements=len(statements), commits=told.commits, scans=len(whole))
    assert len(statements) > 60
    assert whole == [], "\n".join(whole)


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_nothing_is_wrong_in_many_months_over_a_database(figures: Figures) -> None:
    seeds = range(102, 112)
    told_of(figures, seeds, LEAN, played(seeds, LEAN, sqlite=True))


def test_a_seed_is_one_month() -> None:
    """R12: in other processes too, whatever the order of their sets is."""
    command = [sys.executable, "-m", "tests.sim.month", "--lean", "42"]
    told = [
        subprocess.run(
            command,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": order},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=110,
        ).stdout
        for order in ("1", "2")
    ]
    first, second = (text.split("steps=")[1] for text in told)
    assert first == second


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("first", range(1001, 1001 + NIGHTS * MANY, MANY))
def test_nothing_is_wrong_in_many_months(first: int, figures: Figures) -> None:
    seeds = range(first, first + MANY)
    months = played(seeds, FULL)
    told_of(figures, seeds, FULL, months)
    killed = Counter[str]()
    for one in months:
        killed.update(one.killed)
    figures("R12", gaps=len(killed), of_gaps=len(POINTS))
    assert len(killed) >= len(POINTS) * 2 / 3, sorted(set(POINTS) - set(killed))
