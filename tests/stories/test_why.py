"""Show 7 of the engine: why, and what a new version means, as texts that are read by people.

The texts stand in tests/golden; ``CHAINWRIGHT_GOLDEN=write`` in the environment writes them anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from app.bootstrap.impacts import look
from app.bootstrap.why import stories_of, told
from app.flows import impact_words
from app.flows.codec import read_flow, write_flow
from tests.figures import Figures
from tests.stories.basket_flow import NAME
from tests.stories.why_people import changed, play, shop

GOLDEN: Final = Path(__file__).parents[1] / "golden"
POSITIONS: Final = 12


def golden(name: str, text: str) -> bool:
    """Whether the text is as it is kept; with the variable set it is kept from now on."""
    path, text = GOLDEN / f"{name}.txt", f"{text}\n"
    if os.environ.get("CHAINWRIGHT_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path.read_text("utf-8") == text


def test_why_of_twelve_people_in_twelve_positions(
    tmp_path: Path, figures: Figures, expect_log: Callable[[str], None]
) -> None:
    """Show 7: each message and each silence, from the journal alone."""
    expect_log("cannot go on")
    with shop(tmp_path) as here:
        play(here)
        texts = {
            f"why-{position.replace(' ', '-')}": told(
                stories_of(here.workspace, contact_id), here.workspace.zone
            )
            for position, contact_id in here.people.items()
        }
        impact = look(here.workspace, NAME, write_flow(read_flow(json.dumps(changed()))))
        texts["impact"] = "\n".join(impact_words.told(impact))
    other = [name for name, text in texts.items() if not golden(name, text)]
    figures("show 7", positions=len(here.people), texts=len(texts), other=len(other))
    assert other == []
    assert len(here.people) == POSITIONS


def test_what_is_pressed_together_is_told_word_for_word_as_before(
    tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("cannot go on")
    with shop(tmp_path) as here:
        play(here)
        over = [here.people["goal reached on a queued message"], here.people["left out by hold-out"]]
        before = [stories_of(here.workspace, one) for one in over]
        with here.workspace.store.transaction() as tx:
            assert tx.shelve(here.world.now + timedelta(days=1), 100) == len(over)
        assert [stories_of(here.workspace, one) for one in over] == before
