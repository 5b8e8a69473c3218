"""Pages of the handbook that are written from the code: commands, public names, metrics.

``python tests/handbook/generated.py --renew`` writes them again.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

import dialsim
from dialsim.cli import COMMANDS, LazyCommands, commands, speaking
from dialsim.messages.catalogue import ENGLISH
from dialsim.scenario.metrics import metrics, unsplit_reasons

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = ROOT / "dialsim" / "handbook"
RENEW = "python tests/handbook/generated.py --renew"
WIDTH = 80


def cli() -> str:
    """Return the page of commands: what ``--help`` prints of each."""
    parts = [
        "# Commands",
        f"What `--help` prints. Written from the code by `{RENEW}`; a test compares.",
        "`dialsim run --help --lang zh` prints the same in Chinese. "
        "[Exit codes](exit_codes.md) are the same for all commands.",
        "## `dialsim`",
        _help(commands, "dialsim"),
    ]
    for name, command in _commands():
        parts += [f"## `{name}`", _help(command, name)]
    return "\n\n".join(parts) + "\n"


def _commands() -> Iterator[tuple[str, click.Command]]:
    """Yield each command with its name, those of a group after it."""
    group = LazyCommands("dialsim")
    context = click.Context(group, info_name="dialsim")
    for name in COMMANDS:
        command = group.get_command(context, name)
        assert command is not None
        yield f"dialsim {name}", command
        if isinstance(command, click.Group):
            for part, each in command.commands.items():
                yield f"dialsim {name} {part}", each


def _help(command: click.Command, name: str) -> str:
    speaking(command, ENGLISH)
    context = click.Context(
        command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH,
        help_option_names=["-h", "--help"],
    )  # fmt: skip
    return f"```text\n{command.get_help(context).rstrip()}\n```"


def api() -> str:
    """Return the page of public names: signature and first paragraph of each."""
    functions, classes = [], []
    for name in dialsim.__all__:
        value = getattr(dialsim, name)
        (classes if inspect.isclass(value) else functions).append((name, value))
    parts = [
        "# Public names",
        f"`import dialsim` gives these names, each imported when it is first used. Written from "
        f"the code by `{RENEW}`; a test compares. `help(dialsim.run)` shows parameters, results "
        "and errors in full.",
        "## Functions",
        *(text for name, value in functions for text in _function(name, value)),
        "## Classes",
        *(text for name, value in classes for text in _class(name, value)),
    ]
    return "\n\n".join(parts) + "\n"


def _function(name: str, value: Any) -> list[str]:
    return [
        f"### `dialsim.{name}`",
        f"```text\n{_signature(name, value)}\n```",
        _first_paragraph(value),
    ]


def _class(name: str, value: type) -> list[str]:
    members = []
    for each, member in sorted(_members(value).items()):
        shown = each
        if not isinstance(member, property):
            shown = _signature(each, member).replace("\n", " ").replace("( ", "(")
            shown = re.sub(r",? \)", ")", re.sub(" +", " ", shown))
        members.append(f"- `{shown}`: {_first_sentence(member)}")
    return [
        f"### `dialsim.{name}`",
        _first_paragraph(value),
        *(["\n".join(members)] * bool(members)),
    ]


def _members(value: type) -> dict[str, Any]:
    """Return the documented public methods and properties of a class, inherited ones with them."""
    found: dict[str, Any] = {}
    for owner in value.__mro__:
        if not owner.__module__.startswith("dialsim."):
            continue
        for name, member in vars(owner).items():
            if name.startswith("_") or name in found:
                continue
            plain = getattr(member, "__func__", member)  # of a class method
            is_cached = type(member).__name__ == "cached_property"
            if isinstance(member, property) or is_cached:
                found[name] = property(member.func if is_cached else member.fget)
            elif inspect.isfunction(plain):
                found[name] = plain
    return {name: member for name, member in found.items() if inspect.getdoc(member)}


class _Bare(str):
    """An annotation that is shown without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _bare(annotation: Any) -> Any:
    return _Bare(annotation) if isinstance(annotation, str) else annotation


def _signature(name: str, value: Any) -> str:
    """Return a signature, on a line for each parameter where one line does not hold it."""
    given = inspect.signature(value)
    parameters = [
        each.replace(annotation=_bare(each.annotation))
        for each in given.parameters.values()
        if each.name not in ("self", "cls")
    ]
    returned = _bare(given.return_annotation)
    line = f"{name}{given.replace(parameters=parameters, return_annotation=returned)}"
    if len(line) <= WIDTH:
        return line
    kinds = [str(each) for each in parameters]
    by_name = [each.kind is inspect.Parameter.KEYWORD_ONLY for each in parameters]
    if any(by_name) and not any(each.startswith("*") for each in kinds):
        kinds.insert(by_name.index(True), "*")
    end = "" if returned is inspect.Signature.empty else f" -> {returned}"
    return "\n".join([f"{name}(", *(f"    {each}," for each in kinds), f"){end}"])


def _first_paragraph(value: Any) -> str:
    text = (inspect.getdoc(value) or "").split("\n\n")[0]
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", text)
    return " ".join(text.replace("``", "`").split())


def _first_sentence(value: Any) -> str:
    return re.split(r"(?<=[.:]) (?=[A-Z`])", _first_paragraph(value))[0]


def metrics_page() -> str:
    """Return the page of metrics, written from ``scenario/metrics.toml``."""
    parts = [
        "# Metrics",
        "Every output, goal and page takes names, units and meaning of metrics from "
        f"`dialsim/scenario/metrics.toml`. Written from it by `{RENEW}`; a test compares. In a "
        "goal stands the key. `dialsim run --by hour` splits metrics by hour, attribute or "
        "campaign; the last column tells why one is not split.",
        "\n".join(
            [
                "| key | name | unit | meaning | an improvement is | not split |",
                "|---|---|---|---|---|---|",
                *(_metric(key, each) for key, each in metrics().items()),
            ]
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _metric(key: str, metric: Any) -> str:
    why = metric.not_split or metric.not_split_by_hour
    reason = unsplit_reasons(by_hour=not metric.not_split).get(key, "") if why else ""
    hour = "" if metric.not_split or not reason else "by hour: "
    cells = (
        f"`{key}`", metric.name[ENGLISH], metric.unit, metric.meaning, metric.better, hour + reason,
    )  # fmt: skip
    return f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in cells)} |"


GENERATED: dict[str, Callable[[], str]] = {
    "reference/cli.md": cli,
    "reference/api.md": api,
    "reference/metrics.md": metrics_page,
}
"""By file of the handbook the function that returns its text."""


def main() -> None:
    """Write the generated pages."""
    for name, text in GENERATED.items():
        path = HANDBOOK / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text(), encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--renew"]:
        main()
    elif sys.argv[1:2] == ["--print"] and set(sys.argv[2:]) <= set(GENERATED):
        for each in sys.argv[2:]:
            sys.stdout.write(GENERATED[each]())
    else:
        sys.exit(f"usage: {RENEW}")
