"""How many people a segment or the entries of a drawing would have now: counted some hundred at a time, on
transactions that only read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.engine.admission import before_today
from app.engine.calendar import zone_of
from app.engine.dates import next_moment, rule_of
from app.engine.doors import SEGMENT, segment_of
from app.engine.looking import facts_about
from app.model.conditions import holds

if TYPE_CHECKING:
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


def _is_in(context: Context, node: PlanNode, facts: Facts, rules: Mapping[str, Rule]) -> bool:
    if node.kind.name == SEGMENT:
        rule = rules.get(segment_of(node))
        return rule is not None and holds(rule, facts)
    date, now = rule_of(node), context.clock.now()
    value, zone = facts.contact.properties.get(date.property), zone_of(facts.contact.zone, context.zone)
    moment = next_moment(date, value, before_today(now, context.zone), zone)
    return moment is not None and moment <= now


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
