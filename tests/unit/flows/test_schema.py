from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from app.flows.codec import write_flow
from app.flows.schema import json_schema
from app.model.flow import Flow
from app.model.kinds import KINDS
from tests.unit.flows.making import chain, letter, node, template, templates
from tests.unit.flows.test_codes import PAIRS

DRAWN = ("bad-edge", "open-outlet", "cycle", "unreachable", "no-entry", "duplicate-id", "missing-setting")


def judge() -> jsonschema.Draft202012Validator:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def is_valid(flow: Flow) -> bool:
    return judge().is_valid(json.loads(write_flow(flow)))


@pytest.mark.parametrize("name", templates())
def test_every_template_follows_the_schema(name: str) -> None:
    assert is_valid(template(name))


@pytest.mark.parametrize("name", [name for name, (code, *_) in PAIRS.items() if code in DRAWN])
def test_an_unfinished_flow_follows_it_too(name: str) -> None:
    _, broken, sound = PAIRS[name]
    assert is_valid(broken)
    assert is_valid(sound)


@pytest.mark.parametrize(
    "settings",
    [
        {"subject": 5},
        {"subject": "x" * 251},
        {"timeout": "1 day"},
        {"timeout": "P"},
        {"human_only": "yes"},
        {"purpose": "spam"},
        {"reactions": "opened"},
    ],
)
def test_a_setting_of_the_wrong_type_does_not(settings: dict[str, Any]) -> None:
    assert not is_valid(chain(letter(**settings)))


def test_a_setting_left_empty_is_only_unfinished() -> None:
    assert is_valid(chain(letter(subject=None, timeout="", reactions=[])))


def test_ways_and_conditions_are_described() -> None:
    assert is_valid(chain(node("ask", "check", ways=[{"name": "a", "when": {"all": [{"tag": "x"}]}}])))
    assert not is_valid(chain(node("ask", "check", ways=[{"name": "a", "when": {"all": "x"}}])))


def test_every_kind_that_has_settings_is_in_it() -> None:
    told = {rule["if"]["properties"]["kind"]["const"] for rule in json_schema()["$defs"]["node"]["allOf"]}
    assert told == {kind.name for kind in KINDS.values() if kind.settings}


@pytest.mark.parametrize(
    "change", [{"format": "x"}, {"schema": 2}, {"nodes": [{"id": "a"}]}, {"settings": {"fresh": "x"}}]
)
def test_what_cannot_be_opened_does_not_follow_it(change: dict[str, Any]) -> None:
    assert not judge().is_valid({"format": "chainwright.flow", "schema": 1, **change})
