"""R8: of all engines of one workspace one works; who was frozen sends nothing more, and writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from app.engine import life
from app.engine.dispatch import recover
from app.engine.engine import Engine
from app.engine.lease import USUAL, LeaseLostError
from app.engine.tick import tick
from app.model.journey import ContactChange, JourneyState, MessageState, Receipt, Result
from tests.engine.flows import one_letter
from tests.engine.world import Recorder, World

BILL = {"purpose": "transactional", "reason": "bill"}


@dataclass
class Steady:
    """Real seconds, as the test says."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def steady(world: World) -> Steady:
    world.engine.close()
    made = Steady()
    world.context.steady = made
    world.engine = Engine(world.context, [world.email, world.sms], "one")
    world.engine.start()
    return made


def another(world: World, name: str = "two", gone: Callable[[str], bool] = lambda _: False) -> Engine:
    """Another engine over the same workspace, with channels of its own."""
    return Engine(world.context, [Recorder("email"), Recorder("sms", idempotent=True)], name, gone=gone)


def take_over(world: World, steady: Steady) -> Engine:
    """The first engine is frozen for longer than its lease, and another one works meanwhile."""
    other = another(world)
    assert not other.lease.take()
    steady.now += USUAL.lease
    assert other.lease.take()
    recover(world.context, other.channels, other.lease)
    return other


def test_an_engine_that_waits_takes_over_one_lease_after_the_last_sign_of_life(
    world: World, steady: Steady
) -> None:
    other = another(world)
    for _ in range(3):
        steady.now += USUAL.beat
        world.engine.lease.beat_in_time()
        assert not other.lease.take(), "the one that has it lives"
    waited = 0.0
    while not other.lease.take():
        steady.now += USUAL.look
        waited += USUAL.look
    assert USUAL.lease <= waited <= USUAL.lease + 5
    with world.store.transaction() as tx:
        assert (tx.lease().owner, tx.lease().fence) == ("two", other.lease.fence)


def test_no_clock_that_can_be_set_moves_a_lease(world: World, steady: Steady) -> None:
    """R16: an hour forward takes it from nobody, an hour back keeps it for nobody."""
    other = another(world)
    assert not other.lease.take()
    world.clock.set(world.now.replace(year=2036))
    assert not other.lease.take(), "by the wall clock it ran out years ago"
    world.clock.set(world.now.replace(year=2016))
    steady.now += USUAL.lease
    assert other.lease.take(), "by the wall clock it would last for years"


def test_what_ran_under_our_own_lock_is_not_waited_for(world: World, steady: Steady) -> None:
    """R42, R43: an engine that was killed is replaced at once on the same machine."""
    assert another(world, gone=lambda owner: owner == "one").lease.take()


def test_a_lease_that_was_given_back_is_free_at_once(world: World, steady: Steady) -> None:
    world.engine.close()
    assert another(world).lease.take()


def test_the_late_commits_of_a_frozen_engine_are_refused(world: World, steady: Steady) -> None:
    """R8: deciding, sending and recovering look at the fence in their own transaction."""
    world.publish(one_letter())
    world.enter(*world.people_with_mail(3))
    frozen, other = world.engine, take_over(world, steady)
    for late in (
        lambda: tick(world.context, frozen.lease),
        frozen.dispatchers[0].round,
        lambda: recover(world.context, frozen.channels, frozen.lease),
        frozen.lease.beat,
    ):
        frozen.lease.fence = 1  # it has not noticed yet
        with pytest.raises(LeaseLostError):
            late()
        assert not frozen.lease.is_held
    assert world.email.sent == []
    assert {one.state for one in world.messages()} == {MessageState.QUEUED}
    world.engine = other
    world.work()
    assert len(recorder(other).sent) == 3


def recorder(engine: Engine) -> Recorder:
    channel = engine.channels[0]
    assert isinstance(channel, Recorder)
    return channel


def test_who_stops_in_the_middle_of_a_batch_does_not_send_the_rest(world: World, steady: Steady) -> None:
    """R8, R17: asleep with nobody to take over, the rest waits again, and the policy is asked anew."""
    world.publish(one_letter())
    world.enter(*world.people_with_mail(4))

    def sleeps() -> None:
        if len(world.email.sent) == 2:
            steady.now += 8 * 3600
            world.clock.jump(world.now.replace(hour=20))

    world.email.between = sleeps
    world.engine.dispatchers[0].round(lambda: bool(world.email.sent))
    assert [one.state for one in world.messages()] == [
        *[MessageState.SENT] * 2,
        *[MessageState.QUEUED] * 2,
    ]
    assert {one.attempts for one in world.messages()} == {0}, "not begun is not tried"
    world.engine.lease.beat()
    world.work()
    assert len({one.message_id for one in world.email.sent}) == len(world.email.sent) == 4


def test_a_beat_makes_no_older_claim_fresh_again(world: World, steady: Steady) -> None:
    """R8: who wakes up may beat at once, with a batch of hours ago still in its hands."""
    world.publish(one_letter())
    world.enter(*world.people_with_mail(2))

    def wakes() -> None:
        steady.now += 3600
        world.engine.lease.beat()

    world.email.between = wakes
    world.engine.dispatchers[0].round(lambda: bool(world.email.sent))
    assert len(world.email.sent) == 1


@pytest.mark.parametrize("settings", [{}, BILL])
def test_one_that_was_frozen_while_it_sent_doubles_nothing_it_had_not_begun(
    world: World, steady: Steady, settings: dict[str, str]
) -> None:
    """R8, promise 3: what was on the wire is held or, where it must not be lost, sent again; no more."""
    world.publish(one_letter(**settings))
    world.enter(*world.people_with_mail(4))
    others: list[Engine] = []
    world.email.between = lambda: None if others else others.append(take_over(world, steady))
    with pytest.raises(LeaseLostError):
        world.work()
    assert len(world.email.sent) == 1
    frozen, (other,) = world.engine, others
    for dispatcher in frozen.dispatchers:
        dispatcher.hand_over()
    world.engine = other
    world.work()
    first, *rest = sorted(world.messages(), key=lambda one: one.id != world.email.sent[0].message_id)
    again = [one.message_id for one in recorder(other).sent]
    if settings:
        assert again.count(first.id) == 1
        assert len(again) == 4
        assert first.state is MessageState.SENT
    else:
        assert again == []
        assert first.state is MessageState.SENT, "its late receipt says so (rule 5)"
        assert {one.state for one in rest} == {MessageState.UNKNOWN}
        assert {one.state for one in world.journeys()} == {JourneyState.WAITING, JourneyState.HELD}
        for one in rest:
            life.decide_held(world.context, one.id, send=True)
        world.work()
        assert len(recorder(other).sent) == 3


def test_late_receipts_tell_only_what_nobody_knew(world: World, steady: Steady) -> None:
    """R8: what the next engine has sent or dropped meanwhile stays as it is."""
    world.publish(one_letter())
    (eva,) = world.people_with_mail(1)
    world.enter(eva)
    world.email.between = lambda: take_over(world, steady)
    with pytest.raises(LeaseLostError):
        world.work()
    life.decide_held(world.context, world.message(eva).id, send=False)
    world.engine.dispatchers[0].hand_over()
    assert world.message(eva).state is MessageState.FAILED
    world.engine.dispatchers[0].hand_over()
    world.engine = another(world, "three", gone=lambda _: True)


def test_a_new_engine_settles_only_what_engines_that_are_gone_left_on_the_wire(
    world: World, steady: Steady
) -> None:
    world.publish(one_letter())
    world.enter(*world.people_with_mail(2))
    seen: list[int] = []
    world.email.during = lambda: seen.append(
        recover(world.context, world.engine.channels, world.engine.lease)
    )
    world.work()
    assert seen == [0]
    assert {one.state for one in world.messages()} == {MessageState.SENT}


def test_what_was_claimed_and_never_handed_over_goes_back_to_the_queue(world: World, steady: Steady) -> None:
    """R5: a commit that was made although it seemed to fail."""
    world.publish(one_letter())
    world.enter(*world.people_with_mail(2))
    claimed = world.engine.dispatchers[0]._commit(claim=True)[0]
    assert len(claimed) == 2
    assert world.email.sent == []
    world.work()
    assert len(world.email.sent) == 2


def test_what_the_channel_was_given_when_all_broke_off_is_unknown(world: World, steady: Steady) -> None:
    world.publish(one_letter())
    world.enter(*world.people_with_mail(1))
    world.email.breaks = KeyboardInterrupt()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        world.work()
    world.email.breaks = None
    world.work()
    assert [(one.state, one.reason) for one in world.messages()] == [(MessageState.UNKNOWN, "interrupted")]


def test_a_receipt_settles_no_row_of_another_engine(world: World, steady: Steady) -> None:
    world.publish(one_letter())
    (eva,) = world.people_with_mail(1)
    world.enter(eva)
    sender = world.engine.dispatchers[0]
    sender._commit(claim=True)
    other = another(world)
    other.dispatchers[0]._receipts = [Receipt(world.message(eva).id, Result.HARD, "x")]
    assert not other.lease.is_held
    other.lease.fence = world.engine.lease.fence
    other.lease.owner = "one"
    other.dispatchers[0]._lease = None
    other.dispatchers[0]._commit(claim=False)
    assert world.message(eva).state is MessageState.SENDING
    world.work()


def test_a_transaction_that_writes_must_have_a_name(world: World) -> None:
    """R2: or no test could end the program at its commit."""
    eva = world.person("eva@example.org")
    with pytest.raises(RuntimeError, match="has no name"), world.context.session() as session:
        session.changes.contacts.append(ContactChange(eva, {"name": "Eva"}))
    assert "name" not in world.contact(eva).properties
