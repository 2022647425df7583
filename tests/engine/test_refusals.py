"""Section 2, rules 12 and 22 with a store: whatever the policy refuses is kept with its reason and can be
seen: by the outlet ``failed``, as held for a person, or as put off until a moment that is told."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from types import ModuleType
from typing import Any, Final

import pytest

from app.engine import allowance, asking, first, limits, policy
from app.engine.dispatch import Dispatcher
from app.model.journey import Changes, JourneyState, MessageState
from app.model.kinds import KINDS
from app.model.people import Actor, Consent
from app.model.rules import Cap, Rules, WarmUp, Window
from tests.engine.flows import one_letter
from tests.engine.world import NOON, Recorder, World, later
from tests.figures import Figures
from tests.unit.engine.build import MANUAL, flow_of, node

MIDNIGHT: Final = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
MAILING: Final = Rules(sending_domain="shop.example")


@dataclass(frozen=True, slots=True)
class Case:
    """One way of not being written to now; the last person that ``who`` makes is the one it happens to."""

    answer: str
    reason: str
    rules: Rules = field(default_factory=Rules)
    letter: dict[str, Any] = field(default_factory=dict)
    others: int = 0
    """So many get the letter before."""
    agrees: bool = True
    address: bool = True
    between: Callable[[World, int], object] = lambda _world, _one: None
    """What happens after they came in, before anything is sent."""
    until: datetime | None = None


CASES: Final = (
    Case("fail", "no-address", address=False),
    Case("fail", "no-consent", agrees=False),
    Case("fail", "late", letter={"before": "2026-03-02T11:00:00Z"}),
    Case("hold", "late", between=lambda world, _: world.sleep(days=2)),
    Case(
        "later",
        "quiet-hours",
        Rules(windows={"email": Window(time(14), time(20))}),
        until=NOON + timedelta(hours=1),
    ),
    Case(
        "later",
        "quiet-hours",
        Rules(windows={"email": Window(time(8), time(20))}, holidays=frozenset({date(2026, 3, 2)})),
        until=later(hours=19),
    ),
    Case("hold", "ceiling", Rules(ceilings={"email": 1}), others=1),
    Case("hold", "first-send", others=1, between=lambda world, _: first.hold_after(world.context, 1, 1)),
    Case("later", "day-limit", replace(MAILING, domains={"other": 1}), others=1, until=MIDNIGHT),
    Case("later", "warm-up", replace(MAILING, warm_up=WarmUp(date(2026, 3, 2), 1)), others=1, until=MIDNIGHT),
)
"""What has a test of its own here: `suppressed`, `capped`, `window-closed`, and `withdrawn`."""
APART: Final = {
    ("fail", "suppressed"),
    ("later", "capped"),
    ("fail", "capped"),
    ("fail", "window-closed"),
    ("cancel", "withdrawn"),
}


def refused(world: World, case: Case) -> int:
    world.context.rules = case.rules
    world.publish(one_letter(**case.letter))
    others = world.people_with_mail(case.others)
    email = "last@example.org" if case.address else ""
    one = world.person(email, "" if email else "+4915112345678", agrees=("email",) if case.agrees else ())
    world.enter(*others, one)
    case.between(world, one)
    world.work()
    return one


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.answer} {case.reason}")
def test_it_is_stored_with_its_reason_and_can_be_seen(world: World, case: Case) -> None:
    """Rules 11, 12 and 22."""
    one = refused(world, case)
    assert len(world.email.sent) == case.others
    assert_is_seen(world, one, case.answer, case.reason, case.until)


def assert_is_seen(world: World, one: int, answer: str, reason: str, until: datetime | None = None) -> None:
    """The row has the reason, the journal a line with it, and the journey is where a person finds it."""
    row, journey, journal = world.message(one), world.journey(one), world.journal(one)
    assert row.reason == reason
    lines = {line.what: line for line in journal}
    if answer == "fail":
        assert row.state is MessageState.FAILED
        assert (lines["failed"].outlet or lines["failed"].data.get("reason")) == reason
        assert any(line.what == "left" and line.outlet == "failed" for line in journal)
        assert world.place(one) == "end!", "by way of “sorry”"
        assert world.count(f"failed:{reason}") == 1
    elif answer == "hold":
        assert row.state is MessageState.HELD
        assert (journey.state, journey.node) == (JourneyState.HELD, row.node)
        assert "held" in lines
        with world.store.transaction() as tx:
            assert [held.id for held in tx.held_messages(reason, 9, channel="email")] == [row.id]
    else:
        assert row.state is MessageState.QUEUED
        assert (journey.state, journey.node) == (JourneyState.WAITING, row.node)
        assert (lines["postponed"].outlet, row.next_try_at) == (reason, until)
        assert world.count(f"postponed:{reason}") == 1


def test_an_address_on_the_list_is_refused_as_suppressed(world: World) -> None:
    """Rule 10: what a bounce has closed stays closed for every flow."""
    world.publish(one_letter())
    one = world.person("last@example.org")
    world.enter(one)
    world.work()
    world.react(world.message(one), "bounced", Actor.MACHINE, hard=True)
    world.publish(replace(one_letter(), name="Next"))
    world.enter(one, flow="Next")
    world.work()
    assert len(world.email.sent) == 1
    assert_is_seen(world, one, "fail", "suppressed")


def test_who_had_enough_is_put_off_and_then_refused_as_capped(world: World) -> None:
    """Section 5: waits up to so many hours, then the way “failed” is taken."""
    world.context.rules = Rules(cap=Cap(1))
    one = world.person("last@example.org")
    for name in ("First", "Next"):
        world.publish(replace(one_letter(capped_wait="PT6H"), name=name))
        world.enter(one, flow=name)
        world.work()
    row = world.message(one)
    assert (row.state, row.reason, row.next_try_at) == (MessageState.QUEUED, "capped", later(hours=6))
    assert world.count("postponed:capped") == 1
    world.wait(hours=7)
    assert_is_seen(world, one, "fail", "capped")


@pytest.mark.parametrize(
    ("channel", "ago"), [("rcs", timedelta(days=30, hours=1)), ("whatsapp", timedelta(hours=25))]
)
def test_a_window_that_is_closed_refuses_and_one_that_is_open_does_not(
    world: World, monkeypatch: pytest.MonkeyPatch, channel: str, ago: timedelta
) -> None:
    """Section 1: thirty days on RCS, twenty-four hours on WhatsApp, since the person's last word."""
    monkeypatch.setitem(KINDS, channel, replace(KINDS[channel], available=True))
    chosen = {"text": "Hi", "reason": "basket"} if channel == "rcs" else {"text": "Hi"}
    nodes = [MANUAL, node("say", channel, **chosen), node("over", "end"), node("sorry", "end")]
    world.publish(flow_of(nodes, "start.entered > say", "say.sent > over", "say.failed > sorry"))
    (sender,) = world.connect(channel)
    late, soon = (world.person(phone=f"+49151123456{n}", agrees=(channel,)) for n in (71, 72))
    world.happens("message_received", late, NOON - ago, {"channel": channel})
    world.happens("message_received", soon, NOON - ago + timedelta(hours=2), {"channel": channel})
    world.enter(late, soon)
    world.work()
    assert isinstance(sender, Recorder)
    assert [one.address for one in sender.sent] == ["+4915112345672"]
    assert_is_seen(world, late, "fail", "window-closed")


def test_consent_that_is_taken_back_at_the_last_moment_counts(world: World) -> None:
    """Promise 5: asked in the transaction that begins to send, not before."""
    world.publish(one_letter())
    one = world.person("last@example.org")
    world.enter(one)
    with world.store.transaction() as tx:
        tx.write(Changes(consents=[(one, Consent("email", given=False, at=world.now, source="hand"))]))
    Dispatcher(world.context, world.email).round()
    world.work()
    assert world.email.sent == []
    assert_is_seen(world, one, "fail", "no-consent")


# --- the list is whole --------------------------------------------------------------------------------


def verdicts(module: ModuleType) -> Iterator[tuple[str, str]]:
    """Every answer with its reason that a module of the engine can give."""
    for call in ast.walk(ast.parse(inspect.getsource(module))):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != "Verdict":
            continue
        answer = call.args[0]
        assert isinstance(answer, ast.Attribute)
        if answer.attr != "SEND":
            yield from ((answer.attr.lower(), reason) for reason in reasons(module, call.args[1]))


def reasons(module: ModuleType, said: ast.expr) -> list[str]:
    if isinstance(said, ast.Constant):
        return [str(said.value)]
    if isinstance(said, ast.Name):
        return [str(getattr(module, said.id))]
    # A limit of the day says its own.
    return [one for one in day_reasons() if one != "ceiling"]


def day_reasons() -> list[str]:
    calls = ast.walk(ast.parse(inspect.getsource(limits)))
    return [
        str(one.args[2].value)
        for one in calls
        if isinstance(one, ast.Call)
        and isinstance(one.func, ast.Name)
        and one.func.id == "DayLimit"
        and isinstance(one.args[2], ast.Constant)
    ]


def test_every_answer_of_the_policy_is_looked_at(figures: Figures) -> None:
    """Section 2: a reason that is added needs a line above."""
    known = {(case.answer, case.reason) for case in CASES} | APART
    given = {found for module in (policy, asking, allowance) for found in verdicts(module)}
    figures("rule 12", refusals=len(given))
    assert given == known
