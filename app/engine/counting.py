"""How many people a segment or the entries of a drawing would have now: counted some hundred at a time, on
transactions that only read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.engine.admission import before_today
from app.engine.calendar import zone_of
from app.engine.dates import next_moment, rule_of
from app.engine.doors import DATE, SCHEDULE, SEGMENT, segment_of
from app.engine.looking import facts_about
from app.engine.rounds import next_round
from app.model.conditions import holds

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from app.engine.context import Context
    from app.engine.facts import Facts
    from app.engine.plan import PlanNode

Rule = Mapping[str, Any]


def count_segment(context: Context, rule: Rule) -> int:
    """How many people fit a segment's rule now."""
    return _count(context, [rule], lambda facts: holds(rule, facts))


def count_today(context: Context, nodes: Sequence[PlanNode]) -> int:
    """How many people are today in what these entries name (rule 2): in the segment of an ``entry.segment``,
    or with a moment of an ``entry.date`` that has passed since midnight. They start only when their flow is
    published with them."""
    if not nodes:
        return 0
    with context.store.looking() as tx:
        rules = {one.name: one.rule for one in tx.segments()}
    asked = [rules[name] for node in nodes if (name := segment_of(node)) in rules]
    return _count(context, asked, lambda facts: any(_is_in(context, node, facts, rules) for node in nodes))


def count_coming(context: Context, node: PlanNode, span: timedelta, *, also_today: bool = False) -> int:
    """How many come in by an entry within so long, when it is published now: by dates, rounds and time, as
    far as they are known today. Who joins a segment by what has not happened yet cannot be told."""
    with context.store.looking() as tx:
        rules = {one.name: one.rule for one in tx.segments()}
    now = context.clock.now()
    if node.kind.name == SCHEDULE:
        moment = next_round(node, now, context.zone)
        return _count_round(context, node, rules) if moment is not None and moment <= now + span else 0
    if node.kind.name == DATE:
        since = before_today(now, context.zone) if also_today else now
        return _count(context, [], lambda facts: _has_date(context, node, facts, since, now + span))
    rule = rules.get(segment_of(node))
    return 0 if rule is None else _count_joining(context, rule, span, also_today=also_today)


def _count_round(context: Context, node: PlanNode, rules: Mapping[str, Rule]) -> int:
    name = segment_of(node)
    if not name:
        return _count(context, [], lambda _: True)
    return count_segment(context, rules[name]) if name in rules else 0


def _count_joining(context: Context, rule: Rule, span: timedelta, *, also_today: bool) -> int:
    later = context.clock.now() + span

    def joins(facts: Facts) -> bool:
        if holds(rule, facts):
            return also_today
        return holds(rule, replace(facts, now=later))

    return _count(context, [rule], joins)


def _is_in(context: Context, node: PlanNode, facts: Facts, rules: Mapping[str, Rule]) -> bool:
    if node.kind.name == SEGMENT:
        rule = rules.get(segment_of(node))
        return rule is not None and holds(rule, facts)
    now = context.clock.now()
    return _has_date(context, node, facts, before_today(now, context.zone), now)


def _has_date(context: Context, node: PlanNode, facts: Facts, after: datetime, until: datetime) -> bool:
    date, zone = rule_of(node), zone_of(facts.contact.zone, context.zone)
    moment = next_moment(date, facts.contact.properties.get(date.property), after, zone)
    return moment is not None and moment <= until


def _count(context: Context, rules: list[Rule], fits: Callable[[Facts], bool]) -> int:
    total, after, full = 0, 0, True
    while full:
        with context.store.looking() as tx:
            ids = tx.everybody(after, context.batch)
            people = facts_about(tx, ids, rules, context.clock.now())
        total += sum(fits(facts) for facts in people.values())
        full = len(ids) == context.batch
        after = ids[-1] if full else after
    return total
