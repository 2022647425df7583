"""The house bars: short functions, small files, all annotated, few broad excepts, nothing dangerous."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FUNCTION, LONGEST_FILE, LONGEST_TEST_FILE = 120, 700, 1000
P90_FUNCTION, LONG_FUNCTION, SHARE_OF_LONG = 30, 60, 0.015
LINES_PER_BROAD_EXCEPT = 2000

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules(folder: str) -> dict[str, tuple[int, ast.Module]]:
    """Every module below the folder: its number of lines and its tree."""
    found = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found[str(path.relative_to(ROOT))] = (text.count("\n") + 1, ast.parse(text))
    return found


def functions() -> Iterator[tuple[str, Function]]:
    for path, (_, tree) in modules("app").items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield f"{path}:{node.lineno} {node.name}", node


def length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_nine_of_ten_functions_are_short() -> None:
    lengths = sorted(length(node) for _, node in functions())
    assert lengths[int(0.9 * (len(lengths) - 1))] <= P90_FUNCTION


def test_long_functions_are_rare_and_none_is_very_long() -> None:
    lengths = {name: length(node) for name, node in functions()}
    long = {name: n for name, n in lengths.items() if n > LONG_FUNCTION}
    assert not {name: n for name, n in long.items() if n > LONGEST_FUNCTION}
    assert len(long) <= SHARE_OF_LONG * len(lengths), long


@pytest.mark.parametrize(("folder", "most"), [("app", LONGEST_FILE), ("tests", LONGEST_TEST_FILE)])
def test_no_file_is_too_long(folder: str, most: int) -> None:
    assert not {path: lines for path, (lines, _) in modules(folder).items() if lines > most}


def test_every_function_is_annotated() -> None:
    assert [name for name, node in functions() if not annotated(node)] == []


def annotated(node: Function) -> bool:
    arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
    named = [argument for argument in arguments if argument.arg not in ("self", "cls")]
    return node.returns is not None and all(argument.annotation for argument in named)


def handlers() -> Iterator[tuple[str, ast.ExceptHandler]]:
    for path, (_, tree) in modules("app").items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler):
                yield f"{path}:{node.lineno}", node


def caught(handler: ast.ExceptHandler) -> list[str]:
    """The last words of the exception names that the handler catches; empty for a bare except."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [ast.unparse(kind).rsplit(".", 1)[-1] for kind in kinds if kind is not None]


def test_no_except_is_bare() -> None:
    assert [place for place, handler in handlers() if handler.type is None] == []


def test_broad_excepts_are_few_and_each_logs_the_exception_or_hands_it_on() -> None:
    broad = {
        place: handler
        for place, handler in handlers()
        if {"Exception", "BaseException"} & set(caught(handler))
    }
    lines = sum(n for n, _ in modules("app").values())
    assert len(broad) <= max(1, lines / LINES_PER_BROAD_EXCEPT), list(broad)
    silent = [place for place, handler in broad.items() if not speaks(handler)]
    assert silent == []


def speaks(handler: ast.ExceptHandler) -> bool:
    """Whether the handler logs, raises, or uses the exception it caught."""
    for node in (inner for statement in handler.body for inner in ast.walk(statement)):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Name) and node.id == handler.name):
            return True
        if isinstance(node, ast.Attribute) and node.attr in ("exception", "error", "critical", "warning"):
            return True
    return False


DANGEROUS = re.compile(
    r"^(eval|exec|compile|__import__|os\.system|os\.popen|pickle\..*|marshal\..*|shelve\..*|dill\..*|yaml\.(load|unsafe_load)"
    r"|tempfile\.mktemp|ssl\._create_unverified_context|telnetlib\..*)$"
)


OWN_NAMES = ("app/model/rows.py", "exec")
"""Makes methods of rows from the names of their own fields, when the program is loaded."""


def test_nothing_dangerous_is_called() -> None:
    calls = [
        f"{path}:{node.lineno} {ast.unparse(node.func)}"
        for path, (_, tree) in modules("app").items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and DANGEROUS.match(ast.unparse(node.func))
        and (str(path), ast.unparse(node.func)) != OWN_NAMES
    ]
    assert calls == []
    assert not {"pickle", "marshal", "shelve", "dill"} & {
        name for names in imports().values() for name in names
    }


def imports() -> dict[str, set[str]]:
    """The first words of what each module of app imports."""
    found: dict[str, set[str]] = {}
    for path, (_, tree) in modules("app").items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found.setdefault(path, set()).update(name.name.split(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.setdefault(path, set()).add(node.module.split(".")[0])
    return found


def test_everything_that_app_imports_is_declared() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extras = project["optional-dependencies"]["team"]
    declared = {plain(re.split(r"[\s\[<>=;~!]", line)[0]) for line in [*project["dependencies"], *extras]}
    owners = packages_distributions()
    foreign = {
        (path, name)
        for path, names in imports().items()
        for name in names - set(sys.stdlib_module_names) - {"app"}
        if not declared & {plain(owner) for owner in owners.get(name, [name])}
    }
    assert not {(path, name) for path, name in foreign if name != "shiboken6"}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_links_of_letters_need_no_other_way_out() -> None:
    """The site may use channels.links: so that module must not lead to the other channels."""
    path = "app/channels/links.py"
    names = {
        node.module
        for _, tree in [modules("app").get(path, (0, ast.Module([], [])))]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
    }
    assert not {name for name in names if name.startswith("app.channels")}
