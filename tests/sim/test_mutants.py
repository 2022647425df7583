"""R12's own control: an engine with one mistake in it does not get through a month, and the world says which
promise is broken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from app.engine import decide, dispatch, lease, policy
from app.engine.decide import send_again
from app.engine.entry import ended_by, key_of
from app.engine.lease import Lease
from app.engine.plan import PlanNode
from app.engine.walk import Walk
from app.model.journey import JourneyState, Message, Receipt
from tests.sim.month import LEAN, Violation, month

Mutant = Callable[[pytest.MonkeyPatch], None]
_SEEDS = range(1, 9)


def _never(*_: Any, **__: Any) -> None:
    return None


def _no_goal_ends_anything(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decide, "_ends_it", lambda *_: False)


def _every_order_ends_every_basket(patch: pytest.MonkeyPatch) -> None:
    def ended(plan: Any, event: Any, _key: str, facts: Any) -> str:
        return ended_by(plan, event, key_of(plan, event), facts)

    patch.setattr(decide, "ended_by", ended)
    patch.setattr(decide, "same_key", lambda *_: True)


def _half_the_wait(patch: pytest.MonkeyPatch) -> None:
    def start(walk: Walk, sender: PlanNode, _message: Message, at: Any) -> None:
        ends = sender.timeout.after(at, walk.zone) if sender.timeout is not None else None
        walk.settle(JourneyState.WAITING, at + (ends - at) / 2 if ends is not None else None)

    patch.setattr(decide, "_start_clock", start)


def _what_is_unknown_is_sent_again(patch: pytest.MonkeyPatch) -> None:
    def settle(walk: Walk, row: Message, receipt: Receipt, **_: Any) -> None:
        send_again(walk, row, walk.now, receipt)

    patch.setattr(dispatch, "settle_unknown", settle)


def _an_answer_that_is_left_out_is_not_missed(patch: pytest.MonkeyPatch) -> None:
    def answers(_batch: Any, receipts: Sequence[Receipt]) -> list[Receipt]:
        return list(receipts)

    patch.setattr(dispatch, "_one_answer_each", answers)


def _nobody_asks_for_consent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "_refused", _never)


def _there_are_no_quiet_hours(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "_quiet", _never)


def _there_is_no_cap(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "_capped", _never)


def _leaving_withdraws_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Walk, "withdraw", _never)


def _two_engines_send_at_a_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Lease, "check", _never)
    patch.setattr(Lease, "claim", lambda *_: lambda: True)
    patch.setattr(lease.Lease, "beat", _never)


MUTANTS: dict[Mutant, str] = {
    _no_goal_ends_anything: "goals_and_exits_end_what_they_mean",
    _every_order_ends_every_basket: "two_baskets_never_mix",
    _half_the_wait: "not_opened_fires_exactly_when_its_wait_ends",
    _what_is_unknown_is_sent_again: "nothing_arrives_twice",
    _an_answer_that_is_left_out_is_not_missed: "nothing_arrives_twice",
    _nobody_asks_for_consent: "goes_only_with_consent",
    _there_are_no_quiet_hours: "goes_in_the_hours_of_sending",
    _there_is_no_cap: "goes_under_the_cap",
    _leaving_withdraws_nothing: "nothing_is_left_behind",
    _two_engines_send_at_a_time: "bytes_go_out_only_when_stored",
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.__name__.strip("_"))
def test_the_world_says_what_a_mistake_breaks(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the very first months."""
    mutant(monkeypatch)
    told = []
    for seed in _SEEDS:
        try:
            with month(seed, LEAN) as made:
                made.play()
        except Violation as violation:
            told.append(str(violation))
            if MUTANTS[mutant] in told[-1]:
                assert f"seed {seed}" in told[-1]
                return
    pytest.fail(f"nobody saw it: {told}")
