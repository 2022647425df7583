from __future__ import annotations

import pytest

from app.model.errors import RefusedError, UserError
from app.model.journey import Changes, CountKey, FlowState, LiveFlow
from app.model.ports import FlowInfo, Transaction, VersionInfo
from app.model.shifts import Choice, Group, Phase
from app.store.database import SqlStore
from app.store.publishing import Published
from tests.store.world import NOON, a_journey, later, write


def _publish(store: SqlStore, name: str, document: str, *, shape: str = "shape") -> Published:
    return store.flows.publish(name, document, hash_=f"hash of {document}", shape_hash=shape, now=NOON)


def test_a_draft_is_stored_and_found_by_its_name(sql_store: SqlStore) -> None:
    flows = sql_store.flows
    flows.save_draft("Basket ☕", "one", now=NOON)
    flows.save_draft("Basket ☕", "two", now=later(hours=1))
    assert flows.draft("Basket ☕") == "two"
    assert flows.infos() == [FlowInfo(1, "Basket ☕", FlowState.DRAFT, 0, changed=True, inside=0)]
    with pytest.raises(UserError, match="There is no flow named “Popup”"):
        flows.draft("Popup")
    with pytest.raises(UserError, match="has never been published"):
        flows.find("Basket ☕")


def test_a_draft_that_someone_else_changed_is_not_overwritten(sql_store: SqlStore) -> None:
    flows = sql_store.flows
    flows.save_draft("Basket", "one", now=NOON)
    flows.save_draft("Basket", "two", now=NOON, base="one")
    with pytest.raises(RefusedError, match="Someone else has changed “Basket”"):
        flows.save_draft("Basket", "three", now=NOON, base="one")
    flows.save_draft("Basket", "two", now=NOON, base="one")
    assert flows.draft("Basket") == "two"


def test_publishing_freezes_a_version_and_puts_the_flow_live(sql_store: SqlStore) -> None:
    first = _publish(sql_store, "Basket", "one", shape="a")
    assert (first.number, first.texts_only, first.changed) == (1, False, True)
    assert first.flow.state is FlowState.LIVE
    second = _publish(sql_store, "Basket", "two", shape="b")
    assert (second.number, second.texts_only) == (2, False)
    assert second.version.id != first.version.id
    assert sql_store.flows.version(first.version.id).document == "one", "journeys keep theirs"
    assert sql_store.flows.find("Basket").version_id == second.version.id
    assert sql_store.flows.published() == [("Basket", "two")]
    assert sql_store.flows.draft("Basket") == "two"


def test_a_publish_of_texts_alone_reaches_every_journey_at_once(sql_store: SqlStore) -> None:
    first = _publish(sql_store, "Basket", "one")
    second = _publish(sql_store, "Basket", "two")
    assert (second.number, second.texts_only) == (2, True)
    assert second.version.id == first.version.id
    with sql_store.transaction() as transaction:
        version = transaction.version(first.version.id)
    assert (version.document, version.hash, version.number) == ("two", "hash of two", 2)


def test_publishing_the_same_again_makes_no_version(sql_store: SqlStore) -> None:
    _publish(sql_store, "Basket", "one")
    again = _publish(sql_store, "Basket", "one")
    assert (again.number, again.changed) == (1, False)


def test_a_paused_flow_stays_paused_when_it_is_published_and_a_stopped_one_goes_live(
    sql_store: SqlStore,
) -> None:
    _publish(sql_store, "Basket", "one", shape="a")
    sql_store.flows.set_state("Basket", FlowState.PAUSED, now=NOON)
    paused = _publish(sql_store, "Basket", "two", shape="b").flow
    assert (paused.state, paused.published_at) == (FlowState.PAUSED, NOON)
    sql_store.flows.set_state("Basket", FlowState.STOPPED, now=NOON)
    published = sql_store.flows.publish("Basket", "3", hash_="3", shape_hash="c", now=later(days=1)).flow
    assert (published.state, published.published_at) == (FlowState.LIVE, later(days=1))


def test_a_flow_that_is_resumed_from_stopped_counts_as_published_then(sql_store: SqlStore) -> None:
    _publish(sql_store, "Basket", "one")
    for state, since in (
        (FlowState.CLOSED, NOON),
        (FlowState.LIVE, NOON),
        (FlowState.STOPPED, NOON),
        (FlowState.LIVE, later(days=3)),
    ):
        flow = sql_store.flows.set_state("Basket", state, now=later(days=3))
        assert (flow.state, flow.published_at) == (state, since)


def test_the_list_of_flows_shows_who_is_inside_and_which_drafts_differ(sql_store: SqlStore) -> None:
    basket = _publish(sql_store, "Basket", "one").flow
    _publish(sql_store, "Another", "one")
    sql_store.flows.save_draft("Basket", "edited", now=NOON)
    keys = [CountKey(basket.id, basket.version_id, "letter", "here", hour) for hour in (5, 6)]
    write(sql_store, counts={keys[0]: 3, keys[1]: -1, CountKey(basket.id, 1, "letter", "entry", 5): 9})
    infos = sql_store.flows.infos()
    assert [(one.name, one.version, one.changed, one.inside) for one in infos] == [
        ("Another", 1, False, 0),
        ("Basket", 1, True, 2),
    ]


def test_every_version_stays_readable_though_its_texts_were_exchanged(sql_store: SqlStore) -> None:
    for hour, (document, shape) in enumerate([("one", "a"), ("two", "a"), ("three", "b")]):
        when = later(hours=hour)
        author = "Ada" if hour else ""
        sql_store.flows.publish("Basket", document, hash_=document, shape_hash=shape, now=when, author=author)
    assert sql_store.flows.versions("Basket") == [
        VersionInfo(3, later(hours=2), "Ada", texts_only=False),
        VersionInfo(2, later(hours=1), "Ada", texts_only=True),
        VersionInfo(1, NOON, "", texts_only=False),
    ]
    said = [sql_store.flows.version_document("Basket", number) for number in (1, 2, 3)]
    assert said == ["one", "two", "three"]
    with pytest.raises(UserError, match="“Basket” has no version 4"):
        sql_store.flows.version_document("Basket", 4)
    sql_store.flows.save_draft("Never published", "one", now=NOON)
    assert sql_store.flows.versions("Never published") == []


def test_a_renamed_flow_is_the_same_flow_and_never_takes_another_ones_place(sql_store: SqlStore) -> None:
    before = _publish(sql_store, "Basket", "one").flow
    _publish(sql_store, "Another", "one")
    sql_store.flows.rename("Basket", "Korb")
    after = sql_store.flows.find("Korb")
    assert (after.id, after.version_id, after.state) == (before.id, before.version_id, before.state)
    assert sql_store.flows.id_of("Korb") == before.id
    assert [one.number for one in sql_store.flows.versions("Korb")] == [1]
    with pytest.raises(UserError, match="There is no flow named “Basket”"):
        sql_store.flows.rename("Basket", "Other")
    with pytest.raises(RefusedError, match="There is a flow called “Another” already"):
        sql_store.flows.rename("Korb", "Another")
    sql_store.flows.rename("Korb", "Korb")
    assert [one.name for one in sql_store.flows.infos()] == ["Another", "Korb"]


def test_a_publish_keeps_what_becomes_of_people_and_can_be_taken_back(sql_store: SqlStore) -> None:
    flows = sql_store.flows
    first = _publish(sql_store, "Basket", "one", shape="a")
    assert first.shift is None
    moves = (Group(first.version.id, "wait", Choice.MOVE), Group(first.version.id, "letter", Choice.FINISH))
    second = flows.publish(
        "Basket", "two", hash_="2", shape_hash="b", now=later(days=1), author="Ada", choices=moves
    )
    shift = second.shift
    assert shift is not None
    assert (shift.before_id, shift.version_id) == (first.version.id, second.version.id)
    assert (shift.before_number, shift.number, shift.author) == (1, 2, "Ada")
    assert (shift.groups, shift.phase, shift.texts_only) == (moves[:1], Phase.MOVING, False)
    assert flows.last_shift("Basket") == shift
    flows.take_back(shift, hash_="", now=later(days=2))
    assert flows.find("Basket").version_id == first.version.id
    assert flows.draft("Basket") == "two", "what was drawn is not lost"
    told = [(one.number, one.undone_at) for one in flows.versions("Basket")]
    assert told == [(2, later(days=2)), (1, None)]
    with pytest.raises(RefusedError, match="taken back already"):
        flows.take_back(shift, hash_="", now=later(days=2))
    again = flows.publish("Basket", "two", hash_="2", shape_hash="b", now=later(days=3))
    assert (again.number, again.changed) == (3, True)


def test_texts_that_were_exchanged_come_back_under_their_number(sql_store: SqlStore) -> None:
    first = _publish(sql_store, "Basket", "one")
    second = _publish(sql_store, "Basket", "two")
    assert second.shift is not None
    assert (second.shift.texts_only, second.shift.phase) == (True, Phase.DONE)
    sql_store.flows.take_back(second.shift, hash_="hash of one", now=NOON)
    version = sql_store.flows.version(first.version.id)
    assert (version.document, version.hash, version.number) == ("one", "hash of one", 1)
    assert _publish(sql_store, "Basket", "three").number == 3


def test_what_goes_along_with_publishing_is_written_with_it_or_not_at_all(sql_store: SqlStore) -> None:
    seen: list[tuple[LiveFlow | None, LiveFlow]] = []

    def along(transaction: Transaction, before: LiveFlow | None, after: LiveFlow) -> None:
        seen.append((before, after))
        transaction.write(Changes(machine={"told": len(seen)}))

    def refuse(transaction: Transaction, before: LiveFlow | None, after: LiveFlow) -> None:
        along(transaction, before, after)
        raise ValueError

    first = sql_store.flows.publish("Basket", "1", hash_="1", shape_hash="a", now=NOON, along=along).flow
    assert seen == [(None, first)]
    with pytest.raises(ValueError):
        sql_store.flows.publish("Basket", "2", hash_="2", shape_hash="b", now=NOON, along=refuse)
    assert sql_store.flows.find("Basket") == first
    stopped = sql_store.flows.set_state("Basket", FlowState.STOPPED, now=NOON, along=along)
    assert seen[2:] == [(first, stopped)]
    with pytest.raises(ValueError):
        sql_store.flows.set_state("Basket", FlowState.LIVE, now=NOON, along=refuse)
    assert sql_store.flows.find("Basket") == stopped
    with sql_store.looking() as transaction:
        assert transaction.machine("told") == 3


def test_versions_in_use_are_the_newest_ones_and_those_that_somebody_is_in(sql_store: SqlStore) -> None:
    first = sql_store.flows.publish("Basket", "1", hash_="1", shape_hash="a", now=NOON).flow
    second = sql_store.flows.publish("Basket", "2", hash_="2", shape_hash="b", now=NOON).flow
    sql_store.flows.save_draft("Never", "{}", now=NOON)
    assert [(name, one.id) for name, one in sql_store.flows.in_use()] == [("Basket", second.version_id)]
    write(sql_store, started=[a_journey(first, 1)])
    assert [one.document for _, one in sql_store.flows.in_use()] == ["1", "2"]
    sql_store.flows.set_state("Basket", FlowState.STOPPED, now=NOON)
    assert [one.document for _, one in sql_store.flows.in_use()] == ["1"]
