"""R21: poisoned contacts and texts among a thousand, by the real letters over a real connection."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from app.channels.email import EmailChannel
from app.channels.texts import Texts
from app.engine.engine import Engine
from app.model.journey import Changes, ContactChange, MessageState
from app.store.database import open_store
from app.support.settings import EmailSettings
from tests.engine.world import World
from tests.figures import Figures
from tests.servers.smtp import SmtpCatcher
from tests.unit.channels.making import LINKS, SHOP
from tests.unit.engine.build import MANUAL, flow_of, node

BODY = "Hello {{ first_name }},\n\nyour {{ thing | upcase }}.\n\nBye"
POISON: dict[str, dict[str, Any]] = {
    "a line break in the name": {"first_name": "Ada\r\nBcc: all@example.org"},
    "control characters": {"first_name": "A\x00d\x07a\x1b[31m"},
    "emoji": {"first_name": "👩‍🚀🏳️‍🌈"},
    "from right to left": {"first_name": "\u202eعادة\u202c"},
    "a megabyte": {"first_name": "x" * 1_000_000},
    "a list": {"thing": {"deep": [1, {"er": None}]}},
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("crowd", [200, pytest.param(1000, marks=pytest.mark.nightly)])
def test_all_but_the_poisoned_are_sent_and_nothing_is_rendered_twice(
    tmp_path: Path, smtp_catcher: SmtpCatcher, figures: Figures, crowd: int
) -> None:
    """R21: each poison either arrives whole or fails with its reason, at its first try."""
    world = shop(tmp_path, smtp_catcher)
    people = [world.person(f"p{number}@example.org") for number in range(crowd - len(POISON) - 1)]
    poisoned = {name: world.person(f"bad{n}@example.org") for n, name in enumerate(POISON)}
    nowhere = world.person(phone="+4915112345678")
    with world.store.transaction() as tx:
        tx.write(Changes(contacts=[ContactChange(poisoned[name], POISON[name]) for name in POISON]))
    world.enter(*people, *poisoned.values(), nowhere)
    world.work()
    states = Counter((one.state, one.reason) for one in world.messages())
    of_poison = {name: world.message(id_) for name, id_ in poisoned.items()}
    figures(
        "R21",
        messages=crowd,
        sent=states[MessageState.SENT, ""],
        tried_again=sum(one.attempts for one in world.messages()),
        poison=", ".join(f"{name}: {one.state} {one.reason}".strip() for name, one in of_poison.items()),
    )
    assert len(world.messages()) == crowd
    assert world.message(nowhere).reason == "no-address"
    assert {one.attempts for one in world.messages()} == {0}
    assert {world.message(id_).state for id_ in people} == {MessageState.SENT}
    assert len(smtp_catcher.caught) == states[MessageState.SENT, ""]
    assert {one.reason for one in of_poison.values()} <= {"", "bad-text", "hard"}
    assert all(len(one.recipients) == 1 for one in smtp_catcher.caught)
    assert all("Bcc" not in one.message for one in smtp_catcher.caught)
    world.check()
    world.engine.close()
    world.store.close()  # type: ignore[union-attr]


def shop(tmp_path: Path, catcher: SmtpCatcher) -> World:
    world = World(open_store(tmp_path / "w.db"))
    settings = EmailSettings.model_validate(
        {"host": "127.0.0.1", "port": catcher.port, "security": "none", "from": "shop@example.com"}
    )
    email = EmailChannel(settings, SHOP, LINKS, lambda: None, texts=Texts())
    world.engine = Engine(world.context, [email], "lease-1")
    world.engine.start()
    nodes = [MANUAL, node("letter", "email", subject="For {{ first_name }}", body=BODY), node("over", "end")]
    world.publish(flow_of(nodes, "start.entered > letter", "letter.sent > over", "letter.failed > over"))
    return world
