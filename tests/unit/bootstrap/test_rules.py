"""A workspace's settings become the rules of sending, and what they hold up is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.bootstrap.house import House
from app.bootstrap.limits import counted_today, limit_lines, waits_in_words
from app.bootstrap.rules import rules_of
from app.bootstrap.workspace import Workspace, open_workspace
from app.engine import first, life
from app.engine.dispatch import Dispatcher
from app.engine.limits import day_of
from app.flows.codec import write_flow
from app.flows.publish import content_hash, shape_hash
from app.model.flow import Flow
from app.model.journey import Changes
from app.model.people import Address, Consent
from app.model.rules import Cap, Rate, Rules, WarmUp, Window
from app.support import settings
from app.support.clock import StandingClock
from app.support.secrets import FileSecrets
from tests.engine.flows import one_letter
from tests.engine.world import Recorder

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def rules(*, practice: bool = False, **values: settings.Json) -> Rules:
    named = {name.replace("__", "."): value for name, value in values.items()}
    return rules_of(settings.load(named), TODAY, practice=practice)


def test_a_new_workspace_keeps_people_in_peace() -> None:
    """Rule 22 and section 2: hours of sending by channel, 200 a day, four a week."""
    made = rules()
    assert made.windows["email"] == Window(time(8), time(21))
    assert {made.windows[name] for name in ("sms", "rcs", "whatsapp", "telegram")} == {
        Window(time(9), time(20))
    }
    assert set(made.ceilings.values()) == {200}
    assert {"email", "sms", "rcs", "whatsapp", "telegram"} <= set(made.ceilings)
    assert (made.cap, made.rates, made.domains, made.warm_up) == (Cap(4, 6), {}, {}, None)
    assert made.holidays == frozenset()
    assert (made.business[0], 5 in made.business) == (Window(time(9), time(18)), False)


def test_what_the_owner_sets_counts_instead() -> None:
    made = rules(
        sending__window={"email": "mon-fri 07:00-19:00", "sms": "always"},
        sending__ceiling={"email": 0, "sms": 50},
        sending__rate={"email": "30/min, 500/day"},
        sending__daily={"gmail": 4000, "yahoo": 0},
        sending__cap=0,
        sending__holidays="DE-BY",
        sending__closed=["2026-08-03"],
        sending__warm_up_since="2026-03-01",
        email__from="Shop@News.Shop.example",
    )
    assert made.windows["email"] == Window(time(7), time(19), frozenset(range(5)))
    assert "sms" not in made.windows
    assert (made.ceilings["email"], made.ceilings["sms"], made.ceilings["rcs"]) == (0, 50, 200)
    assert made.rates == {"email": (Rate(30, 60), Rate(500, 86_400))}
    assert (made.domains, made.cap.most) == ({"gmail": 4000}, 0)
    assert {date(2026, 1, 6), date(2027, 1, 6), date(2025, 12, 26), date(2026, 8, 3)} <= made.holidays
    assert (made.sending_domain, made.warm_up) == ("news.shop.example", WarmUp(date(2026, 3, 1), 50, 1.5))


def test_in_practice_only_what_was_chosen_keeps_anything_back() -> None:
    """Nothing reaches anybody then."""
    made = rules(practice=True, sending__window={"sms": "10:00-12:00"}, sending__ceiling={"email": 7})
    assert made.windows == {"sms": Window(time(10), time(12))}
    assert (made.ceilings["email"], made.ceilings["sms"], made.cap.most) == (7, 0, 4)


# --- over a workspace -----------------------------------------------------------------------------------


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(NOON)


@pytest.fixture
def workspace(tmp_path: Path, clock: StandingClock) -> Iterator[Workspace]:
    secrets = FileSecrets(tmp_path / "secrets", "master")
    with open_workspace(tmp_path / "shop", make=True, secrets=secrets, clock=clock) as opened:
        opened.store.settings.set({"workspace.zone": "Europe/Berlin", "email.from": "shop@shop.example"})
        yield opened


def publish(workspace: Workspace, flow: Flow, people: int) -> Dispatcher:
    """It is live with so many people whose letters are ready; answers who sends them."""
    now = workspace.clock.now() - timedelta(days=1)
    document = write_flow(flow)
    workspace.store.flows.publish(
        flow.name, document, hash_=content_hash(flow), shape_hash=shape_hash(flow), now=now
    )
    ids = [workspace.ids.new() for _ in range(people)]
    with workspace.store.transaction() as tx:
        changes = Changes()
        for number, one in enumerate(ids):
            tx.add_contact(one, [Address("email", f"p{number}@gmail.com")], now)
            consent = Consent("email", given=True, at=now, source="import")
            changes.consents.append((one, consent))
        tx.write(changes)
    life.enter(workspace.context, flow.name, ids)
    return Dispatcher(workspace.context, Recorder("email"))


def states(workspace: Workspace) -> dict[str, int]:
    return dict(workspace.store.numbers.totals().messages.get("email", {}))


def test_settings_that_change_while_it_runs_are_rules_within_seconds(
    workspace: Workspace, clock: StandingClock
) -> None:
    """Also when another process has changed them: a ceiling that is raised lets go."""
    workspace.store.settings.set({"sending.ceiling": {"email": 2}})
    sender = publish(workspace, one_letter(), 5)
    sender.round()
    assert states(workspace) == {"sent": 2, "held": 3}
    workspace.store.settings.set({"sending.ceiling": {"email": 4}})
    sender.round()
    assert states(workspace) == {"sent": 2, "held": 3}
    clock.jump(NOON + timedelta(seconds=5))
    sender.round()
    assert states(workspace) == {"sent": 4, "held": 1}
    assert workspace.context.rules.ceilings["email"] == 4


def test_the_year_turns_and_its_holidays_are_known(workspace: Workspace, clock: StandingClock) -> None:
    workspace.store.settings.set({"sending.holidays": "DE"})
    clock.jump(datetime(2027, 12, 31, 23, 30, tzinfo=UTC))
    with workspace.context.session() as session:
        assert date(2029, 1, 1) in session.rules.holidays


def test_people_abroad_are_known_by_their_country(workspace: Workspace) -> None:
    assert "America/New_York" in workspace.context.places.zones("US")
    assert workspace.context.places.country_of("+14155552671") == "US"


def test_what_the_ceiling_holds_is_said(workspace: Workspace) -> None:
    """Rule 22."""
    workspace.store.settings.set({"sending.ceiling": {"email": 1}})
    publish(workspace, one_letter(), 3).round()
    wanted = (
        "E-mail: 1 a day are used up; 2 messages wait for tomorrow, or for a higher sending.ceiling.email"
    )
    assert limit_lines(workspace) == (wanted,)
    assert House(workspace).trouble() == (wanted,)


def test_what_waits_behind_the_first_is_said(workspace: Workspace) -> None:
    """Rule 22."""
    sender = publish(workspace, one_letter(), 4)
    first.hold_after(workspace.context, workspace.store.flows.id_of("A flow"), 1)
    sender.round()
    assert limit_lines(workspace) == ("“A flow”: the first are out; 3 messages behind them wait for you",)
    assert first.release_first(workspace.context, "A flow") == 3
    assert limit_lines(workspace) == ()


def test_a_rate_that_holds_letters_up_is_said(workspace: Workspace) -> None:
    workspace.store.settings.set({"sending.rate": {"email": "2/h"}})
    sender = publish(workspace, one_letter(), 4)
    sender.round()
    sender.round()
    assert limit_lines(workspace) == ("E-mail goes out at its rate of 2/h",)


@pytest.mark.parametrize(
    ("used", "line"),
    [
        (3_999, None),
        (4_000, "4,000 letters to Gmail today: from 5,000 on it asks for SPF"),
        (5_000, "5,000 letters to Gmail today: it refuses bulk mail without SPF"),
    ],
)
def test_near_the_line_of_bulk_senders_it_is_said(workspace: Workspace, used: int, line: str | None) -> None:
    today = day_of(NOON, ZoneInfo("Europe/Berlin"))
    with workspace.store.transaction() as tx:
        tx.write(Changes(used=Counter({("to:gmail:shop.example", today): used})))
    found = limit_lines(workspace)
    assert len(found) == (line is not None)
    assert line is None or found[0].startswith(line)
    assert counted_today(workspace)["gmail"] == used


def test_without_a_sending_domain_nothing_is_counted(workspace: Workspace) -> None:
    workspace.store.settings.replace({"workspace.zone": "Europe/Berlin"})
    assert counted_today(workspace) == {}
    assert limit_lines(workspace) == ()


def test_a_table_of_holidays_that_is_missing_is_said(workspace: Workspace) -> None:
    """R18."""
    workspace.store.settings.set({"sending.holidays": "ZZ"})
    assert limit_lines(workspace) == (
        "There is no table of holidays for ZZ: sending.holidays keeps nothing back",
    )
    assert workspace.context.rules.holidays == frozenset()


@pytest.mark.parametrize(
    ("begins", "words"),
    [
        (NOON, ""),
        (
            datetime(2026, 3, 2, 22, 0, tzinfo=UTC),
            "; 2 messages wait for the hours of sending (from 03 Mar 08:00 on)",
        ),
        (
            datetime(2026, 3, 2, 3, 0, tzinfo=UTC),
            "; 2 messages wait for the hours of sending (from 08:00 on)",
        ),
    ],
)
def test_what_was_put_off_is_said_in_words(tmp_path: Path, begins: datetime, words: str) -> None:
    secrets = FileSecrets(tmp_path / "secrets", "master")
    clock: Any = StandingClock(begins)
    with open_workspace(tmp_path / "shop", make=True, secrets=secrets, clock=clock) as workspace:
        workspace.store.settings.set({"workspace.zone": "Europe/Berlin"})
        publish(workspace, one_letter(), 2).round()
        assert waits_in_words(workspace) == words
