"""Watched segments and ``entry.segment``: rules 1, 2, 16 and 19 over the twin and SQLite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest

from app.engine import admission, counting, segment_life
from app.engine.watched import Watched
from app.model.errors import UserError
from app.model.flow import Flow
from app.model.journey import ContactChange, FlowState
from app.model.people import Actor, Address, Consent
from app.model.segments import WATCHED
from tests.engine.world import NOON, World, later
from tests.unit.engine.build import flow_of, letter, node

VIP: Final = {"tag": "vip"}
QUIET: Final = {"not": {"event": "bought", "since": "P30D"}}


def joining(segment: str = "VIP", name: str = "A flow", **settings: Any) -> Flow:
    """A letter for whoever joins, then a day."""
    nodes = [node("start", "entry.segment", segment=segment), letter(), node("day", "delay", for_="P1D")]
    return replace(flow_of(nodes, "start.entered > letter", "letter.sent > day", **settings), name=name)


def inside(world: World, segment: str) -> set[int]:
    """Who is a member now."""
    with world.store.transaction() as tx:
        ids = {one.name: one.id for one in tx.segments()}
        return set(tx.members(ids[segment], 0, 999))


def watched(world: World) -> Watched:
    with world.store.transaction() as tx:
        return Watched.read(tx.machine(WATCHED))


# --- rule 2: from now on ---


def test_only_those_who_join_from_now_on_come_in(world: World) -> None:
    """Rule 2."""
    old, new = world.person("old@example.org", tags=["vip"]), world.person("new@example.org")
    world.segment("VIP", VIP)
    world.publish(joining())
    assert inside(world, "VIP") == {old}
    world.work()
    assert world.journeys() == []
    world.edit(new, tags=["vip"])
    world.work()
    assert (world.place(new), world.place(old)) == ("day", "")
    assert inside(world, "VIP") == {old, new}
    assert world.journey(new).cause == "segment"
    assert world.journey(new).started_at == NOON


def test_those_who_are_in_it_today_come_in_when_the_author_says_so(world: World) -> None:
    """Rule 2: a choice with the number."""
    people = [world.person(f"{n}@example.org", tags=["vip"] if n % 2 else []) for n in range(9)]
    world.segment("VIP", VIP)
    flow = joining()
    world.context.batch = 2
    assert world.count_today(flow) == 4
    world.publish(flow, also_today=True)
    world.work()
    assert [world.place(one) for one in people] == ["", "day"] * 4 + [""]
    assert world.next_due() == later(days=1)


def test_who_joins_after_the_publishing_is_not_taken_for_one_who_was_in_it(world: World) -> None:
    """Rules 1 and 2: the round for those of today visits nobody else, so that nobody starts twice."""
    first, second = world.person("1@example.org", tags=["vip"]), world.person("2@example.org")
    world.segment("VIP", VIP)
    world.publish(joining(reentry={"after": "PT1M"}), also_today=True)
    world.sleep(hours=1)
    world.edit(second, tags=["vip"])
    world.work()
    assert [len(world.journeys(one)) for one in (first, second)] == [1, 1]
    assert world.count("refused:inside") == 0
    assert [world.journey(one).started_at for one in (first, second)] == [NOON, later(hours=1)]


def test_a_contact_of_an_import_joins_and_imported_history_starts_nothing(world: World) -> None:
    """Rule 2: an event of the past changes who is in the segment, and lets nobody in."""
    eva, bob = world.person("eva@example.org"), world.person("bob@example.org")
    world.segment("Buyers", {"event": "bought"})
    world.publish(joining("Buyers"))
    world.happens("bought", eva, at=later(days=-9), history=True)
    world.happens("bought", bob)
    world.work()
    assert inside(world, "Buyers") == {eva, bob}
    assert (world.place(eva), world.place(bob)) == ("", "day")


def test_somebody_whom_only_history_tells_starts_nothing_either(world: World) -> None:
    """Rule 2: a contact that comes with an imported event was there before."""
    world.segment("Nobody yet", {"not": VIP})
    world.publish(joining("Nobody yet"))
    world.happens("bought", addresses=(Address("email", "eva@example.org"),), history=True)
    world.happens("bought", addresses=(Address("email", "bob@example.org"),))
    world.work()
    with world.store.transaction() as tx:
        eva, bob = (tx.find_contacts([Address("email", f"{one}@example.org")])[0] for one in ("eva", "bob"))
    assert inside(world, "Nobody yet") == {eva, bob}
    assert (len(world.journeys(eva)), len(world.journeys(bob))) == (0, 1)


def test_what_was_due_before_an_event_of_the_past_still_starts(world: World) -> None:
    """Rule 2: history hides nobody who joins at the same time by something else."""
    eva = world.person("eva@example.org")
    world.segment("VIP", VIP)
    world.segment("Buyers", {"event": "bought"})
    world.publish(joining("VIP", "A"))
    world.publish(joining("Buyers", "B"))
    world.edit(eva, tags=["vip"])
    world.happens("bought", eva, history=True)
    assert [world.journey(eva).cause, len(world.journeys(eva))] == ["segment", 1]
    assert inside(world, "Buyers") == {eva}


@pytest.mark.parametrize(
    ("hours", "published", "place", "refused"),
    [(0.5, 2, "day", 0), (1.5, 2, "", 1), (1.5, 1, "", 0), (0.5, 0.5, "", 0)],
)
def test_an_event_that_is_not_fresh_lets_nobody_in_by_a_segment(
    world: World, hours: float, published: float, place: str, refused: int
) -> None:
    """Rule 2: as at ``entry.event``; an event from before the publishing is not even refused."""
    eva = world.person("eva@example.org")
    world.segment("Buyers", {"event": "bought", "since": "P30D"})
    world.publish(joining("Buyers"), later(hours=-published))
    world.happens("bought", eva, at=later(hours=-hours))
    world.work()
    assert (world.place(eva), world.count("refused:not-fresh")) == (place, refused)
    assert inside(world, "Buyers") == {eva}


def test_an_old_event_that_nobody_asks_for_is_no_news(world: World) -> None:
    """Rule 2: and a form of the past that changes a contact starts nothing."""
    eva = world.person("eva@example.org")
    world.segment("Bonn", {"property": "city", "is": "bonn"})
    world.publish(joining("Bonn"))
    world.happens("seen", eva, history=True)
    world.happens("submitted", eva, history=True, updates={"city": "Bonn"})
    world.work()
    assert (inside(world, "Bonn"), world.journeys()) == ({eva}, [])


def test_a_machines_event_moves_nobody(world: World) -> None:
    eva = world.person("eva@example.org")
    world.segment("Readers", {"event": "opened"})
    world.publish(joining("Readers"))
    world.happens("opened", eva, actor=Actor.MACHINE)
    world.work()
    assert inside(world, "Readers") == set()


# --- what changes it ---


def test_everything_that_changes_a_contact_is_looked_at(world: World) -> None:
    """Properties, tags, consents, addresses and events: each alone makes somebody join or leave."""
    rules: dict[str, Mapping[str, Any]] = {
        "Bonn": {"property": "city", "is": "Bonn"},
        "VIP": VIP,
        "Mail": {"consent": "email"},
        "Phone": {"property": "phone", "known": True},
        "Buyers": {"event": "bought", "times": 2},
    }
    for name, rule in rules.items():
        world.segment(name, rule)
        world.publish(joining(name, name))
    eva = world.person("eva@example.org", agrees=())
    world.edit(eva, city="Bonn")
    world.work()
    assert [name for name in rules if inside(world, name)] == ["Bonn"]
    world.edit(eva, tags=["vip"], city=None)
    world.work()
    assert [name for name in rules if inside(world, name)] == ["VIP"]
    with world.context.session("ingest") as session:
        session.changes.contacts.append(ContactChange(eva, remove_tags=frozenset({"vip"})))
        session.changes.consents.append((eva, Consent("email", given=True, at=world.now, source="hand")))
    world.work()
    assert [name for name in rules if inside(world, name)] == ["Mail"]
    both = (Address("email", "eva@example.org"), Address("phone", "+49"))
    world.happens("bought", addresses=both)
    world.work()
    assert [name for name in rules if inside(world, name)] == ["Mail", "Phone"]
    world.happens("bought", eva)
    world.work()
    assert [name for name in rules if inside(world, name)] == ["Mail", "Phone", "Buyers"]


def test_a_set_node_and_a_form_lead_into_a_segment(world: World) -> None:
    world.segment("VIP", VIP)
    world.segment("Bonn", {"property": "city", "is": "Bonn"})
    world.publish(joining("VIP", "V"))
    world.publish(joining("Bonn", "B"))
    nodes = [node("start", "entry.manual"), node("tag", "set", add_tags=["vip"]), node("end", "end")]
    world.publish(flow_of(nodes, "start.entered > tag", "tag.next > end"))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.work()
    assert (inside(world, "VIP"), world.place(eva)) == ({eva}, "day")
    world.happens("submitted", eva, updates={"city": "Bonn"})
    world.work()
    assert inside(world, "Bonn") == {eva}


def test_time_alone_makes_people_join_at_the_moment_that_the_rule_names(world: World) -> None:
    """Rule 2: however late the machine wakes; what is late is held by ``late_after``."""
    eva, bob = world.person("eva@example.org"), world.person("bob@example.org")
    world.happens("bought", eva, at=later(days=-20))
    world.happens("bought", bob, at=later(days=-5))
    world.segment("Quiet", QUIET)
    world.publish(joining("Quiet"))
    assert inside(world, "Quiet") == set()
    assert world.next_due() == later(days=10)
    world.wait(days=10)
    assert (inside(world, "Quiet"), world.place(eva)) == ({eva}, "day")
    assert world.journey(eva).started_at == later(days=10)
    world.sleep(days=17)
    world.work()
    assert world.journey(bob).started_at == later(days=25)
    assert [one.reason for one in world.messages(bob)] == ["late"]


def test_who_buys_leaves_and_joins_again_when_it_was_long_ago(world: World) -> None:
    """Rule 1: coming in again is for ``reentry`` to say."""
    eva = world.person("eva@example.org")
    world.segment("Quiet", QUIET)
    world.publish(joining("Quiet", reentry={"after": "P1D"}))
    assert inside(world, "Quiet") == {eva}
    for _ in range(2):
        world.happens("bought", eva)
        world.work()
        assert inside(world, "Quiet") == set()
        world.wait(days=30)
        assert inside(world, "Quiet") == {eva}
    assert len(world.journeys(eva)) == 2


# --- doors ---


def test_a_flow_that_takes_nobody_says_so_and_goes_on_watching(world: World) -> None:
    """Rule 21: pause stops entries."""
    world.segment("VIP", VIP)
    flow = world.publish(joining())
    for state in (FlowState.PAUSED, FlowState.CLOSED):
        world.set_state(flow, state)
        world.edit(world.person(f"{state}@example.org"), tags=["vip"])
        world.work()
    assert world.count("refused:paused") == 2
    assert (len(inside(world, "VIP")), world.journeys()) == (2, [])
    world.set_state(flow, FlowState.LIVE)
    world.work()
    assert world.journeys() == []


def test_a_stopped_flow_watches_nothing_and_begins_anew_when_it_goes_on(world: World) -> None:
    """Rule 2: who joined while it was stopped was in it before."""
    eva, bob = world.person("eva@example.org"), world.person("bob@example.org")
    world.segment("VIP", VIP)
    flow = world.publish(joining())
    world.set_state(flow, FlowState.STOPPED)
    assert not watched(world)
    world.edit(eva, tags=["vip"])
    world.work()
    assert watched(world).segments == {}
    world.set_state(flow, FlowState.LIVE)
    world.sleep(minutes=1)
    world.edit(bob, tags=["vip"])
    world.work()
    assert (inside(world, "VIP"), world.place(eva), world.place(bob)) == ({eva, bob}, "", "day")


def test_a_flow_that_goes_on_before_its_members_are_gone_finds_them_again(world: World) -> None:
    eva, bob = world.person("eva@example.org", tags=["vip"]), world.person("bob@example.org")
    world.segment("VIP", VIP)
    flow = world.publish(joining())
    world.set_state(flow, FlowState.STOPPED)
    with world.context.session("ingest") as session:
        session.changes.contacts += [
            ContactChange(eva, remove_tags=frozenset({"vip"})),
            ContactChange(bob, add_tags=frozenset({"vip"})),
        ]
    world.set_state(flow, FlowState.LIVE)
    assert inside(world, "VIP") == {bob}
    assert world.journeys() == []


def test_two_doors_that_open_at_once_let_one_person_in_once(world: World) -> None:
    """Rule 1."""
    world.segment("VIP", VIP)
    world.segment("All", {"property": "email", "known": True})
    nodes = [
        node("one", "entry.segment", segment="VIP"),
        node("two", "entry.segment", segment="All"),
        node("day", "delay", for_="P1D"),
    ]
    world.publish(flow_of(nodes, "one.entered > day", "two.entered > day"))
    eva = world.person("eva@example.org", tags=["vip"])
    world.work()
    assert len(world.journeys(eva)) == 1
    assert world.count("refused:inside") == 1


def test_flows_that_lead_into_each_others_segments_come_to_rest(world: World) -> None:
    """Rule 16: a contact does not start the same flow more than three times in a day through segments."""
    world.segment("In", VIP)
    world.segment("Out", {"not": VIP})

    def flow(name: str, segment: str, **change: Any) -> Flow:
        nodes = [node("start", "entry.segment", segment=segment), node("s", "set", **change)]
        edges = ("start.entered > s", "s.next > end")
        return replace(flow_of([*nodes, node("end", "end")], *edges, reentry={"after": "PT0S"}), name=name)

    world.publish(flow("A", "In", remove_tags=["vip"]))
    world.publish(flow("B", "Out", add_tags=["vip"]))
    eva = world.person("eva@example.org")
    world.work()
    assert len(world.journeys(eva)) == 6
    assert world.count("refused:loop") == 1


def test_a_new_version_with_the_same_entry_lets_nobody_in_by_itself(world: World) -> None:
    """Rule 2."""
    eva = world.person("eva@example.org", tags=["vip"])
    world.segment("VIP", VIP)
    world.segment("Bonn", {"property": "city", "is": "Bonn"})
    world.publish(joining())
    world.edit(world.person("bob@example.org"), tags=["vip"], city="Bonn")
    world.publish(joining(reentry={"after": "P1D"}))
    assert len(world.journeys()) == 1
    world.publish(joining("Bonn"))
    world.work()
    assert (len(world.journeys()), world.journeys(eva)) == (1, [])
    assert len(watched(world).segments) == 1
    world.wait(hours=2)
    assert [one.name for one in world.segments() if one.id in watched(world).segments] == ["Bonn"]


def test_what_is_not_there_cannot_be_published(world: World) -> None:
    with pytest.raises(UserError, match="There is no segment “VIP”"):
        world.publish(joining())
    way = {"name": "in", "when": {"segment": "VIP"}}
    nodes = [node("start", "entry.manual"), node("c", "check", ways=[way])]
    with pytest.raises(UserError, match="There is no segment “VIP”"):
        world.publish(flow_of(nodes, "start.entered > c"))


# --- rules are edited ---


def test_editing_a_watched_rule_is_like_publishing(world: World) -> None:
    """Rule 2: who comes in by the edit alone does not start; who joins later does; who stays does not join
    again."""
    world.context.batch = 2
    people = [world.person(f"{n}@example.org", tags=["vip"] if n < 3 else []) for n in range(7)]
    world.segment("VIP", VIP)
    world.publish(joining())
    for one in people[2:5]:
        world.edit(one, city="Bonn")
    world.segment("VIP", {"property": "city", "is": "Bonn"})
    world.work()
    assert (inside(world, "VIP"), world.journeys()) == (set(people[2:5]), [])
    world.edit(people[6], city="Bonn")
    world.edit(people[2], tags=["new"])
    world.work()
    assert inside(world, "VIP") == {*people[2:5], people[6]}
    assert {one.contact_id for one in world.journeys()} == {people[6]}
    world.wait(hours=2)
    assert len(watched(world).segments) == 1


def test_who_joined_by_the_old_rule_before_the_edit_still_starts(world: World) -> None:
    eva = world.person("eva@example.org")
    world.segment("VIP", VIP)
    world.publish(joining())
    world.edit(eva, tags=["vip"])
    world.segment("VIP", {"any": [VIP, {"tag": "new"}]})
    world.work()
    assert len(world.journeys(eva)) == 1


def test_an_edit_that_was_broken_off_leaves_the_old_rule(world: World) -> None:
    """The next program that starts lets go of what was begun."""
    eva = world.person("eva@example.org")
    world.segment("VIP", VIP)
    world.publish(joining())
    assert segment_life._put(world.context, "VIP", {"tag": "new"}) is not None
    world.edit(eva, tags=["new"])
    world.work()
    assert (inside(world, "VIP"), world.journeys()) == (set(), [])
    assert len(watched(world).segments) == 2
    world.engine.start()
    world.wait(hours=2)
    assert len(watched(world).segments) == 1
    world.segment("VIP", {"tag": "new"})
    assert inside(world, "VIP") == {eva}


def test_an_edit_that_somebody_else_has_undone_is_begun_again(world: World) -> None:
    eva = world.person("eva@example.org", tags=["new"])
    world.segment("VIP", VIP)
    world.publish(joining())
    broken = [False]

    def interfere() -> None:
        if not broken[0]:
            broken[0] = True
            admission.take_stock(world.context)

    world.between_batches(interfere)
    world.segment("VIP", {"tag": "new"})
    assert broken == [True]
    assert inside(world, "VIP") == {eva}


def test_a_publishing_that_meets_another_one_prepares_again(world: World) -> None:
    """What was watched for it has been let go meanwhile: it does not go live on half a truth."""
    world.segment("VIP", VIP)
    flow = joining()
    plan = world.plan_of(flow)
    admission.prepare(world.context, plan)
    admission.take_stock(world.context)
    with pytest.raises(admission.NotReadyError):
        world.publish_prepared(flow)
    with world.store.transaction() as tx:
        assert tx.live_flows() == []
    world.publish(flow)
    assert next(iter(watched(world).segments.values())).is_ready


def test_who_joined_before_the_publishing_does_not_come_in_however_late_it_is_found_out(
    world: World,
) -> None:
    """Rule 2: another program publishes while there is still something to look at."""
    eva = world.person("eva@example.org")
    world.segment("VIP", VIP)
    world.publish(joining())
    flow = joining(name="Another")
    admission.prepare(world.context, world.plan_of(flow))
    world.edit(eva, tags=["vip"])
    world.publish_prepared(flow, world.now)
    world.work()
    assert [one.flow_id for one in world.journeys(eva)] == [1]


def test_a_segment_that_was_taken_away_while_it_was_edited_is_there_again(world: World) -> None:
    eva = world.person("eva@example.org", tags=["new"])
    world.segment("VIP", VIP)
    world.publish(joining())

    def take_away() -> None:
        with world.context.session("ingest") as session:
            session.changes.segments |= {one.id: None for one in session.segments.values()}

    world.between_batches(take_away)
    world.segment("VIP", {"tag": "new"})
    assert inside(world, "VIP") == {eva}


def test_a_branch_asks_the_rule_itself(world: World) -> None:
    """Whoever asks in the middle of a flow gets the answer of now, watched or not."""
    ways = [{"name": "buyers", "when": {"segment": "Buyers"}}]
    nodes = [
        node("start", "entry.manual"),
        node("c", "check", ways=ways),
        node("yes", "delay", for_="P1D"),
        node("no", "delay", for_="P1D"),
    ]
    world.segment("Buyers", {"event": "bought", "since": "P30D"})
    world.publish(flow_of(nodes, "start.entered > c", "c.buyers > yes", "c.else > no"))
    eva, bob, pia = world.people_with_mail(3)
    world.happens("bought", eva, at=later(days=-29))
    world.happens("bought", bob, at=later(days=-30))
    world.enter(eva, bob, pia)
    assert [world.place(one) for one in (eva, bob, pia)] == ["yes", "no", "no"]


def test_a_segment_that_nobody_watches_is_changed_at_once(world: World) -> None:
    world.segment("VIP", VIP)
    world.segment("VIP", {"event": "bought"})
    (one,) = world.segments()
    assert one.rule == {"event": "bought", "since": "ever"}
    world.segment("VIP", {"event": "bought"})
    assert world.segments() == [one]
    with pytest.raises(UserError, match="The name of the segment is empty"):
        world.segment(" ", VIP)
    with pytest.raises(UserError, match="cannot be asked: a segment cannot ask about another segment"):
        world.segment("VIP", {"segment": "Other"})


def test_how_many_fit_a_rule_is_counted_in_batches(world: World) -> None:
    world.context.batch = 2
    for n in range(5):
        world.happens("bought", world.person(f"{n}@example.org", tags=["vip"] if n else []))
    assert counting.count_segment(world.context, VIP) == 4
    assert counting.count_segment(world.context, {"event": "bought", "since": "P1D"}) == 5
    assert counting.count_segment(world.context, {"event": "bought", "since": "P1D", "times": 2}) == 0
    assert world.count_today(flow_of([node("start", "entry.manual")])) == 0


def test_publishing_asks_everybody_in_batches_and_a_crash_between_them_goes_on_where_it_stopped(
    world: World,
) -> None:
    """R2: whoever publishes again finishes what was begun."""
    world.context.batch = 3
    people = [world.person(f"{n}@example.org", tags=["vip"]) for n in range(8)]
    world.segment("VIP", VIP)

    class CrashError(Exception):
        pass

    def crash() -> None:
        raise CrashError

    world.between_batches(crash)
    with pytest.raises(CrashError):
        world.publish(joining())
    assert len(inside(world, "VIP")) == 3
    world.edit(people[0], city="Bonn")
    world.between_batches(lambda: None)
    world.publish(joining())
    assert inside(world, "VIP") == set(people)
    world.work()
    assert world.journeys() == []


# --- rule 19 ---


def test_of_two_who_become_one_only_a_real_join_starts(world: World) -> None:
    """Rule 19: on merge the older contact stays, and is in what either was in."""
    world.segment("VIP", VIP)
    world.segment("Rich", {"all": [VIP, {"property": "city", "is": "Bonn"}]})
    world.publish(joining("VIP", "V"))
    world.publish(joining("Rich", "R"))
    old = world.person(visitor="browser")
    world.edit(old, city="Bonn")
    young = world.person("eva@example.org", tags=["vip"])
    world.work()
    assert len(world.journeys(young)) == 1
    world.happens("seen", addresses=(Address("visitor", "browser"), Address("email", "eva@example.org")))
    world.work()
    assert (inside(world, "VIP"), inside(world, "Rich")) == ({old}, {old})
    assert sorted(one.flow_id for one in world.journeys(old)) == [1, 2]


def test_a_visitor_whose_event_a_watched_segment_asks_for_is_needed(world: World) -> None:
    """Rule 19."""
    seen: dict[str, Any] = {"addresses": (Address("visitor", "browser"),)}
    assert world.happens("viewed", **seen) == "counted"
    world.segment("Curious", {"event": "viewed", "times": 2})
    world.publish(joining("Curious"))
    assert world.happens("other", **seen) == "counted"
    for _ in range(2):
        assert world.happens("viewed", **seen) == "stored"
    world.work()
    assert len(inside(world, "Curious")) == 1


def test_nothing_is_noted_while_nothing_is_watched(world: World) -> None:
    eva = world.person("eva@example.org")
    world.segment("VIP", VIP)
    world.edit(eva, tags=["vip"])
    world.happens("bought", eva)
    with world.store.transaction() as tx:
        assert tx.rechecks_of([eva]) == {}
    assert world.next_due() is None


def test_a_page_view_that_no_rule_asks_for_is_not_looked_at(world: World) -> None:
    """Cost follows what can change the answer."""
    eva = world.person("eva@example.org")
    world.segment("Buyers", {"event": "bought", "since": "P30D"})
    world.publish(joining("Buyers"))
    world.work()
    world.happens("viewed", eva)
    with world.store.transaction() as tx:
        assert tx.rechecks_of([eva]) == {}
    world.happens("bought", eva)
    with world.store.transaction() as tx:
        assert tx.rechecks_of([eva]) == {eva: NOON}
    world.work()
    with world.store.transaction() as tx:
        assert tx.rechecks_of([eva]) == {eva: NOON + timedelta(days=30)}
