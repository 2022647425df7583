"""R6: a damaged file opens or is refused in a sentence that names the backup, and is never written to."""

from __future__ import annotations

import logging
import random
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from app.engine.context import Context
from app.engine.engine import Engine
from app.model.errors import ChainwrightError, DamagedError, WorldError
from app.store.database import open_store
from app.support.clock import StandingClock
from app.support.ids import SequenceIds
from tests.engine.flows import basket
from tests.engine.world import NOON, Recorder, World
from tests.figures import Figures

SEED = 6
CUTS = 50


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop in the middle of its life: people wait, letters are queued, sent and held."""
    path = tmp_path_factory.mktemp("sound") / "workspace.db"
    store = open_store(path)
    world = World(store)
    world.engine.start()
    world.publish(basket())
    people = [world.person(f"p{n}@example.org", f"+4915112345{n:03}", f"v{n}") for n in range(60)]
    for number, one in enumerate(people):
        world.happens("basket_added", one, properties={"basket_id": f"b{number}", "items": ["rose", "vase"]})
        if number % 20 == 0:
            world.wait(hours=7)
    world.engine.close()
    store.checkpoint(truncate=True)
    store.close()
    return path


def live(path: Path) -> str:
    """The engine works on the file for two days; how that ended: ``well`` or the sentence of an error."""
    try:
        store = open_store(path)
    except ChainwrightError as error:
        return error.sentence
    try:
        clock = StandingClock(NOON + timedelta(days=3))
        context = Context(store, clock, SequenceIds(10**6), UTC, "me")
        engine = Engine(context, [Recorder("email"), Recorder("sms")], "after", gone=lambda _: True)
        engine.start()
        for _ in range(3):
            engine.until_idle()
            clock.jump(clock.now() + timedelta(hours=16))
        engine.close()
        store.people.everybody()
        store.flows.infos()
        store.numbers.totals()
    except ChainwrightError as error:
        return error.sentence
    finally:
        store.close()
    return "well"


def is_told_well(sentence: str) -> bool:
    return "estore" in sentence and "backup" in sentence


def test_a_sound_file_is_well(sound: Path, tmp_path: Path) -> None:
    assert live(Path(shutil.copy(sound, tmp_path / "workspace.db"))) == "well"


@pytest.fixture
def silent() -> Iterator[None]:
    """What a damaged place comes to, such as a journey that is parked, is logged now and then."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("flips", [60, pytest.param(300, marks=pytest.mark.nightly)])
def test_one_byte_that_is_wrong_is_no_matter_or_is_told_and_nothing_is_written(
    sound: Path, tmp_path: Path, figures: Figures, flips: int
) -> None:
    """R6: at 300 seeded places, at some of them with every commit."""
    whole, chance, ends = sound.read_bytes(), random.Random(SEED), Counter[str]()
    path = tmp_path / "workspace.db"
    for _ in range(flips):
        place = chance.randrange(len(whole))
        damaged = bytearray(whole)
        damaged[place] ^= 1 << chance.randrange(8)
        ends[lived(path, bytes(damaged))] += 1
    figures(
        "R6",
        flips=flips,
        seed=SEED,
        well=ends["well"],
        refused=ends["refused"],
        found_later=ends["found later"],
        tracebacks=0,
    )
    assert ends["found later"] <= flips / 50, "what is damaged is hardly ever found before the first write"
    assert ends["refused"] > flips / 10, "the test itself finds no damage"


@pytest.mark.timeout(300)
def test_a_file_that_was_cut_is_told_and_nothing_is_written(
    sound: Path, tmp_path: Path, figures: Figures
) -> None:
    """R6: at 50 lengths."""
    whole, chance, ends = sound.read_bytes(), random.Random(SEED), Counter[str]()
    for _ in range(CUTS):
        length = chance.randrange(1, len(whole) - 1)
        ends[lived(tmp_path / "workspace.db", whole[:length])] += 1
    figures("R6", cuts=CUTS, seed=SEED, cuts_refused=ends["refused"])
    assert ends == {"refused": CUTS}


def lived(path: Path, content: bytes) -> str:
    """``well``, or ``refused`` before the first write, or ``found later``, in a value that nothing checks."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    path.write_bytes(content)
    sentence = live(path)
    if sentence == "well":
        return "well"
    if path.read_bytes() == content:
        assert is_told_well(sentence), sentence
        return "refused"
    return "found later"


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 500, b"x", b"SQLite format 3\x00" + b"\xff" * 9000]
)
def test_what_is_no_database_is_told_and_left_alone(tmp_path: Path, content: bytes) -> None:
    """R6."""
    assert lived(tmp_path / "workspace.db", content) == "refused"


def test_an_empty_file_is_a_new_workspace(tmp_path: Path) -> None:
    """R6: a file of no bytes holds nothing that could be lost."""
    (tmp_path / "workspace.db").touch()
    assert live(tmp_path / "workspace.db") == "well"


def test_the_engine_looks_before_its_first_write(sound: Path, tmp_path: Path) -> None:
    """R6: whatever else the damage would have kept hidden."""
    path = tmp_path / "workspace.db"
    damaged = bytearray(sound.read_bytes())
    for page in range(30, len(damaged) // 4096, 5):
        damaged[page * 4096] = 0xA5
    path.write_bytes(damaged)
    store = open_store(path)
    with pytest.raises(DamagedError, match="restore the newest backup"):
        store.examine()
    engine = Engine(Context(store, StandingClock(NOON), SequenceIds(9), UTC, "me"), [], "one")
    with pytest.raises(WorldError):
        engine.start()
    with pytest.raises(DamagedError):
        engine.run(threading.Event())
    store.close()
    assert path.read_bytes() == damaged


def test_a_flow_that_cannot_be_read_any_more_is_found_before_the_first_write(
    sound: Path, tmp_path: Path
) -> None:
    """R6: its text is whole JSON, and no flow."""
    content = sound.read_bytes().replace(b'"outlet": "entered"', b'"outlat": "entered"')
    assert content != sound.read_bytes()
    assert lived(tmp_path / "workspace.db", content) == "refused"
