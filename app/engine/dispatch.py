"""Sends what is ready: the policy is asked, the text fixed and ``sending`` committed before the first byte
goes out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from app.engine import decide
from app.engine.allowance import Allowance, Use
from app.engine.asking import Asking
from app.engine.breaker import Breaker
from app.engine.flood import SENT
from app.engine.holding import send_later
from app.engine.policy import Answer, Verdict
from app.engine.retry import next_try
from app.engine.session import walks_of
from app.model.batch import STALE, Batch, stale
from app.model.errors import TextError
from app.model.journey import MessageState, Receipt, Result
from app.model.ports import Outgoing
from app.model.rows import replace

if TYPE_CHECKING:
    from datetime import datetime

    from app.engine.context import Context
    from app.engine.lease import Lease
    from app.engine.session import Session
    from app.engine.walk import Walk
    from app.model.journey import Message
    from app.model.ports import Channel, Prepared

_log: Final = logging.getLogger("chainwright.engine")
_CHANNEL_PAUSE: Final = timedelta(minutes=10)
_RECOVER_BATCH: Final = 500
_INTERRUPTED: Final = "interrupted"
_NO_ANSWER: Final = "no-answer"
_FURTHER: Final = 5
"""So many times as many rows are looked at when none could go out."""
_WENT_OUT: Final = {Result.SENT: 2, Result.UNKNOWN: 1}
"""How much an answer says that the message went out; the others say that it did not."""


@dataclass(frozen=True, slots=True)
class _Out:
    """What is remembered of a message on the wire: the consent that let it out, and its uses of the day."""

    consent: int | None = None
    uses: Sequence[Use] = ()


def _always() -> bool:
    return True


class Dispatcher:
    """Sends the messages of one channel, a few in flight at a time."""

    def __init__(self, context: Context, channel: Channel, lease: Lease | None = None) -> None:
        self._context, self._lease = context, lease
        self.channel = channel
        self.stopped_until: datetime | None = None
        """Until when the channel is paused because it refused us altogether."""
        self.trouble = ""
        """Code of that refusal."""
        self.breaker = Breaker()
        """Opens when message after message fails."""
        self.allowance = Allowance(context, channel.name)
        """What the channel's limits let out."""
        self._receipts: list[Receipt] = []
        """What the channel has said and the store does not know yet: kept until a commit has succeeded."""
        self._away = False
        """Whether connections of before are stale."""
        self._handed: frozenset[int] = frozenset()
        """The messages that the channel was given last."""
        self._out: dict[int, _Out] = {}
        self._claimed: dict[int, _Out] = {}
        """The same for the claim that is not committed yet."""
        self._served = 0
        """The flow whose turn was the last."""
        self._reach = channel.in_flight
        """How many rows are looked at: more when none of those before could go out."""

    def rests_until(self, now: datetime) -> datetime | None:
        """When it can send again, while it is paused or a limit is used up."""
        if self.stopped_until is not None and now < self.stopped_until:
            return self.stopped_until
        left = self.breaker.until - self._context.clock.passed()
        if not self.breaker.is_closed and left > 0:
            return now + max(timedelta(seconds=left), timedelta.resolution)
        return self.allowance.rests_until

    def _after(self, receipts: Sequence[Receipt]) -> Breaker:
        """The breaker when these are known."""
        breaker, now = self.breaker, self._context.clock.passed()
        for receipt in receipts:
            if _says_of_channel(receipt):
                failed = receipt.result in (Result.RETRY, Result.UNKNOWN)
                breaker = breaker.after(failed=failed, now=now)
        if breaker.opened > self.breaker.opened:
            _log.info("channel %s rests: message after message fails", self.channel.name)
        return breaker

    def round(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Sends until nothing is ready, ``stop`` says so or a batch of the engine is through; answers how
        many rows were handled.

        Receipts of one batch and ``sending`` of the next are one commit, so a message costs a fraction of
        one.
        """
        handled = 0
        if self._away:
            self._away = False
            self.channel.close()
        self._find_strays()
        while True:
            batch, rows = self._commit(claim=handled < self._context.batch and not stop())
            handled += rows
            if batch:
                self._context.faults.point("dispatch.sending")
                self._receipts = self._send(batch)
                self._context.faults.point("dispatch.answered")
            elif not rows:
                return handled

    def _claim_of_now(self) -> Callable[[], bool]:
        """Whether what is claimed now may still be sent, asked before each message."""
        holds, braked = self._lease.claim() if self._lease is not None else _always, self._context.braked
        return lambda: holds() and not braked.is_set()

    def was_away(self) -> None:
        """The machine slept, and what is connected leads nowhere: the next round begins anew."""
        self._away = True

    def _commit(self, *, claim: bool) -> tuple[Batch, int]:
        receipts = self._receipts
        if not receipts and (not claim or self.allowance.rests(self._context.clock.now())):
            return Batch(()), 0
        self._claimed = {}
        breaker = self._after(receipts)
        with self._context.session("dispatch", self._lease) as session:
            self._settle(session, receipts)
            session.write()
            batch, rows = self._claim(session, breaker) if claim else ([], 0)
            is_fresh = self._claim_of_now()
        self._receipts, self._out, self.breaker = [], self._claimed, breaker
        if receipts or rows:
            self._context.changed()
        return Batch(batch, is_fresh), rows

    def _find_strays(self) -> None:
        """Rows of ours in ``sending`` whose fate was lost on the way, because a commit only seemed to fail or
        something broke off between two: what no channel was given goes back to the queue."""
        with self._context.store.looking() as tx:
            rows = tx.messages_in(MessageState.SENDING, _RECOVER_BATCH)
        known = {receipt.message_id for receipt in self._receipts}
        for row in rows:
            if row.owner == self._owner and row.channel == self.channel.name and row.id not in known:
                told = (
                    Receipt(row.id, Result.UNKNOWN, _INTERRUPTED) if row.id in self._handed else stale(row.id)
                )
                self._receipts.append(told)

    def hand_over(self) -> None:
        """After the lease was lost what the channel had said is not ours to decide on. But of a message that
        waits for a person because nobody knows its fate it is known now that it was sent (rule 5)."""
        sent = [receipt for receipt in self._receipts if receipt.result is Result.SENT]
        self._receipts = []
        if not sent:
            return
        with self._context.session("late-receipts") as session:
            rows = {receipt.message_id: session.tx.message(receipt.message_id) for receipt in sent}
            unknown = [row for row in rows.values() if row and row.state is MessageState.UNKNOWN]
            walks = walks_of(session, unknown)
            for receipt in sent:
                walk, row = walks.get(receipt.message_id), rows[receipt.message_id]
                if walk is not None and row is not None:
                    decide.send_ok(walk, row, walk.now, receipt.provider_id)
                    walk.finish()

    def _send(self, batch: Batch) -> list[Receipt]:
        self._handed = frozenset(one.message_id for one in batch)
        try:
            return _one_answer_each(batch, self.channel.send(batch))
        except Exception:  # noqa: BLE001 - the boundary of a plug-in
            # A channel answers with receipts. One that breaks has left us in the dark about all of them.
            _log.exception("channel %s broke while it was sending", self.channel.name)
            return [Receipt(one.message_id, Result.UNKNOWN, "channel-broke") for one in batch]

    @property
    def _owner(self) -> str:
        return self._context.owner if self._lease is None else self._lease.owner

    # --- before the call ---

    def _claim(self, session: Session, breaker: Breaker) -> tuple[list[Prepared], int]:
        most = breaker.may(self.channel.in_flight, self._context.clock.passed())
        stopped = self.stopped_until is not None and session.now < self.stopped_until
        if stopped or not most or self._context.is_halted(session):
            self.allowance.is_through(session)
            return [], 0
        room = self.allowance.room(session)
        if room == 0:
            return [], 0
        self.allowance.release(session)
        most = most if room is None else min(room, most)
        rows = session.tx.ready_messages(
            [self.channel.name], session.now, max(most, self._reach), self._served
        )
        if len(rows) < most:
            self.allowance.is_through(session)
        return self._choose(session, rows, most)

    def _choose(self, session: Session, rows: Sequence[Message], most: int) -> tuple[list[Prepared], int]:
        """Asks about one row after the other until so many can go out."""
        walks, handled = walks_of(session, rows), 0
        prepared: list[Prepared] = []
        asking = Asking(session, rows, walks)
        for row in rows:
            if len(prepared) == most:
                break
            if row.flow_id in session.tally.over:
                continue  # it pauses with this transaction
            walk, handled, self._served = walks[row.id], handled + 1, row.flow_id
            ready = partial(self._ready, asking, walk, self.allowance.excused(row), prepared)
            # Whatever else breaks while a text is made: this one is held for a person, the others go out.
            walk.attempt(ready, partial(_hold_broken, walk, row))
            walk.finish()
            session.take_outcomes()
        waste = handled and not prepared
        self._reach = min(self._reach * _FURTHER, self._context.batch) if waste else self.channel.in_flight
        return prepared, handled

    def _ready(self, asking: Asking, walk: Walk, row: Message, prepared: list[Prepared]) -> None:
        """Asks the policy and fixes the text of one row; ``prepared`` gets it when it is to be sent now."""
        verdict = asking.verdict(walk, row)
        if verdict.answer is Answer.SEND:
            verdict = self.allowance.judge(asking.session, row, verdict.address) or verdict
        if verdict.answer is Answer.CANCEL:
            decide.withdraw(walk, row)
        elif verdict.answer is Answer.FAIL:
            decide.send_failed(walk, row, verdict.reason, verdict.detail, verdict.saw)
        elif verdict.answer is Answer.HOLD:
            decide.send_held(walk, row, verdict.reason, saw=verdict.saw)
        elif verdict.until is not None:
            whose = {"clock": verdict.detail} if verdict.detail else {}
            send_later(walk, row, verdict.until, verdict.reason, {**whose, **verdict.saw})
        else:
            self._fix(asking, walk, row, verdict, prepared)

    def _fix(
        self, asking: Asking, walk: Walk, row: Message, verdict: Verdict, prepared: list[Prepared]
    ) -> None:
        try:
            made = self.channel.prepare(outgoing(walk, row, verdict.address))
        except TextError as error:
            decide.send_failed(walk, row, "bad-text", str(error))
            _note(walk, "bad-text")
            return
        row = replace(
            row,
            state=MessageState.SENDING,
            address=verdict.address,
            content=made.content,
            owner=self._owner,
        )
        walk.put(row)
        asking.took(walk, row)
        uses = self.allowance.spend(asking.session, row, verdict.address)
        self._claimed[row.id] = _Out(verdict.consent, uses)
        prepared.append(made)

    # --- after the call ---

    def _settle(self, session: Session, receipts: Sequence[Receipt]) -> None:
        if not receipts:
            return
        rows = [row for receipt in receipts if (row := session.tx.message(receipt.message_id)) is not None]
        walks = walks_of(session, rows)
        by_id = {row.id: row for row in rows}
        for receipt in receipts:
            if receipt.message_id in walks:
                self._settle_one(walks[receipt.message_id], by_id[receipt.message_id], receipt)
        for walk in walks.values():
            walk.finish()

    def _settle_one(self, walk: Walk, row: Message, receipt: Receipt) -> None:
        if receipt.stop_channel:
            self._pause(walk.now, receipt)
        if row.state is not MessageState.SENDING or row.owner != self._owner:
            # A reaction was faster than the receipt and has made it sent.
            return
        out = self._out.get(row.id, _Out())
        if receipt.result in (Result.RETRY, Result.HARD):
            self.allowance.give_back(walk.changes, out.uses)
        if receipt.detail == STALE:
            _put_back(walk, row)
        elif receipt.result is Result.SENT:
            decide.send_ok(walk, row, walk.now, receipt.provider_id, out.consent)
            _note(walk)
        elif receipt.result is Result.HARD:
            _note(walk, "hard")
            if receipt.bad_address:
                decide.suppress(walk, row, walk.now)
            decide.send_failed(walk, row, "hard", receipt.detail)
        elif receipt.result is Result.UNKNOWN:
            settle_unknown(walk, row, receipt, idempotent=self.channel.idempotent)
        elif receipt.stop_channel:
            decide.send_again(walk, row, walk.now + _CHANNEL_PAUSE, receipt)
        else:
            _try_again(walk, row, receipt)

    def _pause(self, now: datetime, receipt: Receipt) -> None:
        self.stopped_until, self.trouble = now + _CHANNEL_PAUSE, receipt.detail
        _log.info("channel %s pauses for ten minutes: %s", self.channel.name, receipt.detail)


def _one_answer_each(batch: Batch, receipts: Sequence[Receipt]) -> list[Receipt]:
    """What a channel says about each message that it was given: where it answers twice, the answer that
    rather says that it went out, else the first one; where it leaves the answer out, that nobody knows. So
    what may have gone out is not sent again."""
    answers: dict[int, Receipt] = {}
    for receipt in receipts:
        known = answers.setdefault(receipt.message_id, receipt)
        if _WENT_OUT.get(receipt.result, 0) > _WENT_OUT.get(known.result, 0):
            answers[receipt.message_id] = receipt
    return [
        answers.get(one.message_id) or Receipt(one.message_id, Result.UNKNOWN, _NO_ANSWER) for one in batch
    ]


def _note(walk: Walk, error: str = "") -> None:
    """How sending goes for the message's flow: one that fails again and again pauses itself."""
    walk.changes.outcomes.append((walk.plan.flow_id, SENT, error))


def _hold_broken(walk: Walk, row: Message, error: str) -> None:
    decide.send_held(walk, row, f"broken: {error}")
    _note(walk, error)


def _says_of_channel(receipt: Receipt) -> bool:
    """Whether a receipt tells how the channel does, and not one address, or what we did ourselves."""
    ours = receipt.stop_channel or receipt.about_one or receipt.detail in (STALE, _INTERRUPTED)
    return not ours


def outgoing(walk: Walk, row: Message, address: str) -> Outgoing:
    """What a channel needs to make this message."""
    plan = walk.plan_of(row)
    return Outgoing(
        message_id=row.id,
        version_hash=plan.hash,
        node=plan.sender(row).node,
        contact=walk.facts.contact,
        address=address,
        purpose=row.purpose,
        entry=walk.facts.entry,
    )


def settle_unknown(walk: Walk, row: Message, receipt: Receipt, *, idempotent: bool) -> None:
    """Promise 3: sent again where that cannot double or must not be lost, else held for a person.

    At once only where we broke off ourselves: a channel that does not know may not know the next time either.
    """
    if idempotent or row.purpose == "transactional":
        if receipt.detail == _INTERRUPTED:
            decide.send_again(walk, row, walk.now, receipt)
        else:
            _try_again(walk, row, receipt)
    else:
        decide.send_held(walk, row, receipt.detail or "unknown", MessageState.UNKNOWN)


def _put_back(walk: Walk, row: Message) -> None:
    """It was not begun: it waits again as if it had never been claimed, and the policy is asked anew."""
    state = MessageState.RETRY if row.attempts else MessageState.QUEUED
    walk.put(replace(row, state=state, next_try_at=walk.now, reason="", owner=""))


def _try_again(walk: Walk, row: Message, receipt: Receipt) -> None:
    moment = next_try(row.attempts + 1, row.due_at, walk.now)
    if moment is None:
        decide.send_failed(walk, row, "gave-up", receipt.detail)
    else:
        decide.send_again(walk, row, moment, receipt)


def recover(context: Context, channels: Sequence[Channel], lease: Lease | None = None) -> int:
    """Settles what engines that are gone left in ``sending``; answers how many.

    Call it when the engine has taken the lease, before it sends anything: all other owners have lost it.
    """
    idempotent = {channel.name: channel.idempotent for channel in channels}
    mine = context.owner if lease is None else lease.owner
    total = 0
    while True:
        with context.session("recover", lease) as session:
            found = session.tx.messages_in(MessageState.SENDING, _RECOVER_BATCH)
            rows = [row for row in found if row.owner != mine]
            for row_id, walk in walks_of(session, rows).items():
                row = walk.facts.messages[row_id]
                receipt = Receipt(row_id, Result.UNKNOWN, _INTERRUPTED)
                settle_unknown(walk, row, receipt, idempotent=idempotent.get(row.channel, False))
                walk.finish()
        total += len(rows)
        if len(rows) < _RECOVER_BATCH:
            break
    if total:
        _log.info("%d messages were on the wire when the engine stopped", total)
    return total
