"""The same work without a window: reads a command line, hands it to ``app.bootstrap``, prints the answer."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any, Final, NoReturn

from app import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.bootstrap.outcome import Outcome

_LATER: Final = {
    "sync": "Syncing a source",
    "export": "Exporting people's data",
    "erase": "Erasing a person",
    "backup": "Backing up",
    "restore": "Restoring",
    "serve": "Serving without the engine",
}
_DESKTOP: Final = "desktop"


class _BadArguments(Exception):
    """The command line cannot be read."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _BadArguments(message)


def run(arguments: Sequence[str]) -> int:
    """The exit code of one command line; prints as DESIGN.md section 6 says."""
    try:
        chosen = _plain(arguments) if _is_plain(arguments) else _parser().parse_args(list(arguments))
    except _BadArguments as error:
        return _say(f"{str(error)[:1].upper()}{str(error)[1:]}. Try “chainwright --help”.", 2)
    if chosen.command in _LATER:
        return _say(f"{_LATER[chosen.command]} is not built yet.", 2)
    from app.bootstrap import commands  # heavy: only when there is something to do

    outcome = commands.perform(chosen.command or _DESKTOP, chosen)
    return _answer(outcome, as_json=chosen.json)


def _answer(outcome: Outcome, *, as_json: bool) -> int:
    try:
        if as_json and outcome.document is not None:
            print(json.dumps(outcome.document, ensure_ascii=False, indent=1))
        elif outcome.text and not as_json:
            print(outcome.text)
        sys.stdout.flush()
    except (BrokenPipeError, UnicodeEncodeError):
        # Whoever listened has gone, or their terminal cannot show a letter: the exit code still tells.
        sys.stdout = None
    return _say(outcome.sentence, outcome.code)


def _say(sentence: str, code: int) -> int:
    if sentence:
        print(sentence, file=sys.stderr)
    return code


# --- the command line -----------------------------------------------------------------------------------


def _is_plain(arguments: Sequence[str]) -> bool:
    """Whether only the window is wanted."""
    return not arguments or (
        len(arguments) == 2 and arguments[0] == "--workspace" and not arguments[1].startswith("-")
    )


def _plain(arguments: Sequence[str]) -> argparse.Namespace:
    """What :func:`_parser` would read, at once."""
    return argparse.Namespace(command=None, json=False, workspace=arguments[1] if arguments else None)


def _parser() -> _Parser:
    parser = _Parser(prog="chainwright", description="Draw message chains. Your office machine runs them.")
    parser.add_argument("--version", action="version", version=f"Chainwright {__version__}")
    _common(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name, (help_text, fill) in _COMMANDS.items():
        sub = commands.add_parser(name, help=help_text, description=help_text)
        fill(sub)
        _common(sub, suppress=True)
    for name in _LATER:
        # No sign begins an option there: whatever follows, the answer is the same.
        commands.add_parser(name, add_help=False, prefix_chars="\0").add_argument("rest", nargs="*")
    return parser


def _common(parser: argparse.ArgumentParser, *, suppress: bool = False) -> None:
    default: Any = argparse.SUPPRESS if suppress else None
    parser.add_argument(
        "--json",
        action="store_true",
        default=argparse.SUPPRESS if suppress else False,
        help="one JSON document on standard output",
    )
    parser.add_argument("--workspace", metavar="DIR", default=default, help="the workspace's folder")


def _flow(parser: argparse.ArgumentParser, *, many: bool = False) -> None:
    if many:
        parser.add_argument("flows", nargs="+", metavar="FLOW", help="a file, or a flow of the workspace")
    else:
        parser.add_argument("flow", metavar="FLOW", help="a file, or a flow of the workspace")


def _check(parser: argparse.ArgumentParser) -> None:
    _flow(parser, many=True)


def _set(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "assignments",
        nargs="+",
        metavar="NAME=VALUE",
        help="a secret's NAME alone is read from standard input; segment.NAME=RULE makes a segment of "
        'everybody for whom a rule such as {"tag": "vip"} holds, segment.NAME= forgets it',
    )


def _enter(parser: argparse.ArgumentParser) -> None:
    _flow(parser)
    parser.add_argument(
        "contacts", nargs="+", metavar="CONTACT", help="an e-mail address, a phone number or “all”"
    )
    parser.add_argument("--key", default="", help="for a flow with a key, such as a basket's number")


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-site", action="store_true", help="without the web listener")
    parser.add_argument("--until-idle", action="store_true", help="stop when nothing is due now")
    parser.add_argument(
        "--keep", action="store_true", help="in a process of its own, which is started again when it dies"
    )
    parser.add_argument("--kept", action="store_true", help=argparse.SUPPRESS)


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="contacts as CSV")
    parser.add_argument("--region", default="", help="country of phone numbers without one, such as DE")


def _resume(parser: argparse.ArgumentParser) -> None:
    about = "a file, or a flow of the workspace"
    parser.add_argument("flow", metavar="FLOW", nargs="?", default="", help=about)
    parser.add_argument("--clock", action="store_true", help="this machine's clock is right: send again")
    parser.add_argument("--first", action="store_true", help="let go what is held behind the first messages")


def _publish(parser: argparse.ArgumentParser) -> None:
    _flow(parser)
    parser.add_argument("--impact", action="store_true", help="only say what it means for those inside")
    parser.add_argument(
        "--move",
        action="append",
        default=[],
        metavar="NODE[=NEWNODE]",
        help="those who stand there go on by the new version, with the time they have waited",
    )
    parser.add_argument(
        "--leave", action="append", default=[], metavar="NODE", help="those who stand there leave the flow"
    )
    parser.add_argument(
        "--also-today",
        action="store_true",
        help="those too who are in its segments and dates today, not only who enters from now on",
    )
    parser.add_argument("--undo", action="store_true", help="take the last publish back, for ten minutes")
    parser.add_argument("--dry", action="store_true", help="with --undo: only say what that would do")
    parser.add_argument(
        "--confirm", type=int, default=None, metavar="N", help="how many people may get its first message"
    )
    parser.add_argument(
        "--first", type=_count, default=0, metavar="N", help="hold all others after so many first messages"
    )


def _stop(parser: argparse.ArgumentParser) -> None:
    _flow(parser)
    parser.add_argument("--dry", action="store_true", help="only say how many journeys would end")


def _brake(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--release",
        choices=("send", "drop"),
        default="",
        help="let everything go on; what was taken back is sent after all, or dropped",
    )


def _pause(parser: argparse.ArgumentParser) -> None:
    _flow(parser)
    parser.add_argument("--entries", action="store_true", help="close only the door")


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _picture(parser: argparse.ArgumentParser) -> None:
    _flow(parser)
    parser.add_argument("out", metavar="OUT", help="a file that ends in .png, .svg or .pdf")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="the ground")
    parser.add_argument(
        "--page",
        choices=("A4", "A3", "letter", "fit"),
        default="A4",
        help="the paper of a PDF: as many pages as can be read, or one as large as the drawing",
    )


def _diff(parser: argparse.ArgumentParser) -> None:
    about = "a file, a flow of the workspace, or NAME@4 for its version 4"
    parser.add_argument("before", metavar="FLOW", help=about)
    parser.add_argument(
        "after", metavar="FLOW", nargs="?", default="", help="without it: the newest version and the draft"
    )


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--headless", action="store_true", help="play a crowd of visitors in the terminal")
    parser.add_argument("--visitors", type=int, default=200, metavar="N", help="how many (headless)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another crowd (headless)")
    parser.add_argument(
        "--speed", type=float, default=360.0, metavar="X", help="how much faster the clock runs"
    )
    parser.add_argument("--flow", default="", help=argparse.SUPPRESS)


def _bench(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="check, engine, rehearse, canvas or start")
    parser.add_argument(
        "--size", type=int, default=0, metavar="N", help="rows or nodes, smaller for a quick look"
    )
    parser.add_argument("--sizes", default="100,1000,5000", metavar="N,N", help="nodes of a canvas")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="of a canvas (%(default)s)")
    parser.add_argument("--peers", action="store_true", help="other canvases beside ours, installed for it")


def _rehearse(parser: argparse.ArgumentParser) -> None:
    _flow(parser)
    parser.add_argument("--days", type=int, default=30, metavar="N", help="days to come (%(default)s)")
    parser.add_argument(
        "--replay",
        type=int,
        nargs="?",
        const=0,
        default=None,
        metavar="DAYS",
        help="the recorded events of the last days at their own moments, instead of the days to come",
    )
    parser.add_argument("--people", type=int, default=0, metavar="N", help="look at so many people at most")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="other dice, other reactions")
    parser.add_argument("--contacts", default="", metavar="FILE", help="people of a CSV instead of one's own")
    parser.add_argument(
        "--events", default="", metavar="FILE", help="what happened to them: name, at, email, … (CSV, JSON)"
    )
    parser.add_argument(
        "--also-today", action="store_true", help="those too who are in its segments and dates today"
    )
    parser.add_argument("--alone", action="store_true", help="without the published version beside it")
    parser.add_argument("--messages", action="store_true", help="with --json: every single message too")


def _why(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("contact", metavar="CONTACT", help="an e-mail address, a phone number or an id")
    parser.add_argument("--flow", default="", metavar="FLOW", help="only what this flow decided")


def _doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recount", action="store_true", help="count every number anew from the rows")


def _nothing(_parser: argparse.ArgumentParser) -> None:
    """A command without arguments of its own."""


_COMMANDS: Final[dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]]] = {
    "demo": ("the whole product on a sample shop, with nothing leaving this machine", _demo),
    "check": ("check flows and print what is wrong", _check),
    "diff": ("what differs between two flows or versions, in words", _diff),
    "schema": ("print the JSON schema of flow files", _nothing),
    "set": ("settings and channels of a workspace", _set),
    "import": ("bring contacts in", _import),
    "publish": ("check a flow and put it live", _publish),
    "enter": ("put contacts in at “Added by hand”", _enter),
    "run": ("engine and site without a window", _run),
    "pause": ("hold a flow's sends and entries", _pause),
    "resume": ("let a flow go on", _resume),
    "brake": ("stop everything at once, and let it go on again", _brake),
    "stop": ("end all journeys of a flow", _stop),
    "rehearse": ("what a flow would do over the people there are, with nothing sent", _rehearse),
    "why": ("what a person got, what not, and why", _why),
    "picture": ("a flow as a picture", _picture),
    "doctor": ("the machine's health", _doctor),
    "bench": ("benchmarks, as ratios against a limit measured in the same run", _bench),
}
