"""Two hundred baskets are left while the program is killed: the people, their shop, an independent count."""

from __future__ import annotations

import re
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import requests

from app.channels.catcher import Catcher
from tests.servers.smtp import Caught, SmtpCatcher
from tests.stories.program import Program
from tests.stories.shop_list import Row, shop_list, write_list

TOKEN = "till-of-the-shop"
IN_FLIGHT = 4
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"}
PEOPLE = 190
TWO_BASKETS = range(10)
BASKETS = PEOPLE + len(TWO_BASKETS)
LETTER1, LETTER2, LETTER3 = (
    "your flowers are still here",
    "Three small things",
    "We are letting your flowers go",
)
SHORT = {
    "start": {"quiet_for": "PT2S"},
    "letter1": {"timeout": "PT4S"},
    "hour": {"for": "PT1S"},
    "popup": {"timeout": "PT2S"},
    "third_day": {"since_entry": "PT10S"},
}


def opens(number: int) -> bool:
    return number >= 10 and number % 5 == 1


def clicks(number: int) -> bool:
    return number >= 10 and number % 5 == 2


def orders(number: int) -> bool:
    """As soon as the first letter is there."""
    return number >= 10 and number % 5 == 3


def orders_at_once(number: int) -> bool:
    """Before anybody could write."""
    return number >= 10 and number % 20 == 4


@dataclass
class Customers:
    """The 190 people: they leave baskets by the shop's till, read their letters, and some of them order."""

    site: str
    rows: list[Row]
    letters: SmtpCatcher
    ordered_at: dict[str, float] = field(default_factory=dict)
    """When the till was told and had its answer, by address."""
    reacted: set[str] = field(default_factory=set)
    arrived: list[tuple[float, str, str]] = field(default_factory=list)
    """Moment, address and subject of each letter."""
    seen: int = 0

    def leave_baskets(self) -> Counter[str]:
        """All of them, five at a time; a till whose site is away tries again."""
        said: Counter[str] = Counter()
        baskets = [(row, 1) for row in self.rows] + [(self.rows[number], 2) for number in TWO_BASKETS]
        for start in range(0, len(baskets), 5):
            events = [_basket(row, nth) for row, nth in baskets[start : start + 5]]
            events += [_order(row) for row, _ in baskets[start : start + 5] if orders_at_once(row.number)]
            said.update(self._tell(events))
            time.sleep(0.02)
        return said

    def _tell(self, events: list[dict[str, Any]]) -> dict[str, int]:
        for _ in range(600):
            try:
                answer = requests.post(
                    f"{self.site}/api/events",
                    json={"events": events},
                    headers={"Authorization": f"Bearer {TOKEN}"},
                    timeout=30,
                )
            except requests.ConnectionError:
                time.sleep(0.1)
                continue
            assert answer.status_code == 200, answer.text
            told = answer.json()
            assert told.pop("skipped") == []
            return {name: int(number) for name, number in told.items()}
        raise AssertionError("the site never came back")

    def read_letters(self) -> None:
        """Everybody does what they do with the letters that have come since."""
        while self.seen < len(self.letters.caught):
            letter = self.letters.caught[self.seen]
            self.seen += 1
            if LETTER1 in letter.message["Subject"]:
                self._read(letter)

    def _read(self, letter: Caught) -> None:
        (address,) = letter.recipients
        row = next(row for row in self.rows if row.email == address)
        if opens(row.number) or clicks(row.number):
            way = "o" if opens(row.number) else "c"
            html = letter.message.get_body(("html",)).get_content()  # type: ignore[union-attr]
            (url, *_) = re.findall(rf'"({re.escape(self.site)}/{way}/[^"]+)"', html)
            answer = requests.get(unescape(url), headers=BROWSER, allow_redirects=False, timeout=30)
            assert answer.status_code == {"o": 200, "c": 302}[way]
            self.reacted.add(address)
        elif orders(row.number):
            assert self._tell([_order(row)]) == {"stored": 1, "known": 0, "counted": 0}
            self.ordered_at[address] = time.monotonic()

    def come_for(self, letter: Caught) -> str:
        """The mail server's answer; it takes its time, so that a kill finds letters on the wire."""
        time.sleep(0.01)
        self.arrived.append((time.monotonic(), letter.recipients[0], str(letter.message["Subject"])))
        return "250 OK"

    def got(self, subject: str) -> Counter[str]:
        return Counter(address for _, address, text in self.arrived if subject in text)


def _basket(row: Row, nth: int) -> dict[str, Any]:
    basket = f"B-{row.number}-{nth}"
    properties = {
        "basket_id": basket,
        "total": 30 + row.number,
        "basket_url": f"https://shop.example.com/{basket}",
    }
    return {"name": "basket_added", "id": basket, "email": row.email, "properties": properties}


def _order(row: Row) -> dict[str, Any]:
    properties = {"basket_id": f"B-{row.number}-1"}
    return {"name": "order_completed", "id": f"O-{row.number}", "email": row.email, "properties": properties}


class Shop:
    """A workspace that is worked on by child processes of the real program."""

    def __init__(self, program: Program, site: str) -> None:
        self.program, self.site = program, site

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        where = f"file:{self.program.folder / 'workspace.db'}?mode=ro"
        with closing(sqlite3.connect(where, uri=True, timeout=20)) as connection:
            return connection.execute(sql).fetchall()

    def count(self, sql: str) -> int:
        return int(self.rows(f"SELECT count(*) FROM {sql}")[0][0])

    @property
    def under_way(self) -> int:
        """Journeys and baskets that still go on by themselves."""
        return self.count("journey WHERE state NOT IN ('done', 'held')") + self.count("arming")

    @contextmanager
    def open(self) -> Iterator[Any]:
        with self.program.running() as child:
            yield child


def work_through(
    shop: Shop, letters: SmtpCatcher, sms: Catcher, folder: Path, ids: Mapping[str, str]
) -> dict[str, object]:
    """Leaves all baskets with a kill on the way, checks every sum, and answers the figures.

    ``ids``: the published nodes' ids by those of the template.
    """
    people = shop_list(150, 25, 15)
    shop.program.do("import", str(write_list(people, folder / "kunden.csv")))
    customers = Customers(shop.site, people, letters)
    letters.answer_letter = customers.come_for
    with ThreadPoolExecutor(1) as till:
        told = killed(shop, customers, till)
        on_the_wire = shop.count("message WHERE state = 'sending'")
        let_run(shop, customers, told, 150)
    said = shop.program.do("run", "--until-idle", "--no-site")
    at_once = [row for row in people if orders_at_once(row.number)]
    unknown = said["messages"]["email"].get("unknown", 0)

    check_events(told.result(), at_once)
    check_letters(customers, at_once, unknown)
    check_orders(said, customers)
    check_what_is_said(said, customers, sms, at_once, ids)
    assert unknown <= min(on_the_wire, IN_FLIGHT)
    assert shop.rows(_DECIDED_TWICE) == []
    assert shop.program.do("doctor")["counters_wrong"] == 0
    return {"on the wire": on_the_wire, **said, "came": len(customers.arrived)}


def killed(shop: Shop, customers: Customers, till: ThreadPoolExecutor) -> Future[Counter[str]]:
    """The program runs until it is killed with letters on the wire; the till goes on telling."""
    with shop.open() as child:
        told = till.submit(customers.leave_baskets)
        customers.letters.wait_for(20, 60)
        child.send_signal(signal.SIGKILL)
        child.wait(10)
    return told


def let_run(shop: Shop, customers: Customers, told: Future[Counter[str]], seconds: float) -> None:
    """The program runs, and everybody does what they do, until nothing is under way."""
    end = time.monotonic() + seconds
    with shop.open() as child:
        while not told.done() or shop.under_way:
            customers.read_letters()
            assert time.monotonic() < end, f"{shop.under_way} are still under way"
            threading.Event().wait(0.1)
        child.send_signal(signal.SIGTERM)
        child.wait(30)
        assert child.returncode == 0


_DECIDED_TWICE = (
    "SELECT journey_id, step, what FROM journal WHERE what IN ('queued', 'left', 'ended') "
    "GROUP BY journey_id, step, what HAVING count(*) > 1"
)


def check_events(told: Counter[str], at_once: list[Row]) -> None:
    """Each event was taken once, also those whose answer was lost by the kill."""
    assert told["stored"] + told["known"] == BASKETS + len(at_once)
    assert told["counted"] == 0


def check_letters(customers: Customers, at_once: list[Row], unknown: int) -> None:
    """Who agreed has the first letter for each basket, who did not has nothing at all."""
    never = {row.email for row in at_once}
    wanted = Counter(row.email for row in customers.rows if row.consent == "yes" and row.email not in never)
    wanted.update(row.email for row in customers.rows if row.consent == "yes" and row.number in TWO_BASKETS)
    first = customers.got(LETTER1)
    assert first <= wanted, "a letter came to somebody who had not agreed or had ordered, or came twice"
    assert sum((wanted - first).values()) <= unknown, "a letter is lost"
    assert set(customers.got(LETTER2)) <= customers.reacted
    assert customers.got(LETTER3) <= wanted
    ids = [letter.message["Message-ID"] for letter in customers.letters.caught]
    assert len(set(ids)) == len(ids)


def check_orders(said: dict[str, Any], customers: Customers) -> None:
    """Who has ordered gets nothing more, and nobody else is let go."""
    assert len(customers.ordered_at) >= 20
    for at, address, _subject in customers.arrived:
        assert at <= customers.ordered_at.get(address, at), "a letter came after the order"
    assert said["journeys"]["by_end"]["goal"] == len(customers.ordered_at)


def check_what_is_said(
    said: dict[str, Any], customers: Customers, sms: Catcher, at_once: list[Row], ids: Mapping[str, str]
) -> None:
    """The program's sums are those of the two servers."""
    mail, texts = said["messages"]["email"], said["messages"]["sms"]
    came, unknown = len(customers.arrived), mail.get("unknown", 0)
    assert mail["sent"] <= came <= mail["sent"] + unknown
    agreed = {row.phone for row in customers.rows if row.sms_consent == "yes" and row.phone}
    caught = Counter(one.address for one in sms.caught())
    assert set(caught) <= agreed
    assert sum(caught.values()) == texts["sent"] > 0
    role = {name: template for template, name in ids.items()}
    walked = {(role[one["from"]], one["outlet"]): one["count"] for one in said["edges"]}
    assert walked["letter2", "sent"] == sum(customers.got(LETTER2).values())
    assert walked["letter3", "sent"] == sum(customers.got(LETTER3).values())
    assert walked["sms", "sent"] == texts["sent"]
    journeys = said["journeys"]
    assert journeys["entered"] == BASKETS - len(at_once) == walked["start", "entered"]
    assert journeys["inside"] == unknown
    assert sum(journeys["by_end"].values()) + unknown == journeys["entered"]
    assert journeys["by_end"]["end"] == walked["letter3", "sent"] + walked["letter3", "failed"]
