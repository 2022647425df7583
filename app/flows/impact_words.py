"""An impact, and what came of it, as sentences that an owner understands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.model.shifts import Change, Choice, Impact, Stand, TakenBack


def told(impact: Impact) -> list[str]:
    """The whole preview, line by line; an empty line parts the nodes."""
    lines = [f"Version {impact.number} of “{impact.flow}”", _first(impact)]
    lines += [f"For the whole flow: {text}." for text in impact.rules]
    for stand in impact.stands:
        lines += ["", *_of(stand, impact.number)]
    if impact.stands and impact.inside:
        lines += ["", f"{_sum(impact)}."]
    lines.append("A publish can be taken back for ten minutes.")
    return lines


def _first(impact: Impact) -> str:
    new = f"New people start on version {impact.number}."
    if not impact.inside:
        return f"{new} Nobody is inside now."
    if impact.texts_only:
        return f"Only texts are different: {_people(impact.move, 'gets', 'get')} them at once."
    versions = sorted({stand.version for stand in impact.stands})
    where = f"version{'' if len(versions) == 1 else 's'} {_listed(versions)}"
    return (
        f"{new} {_people(impact.inside, 'is', 'are')} inside {where}; "
        f"{_count(impact.affected, 'stands', 'stand')} where something is different."
    )


def _of(stand: Stand, number: int) -> Iterator[str]:
    yield f"{stand.name} (version {stand.version}{_SIGNS[stand.change]})"
    for text in stand.words:
        yield f"  {text}."
    yield f"  {stand.before:,} before it, {stand.here:,} in it now, {stand.past:,} past it."
    if stand.here:
        for choice in stand.choices:
            yield f"  {choice}: {choice_words(stand, choice, number)}."
    if stand.why_not:
        yield f"  {stand.why_not}"


_SIGNS = {
    Change.NONE: "",
    Change.CHANGED: ", changed",
    Change.KIND: ", another kind of node now",
    Change.REMOVED: ", removed",
}


def choice_words(stand: Stand, choice: Choice, number: int) -> str:
    """What a choice means for those who are there: “4 move to version 5, 3 of them go on at once”."""
    here = stand.here
    if choice is Choice.FINISH:
        return f"{_count(here, 'finishes', 'finish')} on version {stand.version}"
    if choice is Choice.LEAVE:
        return f"{_count(here, 'leaves', 'leave')} the flow and {'gets' if here == 1 else 'get'} no more"
    if stand.needs_target:
        return f"{_count(here, 'moves', 'move')} to the node that you name"
    at_once = f", {stand.at_once:,} of them {_goes(stand.at_once)} on at once" if stand.at_once else ""
    return f"{_count(here, 'moves', 'move')} to version {number}{at_once}"


def done(number: int, flow: str, moved: int, at_once: int, left: int) -> str:
    """What publishing has done: “… is live. 44 people moved to it, 12 of them go on at once; 7 left”."""
    parts = [f"{_people(moved, 'moved', 'moved')} to it"] if moved else []
    if at_once:
        parts[-1] += f", {at_once:,} of them {_goes(at_once)} on at once"
    if left:
        parts.append(f"{left:,} left the flow" if moved else f"{_people(left, 'left', 'left')} the flow")
    tail = f" {'; '.join(parts)}." if parts else ""
    return f"Version {number} of “{flow}” is live.{tail}"


def taken_back(flow: str, made: TakenBack, *, dry: bool = False) -> str:
    """What was, or would be, taken back, in one sentence or two."""
    back = made.moved + made.returned
    lives = f"Version {made.number} of “{flow}” {'would be' if dry else 'is'} live again"
    parts = [f"{_people(back, 'goes', 'go')} on as before"] if back else []
    if made.stay:
        parts.append(f"{_count(made.stay, 'has', 'have')} gone on since and could not be taken back")
    if made.came:
        came = _count(made.came, "has", "have")
        parts.append(f"{came} come in since and {_ends(made.came)} on version {made.undone}")
    return f"{lives}. {'; '.join(parts)}." if parts else f"{lives}."


def _sum(impact: Impact) -> str:
    at_once = f", {impact.at_once:,} of them at once" if impact.at_once else ""
    parts = [
        _count(impact.finish, "finishes on the old version", "finish on the old version"),
        _count(impact.move, f"moves to version {impact.number}", f"move to version {impact.number}")
        + at_once,
        _count(impact.leave, "leaves the flow", "leave the flow"),
    ]
    return ", ".join(parts[:1] if not (impact.move or impact.leave) else parts)


def _people(count: int, one: str, many: str) -> str:
    return f"1 person {one}" if count == 1 else f"{count:,} people {many}"


def _count(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _goes(count: int) -> str:
    return "goes" if count == 1 else "go"


def _ends(count: int) -> str:
    return "finishes" if count == 1 else "finish"


def _listed(numbers: Sequence[int]) -> str:
    texts = [str(number) for number in numbers]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
