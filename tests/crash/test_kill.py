"""R1: kill -9 at random moments of the real program, with letters and SMS on the wire."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from app.channels.catcher import Catcher
from app.flows.codec import write_flow
from app.model.flow import Edge, Flow, Node
from app.support.secrets import FileSecrets
from tests.figures import Figures

SEED: Final = 7
IN_FLIGHT = 4
PASSWORD = "a master password of this test"


class SlowCatcher(Catcher):
    """Answers after a moment, so that a kill finds messages on the wire."""

    def keep_letter(self, address: str, raw: bytes) -> None:
        super().keep_letter(address, raw)
        time.sleep(0.012)

    def keep_sms(self, number: str, text: str, message_id: str) -> bool:
        new = super().keep_sms(number, text, message_id)
        time.sleep(0.012)
        return new


def chain() -> Flow:
    """An advertisement, then an SMS, then a letter that must arrive, to everybody who is put in."""
    letter = {"subject": "Hello {{ first_name }}", "body": "A letter.\n\nBye"}
    bill = {"subject": "Bill", "body": "A bill.", "purpose": "transactional", "reason": "what was bought"}
    return Flow(
        "Chain",
        (
            Node("start", "entry.manual"),
            Node("letter", "email", settings=letter),
            Node("sms", "sms", settings={"text": "An SMS."}),
            Node("bill", "email", settings=bill),
            Node("end", "end"),
        ),
        (
            Edge("start", "entered", "letter"),
            Edge("letter", "sent", "sms"),
            Edge("letter", "failed", "end"),
            Edge("sms", "sent", "bill"),
            Edge("sms", "failed", "end"),
            Edge("bill", "sent", "end"),
            Edge("bill", "failed", "end"),
        ),
    )


class Shop:
    """A workspace on disk that is worked on only by child processes of the real program."""

    def __init__(self, folder: Path, people: int) -> None:
        self.folder, self.people = folder, people
        self.environment = {**os.environ, "CHAINWRIGHT_MASTER_PASSWORD": PASSWORD}
        folder.mkdir()
        FileSecrets(folder / "secrets.enc", PASSWORD).set("test", "made")

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "app", *arguments, "--workspace", str(self.folder)]

    def do(self, *arguments: str) -> None:
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def prepare(self, catcher: Catcher, tmp_path: Path) -> None:
        sms = catcher.sms_settings()
        self.do(
            "set",
            f"email.host={catcher.host}",
            f"email.port={catcher.smtp_port}",
            "email.security=none",
            "email.from=shop@example.com",
            "site.url=https://go.example.com",
            "postal_address=1 Street, Town",
            f"sms.url={catcher.sms_url}",
            "sms.body=json",
            f"sms.ok_match={sms.ok_match}",
            "sms.idempotent=yes",
            f"net.allow={catcher.host}",
            "sending.window.email=always",
            "sending.window.sms=always",
            "sending.ceiling.email=0",
            "sending.ceiling.sms=0",
        )
        (tmp_path / "people.csv").write_text(
            "Email,Phone,First Name,Email consent,SMS consent\n"
            + "".join(f"p{n}@example.com,+4915123{n:06d},P{n},yes,yes\n" for n in range(self.people)),
            encoding="utf-8",
        )
        self.do("import", str(tmp_path / "people.csv"))
        (tmp_path / "chain.flow.json").write_text(write_flow(chain()), encoding="utf-8")
        self.do("publish", str(tmp_path / "chain.flow.json"))
        self.do("enter", "Chain", "all")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.folder / 'workspace.db'}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()

    def on_the_wire(self) -> int:
        return int(self.rows("SELECT count(*) FROM message WHERE state = 'sending'")[0][0])

    def killed_run(self, catcher: Catcher, after: float) -> None:
        """Runs the engine and kills it this long after its first message of the round."""
        had = catcher.count
        child = subprocess.Popen(
            self.command("run", "--no-site"),
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            catcher.wait_for(had + 1, 60)
            threading.Event().wait(after)
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait(10)


@pytest.mark.timeout(5400)
@pytest.mark.parametrize(
    ("rounds", "people"), [(30, 400), pytest.param(500, 5_000, marks=pytest.mark.nightly)]
)
def test_nothing_is_lost_or_decided_twice_or_silently_doubled_however_often_the_engine_is_killed(
    tmp_path: Path, figures: Figures, rounds: int, people: int
) -> None:
    """R1, promises 1 to 3."""
    shop, chance = Shop(tmp_path / "shop", people), random.Random(SEED)
    with SlowCatcher() as catcher:
        shop.prepare(catcher, tmp_path)
        kills, tries = 0, 0
        while kills < rounds and tries < 3 * rounds:
            tries += 1
            shop.killed_run(catcher, chance.uniform(0.02, 0.3))
            kills += shop.on_the_wire() > 0
        shop.do("run", "--until-idle", "--no-site")
        mail = [(one.address, one.subject) for one in catcher.caught() if one.channel == "email"]
        letters = Counter(address for address, subject in mail if subject != "Bill")
        bills = Counter(address for address, subject in mail if subject == "Bill")
        texts = Counter(one.address for one in catcher.caught() if one.channel == "sms")
        keys = catcher.duplicates
    states = Counter({(node, state): n for node, state, n in shop.rows(_STATES)})
    unknown = states["letter", "unknown"]
    twice = len(shop.rows(_DECIDED_TWICE))
    went_on = people - unknown
    figures(
        "R1",
        rounds=kills,
        tries=tries,
        seed=SEED,
        messages=sum(letters.values()) + sum(texts.values()) + sum(bills.values()),
        lost=people - states["letter", "sent"] - unknown + 2 * went_on - len(texts) - len(bills),
        doubled=sum((letters + texts).values()) - len(letters) - len(texts),
        doubled_where_sent_again=sum(bills.values()) - len(bills),
        may_be_doubled=IN_FLIGHT * tries,
        known_by_their_key=keys,
        unknown=unknown,
        twice=twice,
    )
    assert kills == rounds, f"only {kills} of {tries} kills found a message on the wire"
    assert max(letters.values()) == 1, "an advertisement came twice"
    assert max(texts.values()) == 1, "an SMS came twice although the gateway knows its key"
    assert sum(bills.values()) - len(bills) <= IN_FLIGHT * tries
    assert unknown <= IN_FLIGHT * tries
    assert states["letter", "sent"] + unknown == people, "a letter is lost"
    assert states["letter", "sent"] <= len(letters), "a letter is called sent that never arrived"
    assert states["sms", "sent"] == went_on == len(texts), "an SMS is lost"
    assert states["bill", "sent"] == went_on == len(bills), "a bill is lost"
    assert shop.rows(_HELD)[0][0] == unknown, "an unknown letter whose journey went on"
    assert twice == 0, "a step was decided twice"


_STATES = "SELECT node, state, count(*) FROM message GROUP BY node, state"
_HELD = "SELECT count(*) FROM journey WHERE state = 'held'"
_DECIDED_TWICE = (
    "SELECT journey_id, step, what FROM journal WHERE what IN ('queued', 'left', 'ended') "
    "GROUP BY journey_id, step, what HAVING count(*) > 1"
)
