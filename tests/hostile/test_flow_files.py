"""Files that are no flows, or meant to do harm: refused with one sentence, fast and in little memory."""

from __future__ import annotations

import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from app.flows.codec import read_flow
from app.model.errors import FlowFileError

ROOT = Path(__file__).parents[2]
HEAD = '{"format": "chainwright.flow", "schema": 1, "nodes": '
NODE = '{"id": "a", "kind": "end"}'


def many(count: int, part: str) -> str:
    return f"{HEAD}[{','.join([part] * count)}]}}"


FILES: dict[str, tuple[bytes | str, str]] = {
    "empty": (b"", "is empty"),
    "only white": (b" \r\n\t" * 1000, "is empty"),
    "only a mark": (b"\xef\xbb\xbf", "is empty"),
    "pickle": (b"\x80\x04\x95\x1e\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x06format", "not UTF-8"),
    "compressed": (zlib.compress(b"flow" * 100), "not UTF-8"),
    "sixteen bits": ("{}".encode("utf-16"), "not UTF-8"),
    "cut in a character": ('{"format": "…'.encode()[:-1], "not UTF-8"),
    "cut": (HEAD, "not JSON"),
    "a web page": (b"<html></html>", "not JSON"),
    "two documents": ("{}{}", "not JSON"),
    "comment": ("{} // flow", "not JSON"),
    "line break in a text": ('{"a": "b\nc"}', "not JSON"),
    "too many closed": ("{}" + "]" * 1000, "not JSON"),
    "21 MB": (b" " * 21_000_000, "larger than 20 MB"),
    "deep lists": (HEAD + "[" * 100_000, "deeper than 50"),
    "deep objects": ('{"a":' * 100_000, "deeper than 50"),
    "51 deep": (HEAD + "[" * 50 + "]" * 50 + "}", "deeper than 50"),
    "a million nodes": (many(740_000, NODE), "far more parts"),
    "6,000 nodes": (many(6_000, NODE), "6,000 nodes"),
    "6,000 notes": (
        '{"format":"chainwright.flow","schema":1,"notes":[' + "{}," * 6_000 + "{}]}",
        "6,001 notes",
    ),
    "ten million numbers": (HEAD + "[" + "0," * 9_000_000 + "0]}", "far more parts"),
    "ten million quotes": ('"' * 19_999_999, "far more parts"),
    "a text that never ends": ('"' + '\\"' * 1_900_000 + "\\", "not JSON"),
    "NaN": (HEAD + "NaN}", "holds NaN"),
    "Infinity": (HEAD + "-Infinity}", "holds -Infinity"),
    "too large a number": (HEAD + "1e999}", "too large"),
    "5,000 digits": (HEAD + "1" * 5_000 + "}", "5000 digits"),
    "double keys": ('{"format": "chainwright.flow", "schema": 1, "schema": 1}', "“schema” stands twice"),
    "double keys, deep": (many(1, '{"id": "a", "kind": "end", "id": "b"}'), "“id” stands twice"),
    "a million double keys": ("{" + '"k":1,' * 500_000 + '"k":1}', "“k” stands twice"),
    "half a character": (many(1, '{"id": "\\ud83d", "kind": "end"}'), "half of a character"),
    "half a character in a key": (
        many(1, '{"id": "a", "kind": "end", "\\uDC00": [1, {}]}'),
        "half of a character",
    ),
    "half a character as text": ('{"a": "\ud83d"}', "half of a character"),
}


@pytest.mark.parametrize("name", FILES)
def test_it_is_refused_with_one_sentence(name: str) -> None:
    data, sentence = FILES[name]
    with pytest.raises(FlowFileError) as caught:
        read_flow(data)
    said = caught.value.sentence
    assert sentence in said
    assert said.endswith(".")
    assert "\n" not in said
    assert len(said) < 160


def test_a_whole_character_in_two_halves_is_one() -> None:
    flow = read_flow(
        many(
            1,
            '{"id": "\\ud83d\\uded2", "kind": "end", "title": ["\\u0000"][0]}'.replace(
                '["\\u0000"][0]', '"x"'
            ),
        )
    )
    assert flow.nodes[0].id == "🛒"


def test_brackets_in_texts_are_no_depth() -> None:
    flow = read_flow(many(1, '{"id": "a", "kind": "end", "title": "' + "[{" * 1000 + '\\""}'))
    assert flow.nodes[0].title == "[{" * 1000 + '"'


def test_fifty_levels_are_read() -> None:
    data = HEAD + '[{"id": "a", "kind": "end", "settings": {"a": ' + "[" * 45 + "]" * 45 + "}}]}"
    assert read_flow(data).nodes[0].id == "a"


MEASURE = """
import resource, sys, time
from app.flows.codec import read_flow
from app.model.errors import FlowFileError
from tests.hostile.test_flow_files import FILES
data = [file.encode("utf-8", "replace") if isinstance(file, str) else file for file, _ in FILES.values()]
FILES.clear()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
cpu = time.process_time()
for file in data:
    try:
        read_flow(file)
    except FlowFileError:
        pass
spent = time.process_time() - cpu
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, round(spent / len(data), 3))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="resource is not there; the limits are the same code")
def test_all_of_them_together_cost_little_memory_and_time() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], cwd=ROOT, capture_output=True, text=True, timeout=100, check=True
    )
    megabytes, seconds = map(float, done.stdout.split())
    assert megabytes < 300, "a file of 20 MB may not take more than fifteen times its size"
    assert seconds < 1
