"""R43: an engine that dies or hangs is noticed within ten seconds and replaced; after the third time in ten
minutes it stays down, and says so."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.engine.engine import Engine
from app.engine.keeper import DOWN, KEEPER, Keeper, Run, ThreadRun, note_down, note_up
from app.engine.pulse import USUAL, Pulse
from app.engine.watch import Found
from app.model.errors import ChainwrightError, DamagedError, RefusedError
from app.model.journey import MessageState
from app.store.database import open_store
from tests.engine.flows import one_letter
from tests.engine.world import World
from tests.figures import Figures

ENDS = {MessageState.SENT, MessageState.UNKNOWN}
MARK = 10.0
"""Seconds within which it has to be noticed."""


class Played:
    """A run whose end is told beforehand."""

    def __init__(self, fault: str = "", final: ChainwrightError | None = None, *, over: bool = False) -> None:
        self._fault, self._final, self._over = fault, final, over
        self.ended = self.abandoned = False

    def fault(self) -> str:
        return self._fault

    def is_over(self) -> bool:
        return self._over

    def final(self) -> ChainwrightError | None:
        return self._final

    def end(self) -> None:
        self.ended = True

    def abandon(self) -> None:
        self.abandoned = True


class Played_Clock:  # noqa: N801 - beside Played
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


# --- how often ---


def keep(*runs: Played, gaps: float = 1.0) -> tuple[Keeper, list[Played]]:
    """Keeps these one after the other, each so long after the one before; then it is told to stop."""
    clock, stop, started = Played_Clock(), threading.Event(), list[Played]()
    waiting = list(runs)

    def start() -> Run:
        clock.now += gaps
        started.append(waiting.pop(0) if waiting else Played())
        if not waiting:
            stop.set() if len(started) > len(runs) else None
        return started[-1]

    keeper = Keeper(start, clock=clock, look=0.0)
    keeper.keep(stop)
    return keeper, started


def test_the_third_failure_in_ten_minutes_is_the_last(expect_log: Callable[[str], None]) -> None:
    expect_log("started again")
    expect_log("stays down")
    keeper, started = keep(Played("has died"), Played("stands still"), Played("has died"), Played())
    assert len(started) == 3
    assert all(one.abandoned for one in started)
    assert str(keeper.down) == DOWN
    assert keeper.is_worn_out


def test_failures_far_apart_are_forgotten(expect_log: Callable[[str], None]) -> None:
    expect_log("started again")
    keeper, started = keep(*[Played("has died")] * 5, gaps=301.0)
    assert (len(started), keeper.down) == (6, None)
    assert started[-1].ended


def test_what_no_other_one_would_do_better_is_not_tried_again() -> None:
    """R6: a damaged database above all."""
    damage = DamagedError("The database is damaged.")
    keeper, started = keep(Played("has died", damage), Played())
    assert (len(started), keeper.down) == (1, damage)
    assert not keeper.is_worn_out


def test_one_that_ends_by_itself_is_not_missed() -> None:
    keeper, started = keep(Played(over=True), Played())
    assert (len(started), keeper.down) == (1, None)


def test_one_that_cannot_be_started_says_why() -> None:
    def refuses() -> Run:
        raise RefusedError("It runs already.")

    keeper = Keeper(refuses)
    keeper.keep(threading.Event())
    assert str(keeper.down) == "It runs already."


def test_whoever_stood_still_itself_accuses_nobody() -> None:
    """A process that was frozen wakes up with all pulses overdue."""
    clock, stop, beats = Played_Clock(), threading.Event(), list[float]()

    class Frozen(Played):
        looks = 0

        def fault(self) -> str:
            self.looks += 1
            if self.looks == 2:
                stop.set()
            return "" if clock.now > 3600 else "stands still"

    class Waking(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            clock.now += 3600.0 if not clock.now else 0.5
            return stop.is_set()

    run = Frozen()
    Keeper(lambda: run, beat=lambda: beats.append(clock.now), clock=clock).keep(Waking())
    assert run.ended
    assert not run.abandoned
    assert beats == [3600.5, 3601.0]


def test_a_pulse_is_of_one_thread() -> None:
    now = Played_Clock()
    pulse = Pulse(now)
    assert not pulse.is_overdue(), "nobody has begun"
    pulse.begin()
    now.now = USUAL + 0.1
    assert pulse.is_overdue()
    other = threading.Thread(target=pulse.beat)
    other.start()
    other.join()
    assert pulse.is_overdue(), "another thread's beat"
    pulse.beat(5.0)
    now.now += USUAL + 4.9
    assert not pulse.is_overdue()


# --- a real engine ---


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[World]:
    """A workspace in which people are to get a letter each."""
    store = open_store(tmp_path / "workspace.db")
    world = World(store)
    world.engine.start()
    world.publish(one_letter())
    world.enter(*world.people_with_mail(30))
    yield world
    states = Counter(one.state for one in world.messages())
    assert set(states) <= ENDS
    assert states[MessageState.UNKNOWN] <= world.email.in_flight
    assert (
        len({one.message_id for one in world.email.sent})
        == len(world.email.sent)
        >= states[MessageState.SENT]
    )
    world.check()
    store.close()


@contextmanager
def keeping(world: World) -> Iterator[tuple[Keeper, list[Engine]]]:
    """Engine after engine, as the program keeps them."""
    engines, stop = list[Engine](), threading.Event()

    def start() -> Run:
        name = f"kept-{len(engines)}"
        engines.append(Engine(world.context, world.engine.channels, name, gone=lambda _: True))
        return ThreadRun(engines[-1])

    keeper = Keeper(start)
    thread = threading.Thread(target=keeper.keep, args=(stop,))
    thread.start()
    try:
        yield keeper, engines
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()


def wait_for(what: Callable[[], object], seconds: float = 40.0) -> float:
    """How long it took."""
    begun, pause = time.monotonic(), threading.Event()
    while not what():
        assert time.monotonic() - begun < seconds, "it never came"
        pause.wait(0.01)
    return time.monotonic() - begun


class _GoneError(BaseException):
    """Nothing that a thread's own guard catches."""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("who", ["deciding", "sending"])
def test_a_thread_that_dies_is_noticed_and_replaced(
    kept: World, figures: Figures, expect_log: Callable[[str], None], who: str
) -> None:
    """R43: whichever thread it is; what it had in its hands is neither lost nor doubled."""
    expect_log("started again")
    expect_log("the engine has died")
    died = list[float]()

    def dies() -> None:
        if not died and len(kept.email.sent) >= 1:
            died.append(time.monotonic())
            raise _GoneError

    if who == "sending":
        kept.email.between = dies
    else:
        real = kept.context.watch.look
        kept.email.between = kept.context.wake.set

        def look() -> Found:
            dies()
            return real()

        kept.context.watch.look = look  # type: ignore[method-assign]
    with keeping(kept) as (keeper, engines):
        wait_for(lambda: len(engines) == 2)
        noticed = time.monotonic() - died[0]
        wait_for(lambda: {one.state for one in kept.messages()} <= ENDS)
        assert keeper.down is None
    figures("R43", died=who, noticed=round(noticed, 1), limit=MARK)
    assert noticed <= MARK


def test_a_thread_that_hangs_is_noticed_and_replaced_and_does_nothing_when_it_wakes_up(
    kept: World, figures: Figures, expect_log: Callable[[str], None]
) -> None:
    """R43, R8: its fence is gone."""
    expect_log("stands still and is started again")
    wakes, hung = threading.Event(), list[float]()
    real = kept.context.watch.look

    def hangs() -> Found:
        if not hung:
            hung.append(time.monotonic())
            wakes.wait(60)
        return real()

    kept.context.watch.look = hangs  # type: ignore[method-assign]
    with keeping(kept) as (keeper, engines):
        wait_for(lambda: len(engines) == 2)
        noticed = time.monotonic() - hung[0]
        wakes.set()
        wait_for(lambda: len(kept.email.sent) == 30)
        assert not engines[0].lease.is_held
        assert keeper.down is None
    figures("R43", hung="deciding", hang_noticed=round(noticed, 1), limit=MARK)
    assert noticed <= MARK


def test_that_it_stays_down_is_remembered_until_a_person_starts_it_again(tmp_path: Path) -> None:
    """R43: every program of the workspace can tell."""
    store = open_store(tmp_path / "workspace.db")
    world = World(store)
    note_up(world.context)
    note_down(world.context)
    assert store.numbers.remembered(KEEPER) == {"since": world.now.isoformat()}
    note_up(world.context)
    assert store.numbers.remembered(KEEPER) is None
    store.close()
