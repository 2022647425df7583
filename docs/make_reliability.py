"""Makes ``docs/reliability.md`` from what tests measured: ``python docs/make_reliability.py FOLDER``.

The folder is the one that ``CHAINWRIGHT_FIGURES`` named while they ran, with ``--nightly`` and without.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.figures import Figure, Result, read

FEW: Final = 4
PAGE: Final = Path(__file__).with_name("reliability.md")
TRIED: Final = {
    "R1": "The engine is killed at random moments, with messages on the wire.",
    "R2": "The engine is killed, or fails, in every gap between two commits.",
    "R3": "The power is cut: what was written but not yet forced to the disk is lost, whole or in part.",
    "R4": "The disk is full.",
    "R5": "The disk answers errors, the file cannot be written, or another program holds it.",
    "R6": "The file is damaged, cut off, empty or no database.",
    "R8": "Two engines work on one workspace, and one of them is frozen for longer than its lease.",
    "R9": "A workspace of an older release is upgraded, and the upgrade is killed.",
    "R10": "Histories that were recorded once are decided again.",
    "R12": "A whole month of a shop is played with everything going wrong, seed by seed, and audited.",
    "R13": "Whatever is asked in whatever order, the database and the memory answer alike.",
    "R14": "Fifty edits in any order, and as many steps back.",
    "R15": "Clocks are put forward and back, in every zone that does so.",
    "R16": "The clock of the machine is set, or is wrong when it starts.",
    "R17": "The machine sleeps for hours or days.",
    "R18": "The zone of a contact is unknown, has changed or is misspelt.",
    "R20": "A channel fails again and again; a flow fails again and again.",
    "R21": "One contact or one text in a thousand is broken.",
    "R22": "Rates and daily limits, across restarts and two engines.",
    "R23": "Events come doubled, late, in reverse order, or from nowhere.",
    "R27": "The provider is away for six hours and much is due.",
    "R43": "The engine itself dies.",
}
_HEAD: Final = """# Reliability

What is promised, and what was tried to break it. The figures are those of the tests themselves: `python3
run.py test` writes them where `CHAINWRIGHT_FIGURES` names a folder, and this page is made from that folder
by `docs/make_reliability.py`.

## Promised

1. No event that was accepted and no step that is due is lost, whatever is killed, whenever.
2. No step is decided twice: the new state, its line in the journal and the message are one transaction.
3. A message goes out once where the channel knows its key. A letter that was in the very act of being sent
   when the process or the line died is *unknown*: advertising is then held for you to decide; what must
   arrive is sent again.
4. What is overdue is held and shown, never fired in a burst.
5. Consent, limits and stops are asked again at the moment of sending, in the transaction that begins it.
6. A flow that breaks stops itself and says so; the others go on.

## Tried

*Every change* is what each change to the program must pass; *long* is run before a release.

"""
_OPEN: Final = """
## Still open

A wall clock that is set forward by more than ten minutes while no engine runs, and a process that dies
before it has looked at the clocks: what was due meanwhile may go out before somebody is asked.

Months of R12 that have found something once stand in `tests/seeds.txt` and are played in every run;
`python -m tests.sim.month SEED` plays one again.
"""
_GLOSSARY: Final = """
## Words

**lost**: an event or message that was accepted and is nowhere. **twice**: a step decided a second time.
**doubled**: a message that reached its person a second time. **unknown**: a message of which nobody can
know, listed for you. **torn** and **corrupt**: a transaction that is there in part, and a file that no
longer opens.
"""


def page(results: Iterable[Result]) -> str:
    """The page, in Markdown."""
    numbered: dict[str, list[Result]] = defaultdict(list)
    for one in results:
        if one.number in TRIED:
            numbered[one.number].append(one)
    rows = "\n".join(_rows(number, numbered[number]) for number in TRIED if numbered[number])
    missing = [number for number in TRIED if not numbered[number]]
    unmeasured = f"\nWithout figures as yet: {', '.join(missing)}.\n" if missing else ""
    return f"{_HEAD}{rows}{_OPEN}{unmeasured}{_GLOSSARY}"


def _rows(number: str, results: Sequence[Result]) -> str:
    failed = sum(not one.passed for one in results)
    head = f"### {number}. {TRIED[number]}\n"
    judged = f"**{failed} of {len(results)} tests failed.**\n" if failed else ""
    alike: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for one in results:
        tier = "long" if one.figures.get("tier", one.tier) == "N" else "every change"
        alike[_named(one.test), tier].append(one)
    lines = [_line(name, tier, cases) for (name, tier), cases in alike.items()]
    return "\n".join([head, *([judged] if judged else []), *lines, ""])


def _line(name: str, tier: str, cases: Sequence[Result]) -> str:
    """One test in all its cases."""
    many = f"{len(cases)} cases, " if len(cases) > 1 else ""
    seconds = sum(one.seconds for one in cases)
    figures: dict[str, list[Figure]] = defaultdict(list)
    for one in cases:
        for figure, value in one.figures.items():
            if figure != "tier":
                figures[figure].append(value)
    told = ", ".join(_figure(figure, values) for figure, values in figures.items())
    return f"- {name} ({many}{tier}, {seconds:,.0f} s): {told or 'passed'}."


def _named(test: str) -> str:
    """The name of a test as words: ``tests/a.py::test_it_holds[x]`` is “it holds”."""
    name = test.rpartition("::")[2].partition("[")[0]
    return name.removeprefix("test_").replace("_", " ").strip()


def _figure(name: str, values: Sequence[Figure]) -> str:
    """One figure over all cases: what they share, from the least to the most, or how many there are."""
    words, kinds = name.replace("_", " "), list(dict.fromkeys(values))
    if len(kinds) == 1:
        return _one_figure(words, kinds[0])
    numbers = [one for one in kinds if isinstance(one, int | float) and not isinstance(one, bool)]
    if len(numbers) == len(kinds):
        return f"{words} {min(numbers):,g} to {max(numbers):,g}"
    return f"{words} {', '.join(map(str, kinds))}" if len(kinds) <= FEW else f"{words}: {len(kinds)} kinds"


def _one_figure(words: str, value: Figure) -> str:
    if isinstance(value, bool):
        return words if value else f"not {words}"
    if isinstance(value, int):
        return f"{words} {value:,}"
    return f"{words} {value:g}" if isinstance(value, float) else f"{words} {value}"


def main(folder: str) -> None:
    """Writes the page; what was not measured is not on it."""
    results = read(Path(folder))
    PAGE.write_text(page(results), encoding="utf-8")
    missing = sorted(set(TRIED) - {one.number for one in results}, key=lambda one: int(one[1:]))
    sys.stdout.write(
        f"{PAGE.name} tells of {len(results)} results. Not measured: {', '.join(missing) or 'none'}.\n"
    )


if __name__ == "__main__":
    main(sys.argv[1])
