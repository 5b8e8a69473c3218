"""Arguments for any command, taken from the command's own description of its options."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import click

from tests.hostile.words import HOSTILE_TEXTS

if TYPE_CHECKING:
    from tests.hostile.cases import Case

COMMANDS = ("people", "screen", "check", "run", "calibrate", "forget", "report", "explain",
            "compare", "dossier", "init", "schema", "sweep", "sensitivity", "plan", "replan",
            )  # fmt: skip
WRITES = {"--out", "--output", "-o", "--rejects", "--html", "path"}
PLAUSIBLE: dict[str, tuple[str, ...]] = {
    "--seed": ("0", "7", "9223372036854775807", "-1", "9223372036854775808"),
    "--set": ("seed=7", "days=1", "agents.day.count=2", "agents.day.count=0"),
    "--log": ("none", "arrow", "parquet", "sample=1/3", "sample=1/0", "sample=1/x", "sample"),
    "--by": ("branch", "nothing"),
    "--replications": ("1", "2", "0", "-1"),
    "--threads": ("1", "2", "0", "257"),
    "--workers": ("1", "2", "0"),
    "--executor": ("threads", "serial", "nope", "dask://", "dask://:0", "dask://x:99999999"),
    "--until": ("attempts", "attempts=", "attempts=0", "nope=1", "attempts=-1", "attempts=nan"),
    "--speed": ("0", "-1", "nan", "1000000"),
    "--at": ("2026-04-13 10:00", "10:00", "2026-04-12", "2027-01-01", "yesterday"),
    "--as-of": ("10:00", "2026-04-13T10:00", "2026-05-01T10:00", "25:00"),
    "--campaign": ("upsell", "nope"),
    "--columns": ("outcome=outcome", "x"),
    "--column": ("consent_date=number", "x", "a=b=c", "=", "number="),
    "--home": ("CN", "US", "ZZZ", "cn"),
    "--countries": ("CN", "CN,HK", ",", "CN,ZZ"),
    "--on": ("2026-04-13", "2026-02-30", "9999-12-31"),
    "--vary": ("agents.day.count=1,2", "agents.day.count=1:2", "agents.day.count=", "x=1,2",
               "agents.day.count=1:1000000000", "agents.day.count=2:1", "agents.day.count=1:2:0"),
    "--range": ("people.busy=0.01:0.05", "people.busy=1:0", "people.busy=nan:1", "x=1:2", "x"),
    "--only": ("audit", "feasibility", "answer", "people.busy"),
    "--trajectories": ("2", "1", "0", "-1"),
    "--base-samples": ("0", "2", "3", "-1"),
    "--scale": ("0.5", "0", "-1", "nan", "1e9"),
    "--person": ("0", "3", "-1", "999999", "99999999999999999999"),
    "--caller": ("1", "north/1", "north/0", "0", "north/", "/1"),
    "--intervention": ("0", "-1", "999", "99999999999999999999"),
    "--for": ("boss", "compliance", "operator"),
    "--operator": ("CTCC", "XXXX"),
    "--template": ("starter", "dirty_list", "nope"),
    "--number": ("number", "nope"),
    "--id": ("id", "nope"),
    "--encoding": ("utf-8", "utf-16", "utf-16-le", "utf-32", "gb18030", "idna", "rot13", "base64",
                   "zlib", "punycode", "undefined", "unicode_escape", "mbcs", "nope"),
    "--delimiter": (",", ";", "\\t", "tab", ",,", "\n", '"', "字"),
    "--files": (".", "nowhere", "s.toml"),
    "--costs": ("s.toml", "nowhere"),
    "--plan": ("s.toml", "nowhere"),
    "--rules": ("cn", "lab", "nope"),
    "--network": ("typical", "lab", "nope", "s.toml"),
    "--pseudonym-key-file": ("key", "s.toml", "nowhere", "."),
    "--in": (".", "w", "nowhere", "s.toml"),
    "number": ("13800000003", "+86 138 0000 0003", "1", "x"),
    "scenario": ("s.toml", "nowhere.toml", "w", "w/run", "w/run/scenario.toml"),
    "source": ("s.toml", "customers.csv", "customers.parquet", "nowhere.csv", "w"),
    "calls": ("w/run", "customers.csv", "w", "s.toml"),
    "run": ("w/run", "w", "s.toml", "nowhere"),
    "a": ("w/run", "s.toml"),
    "b": ("w/run", "s.toml", "nowhere"),
    "name": ("w/run", "no_consent", "S32", "sources", "answer.opted_in"),
}  # fmt: skip
NEVER = {"--speed": "real time"}
NOT_HEAVY = {
    "sweep": ["--executor", "serial", "-n", "1"],
    "sensitivity": ["--executor", "serial", "--trajectories", "2", "--base-samples", "0",
                    "--only", "people.busy"],
    "plan": ["--executor", "serial", "--forecast"],
    "replan": ["--executor", "serial", "--forecast"],
    "compare": ["--replications", "2"],
    "run": ["--no-report"],
}  # fmt: skip


def arguments_of(rng: random.Random, case: Case) -> list[str]:
    """Return a command with arguments, most of them such as somebody might write."""
    from dialsim.cli import commands

    name = rng.choice(COMMANDS)
    command = commands.get_command(click.Context(commands), name)
    assert command is not None
    case.files["key"] = b"0123456789abcdefghij"
    given: list[str] = []
    for option in command.params:
        if isinstance(option, click.Argument):
            if option.required or rng.random() < 0.6:
                given.append(_value(rng, str(option.name), option))
            continue
        assert isinstance(option, click.Option)
        flag = option.opts[-1]
        if not option.required and rng.random() > 1.5 / len(command.params):
            continue
        if option.is_flag:
            given.append(rng.choice([*option.opts, *option.secondary_opts]))
        else:
            given += [flag, _value(rng, flag, option)]
        if flag in ("--rejects", "--with-numbers", "--out"):
            case.shows += ("",)
    if rng.random() < 0.05:
        given.insert(rng.randrange(len(given) + 1), rng.choice(["--nope", "-", "--", "x", "-q"]))
    if rng.random() < 0.03:
        given.append("--help")
    return [name, *given, *NOT_HEAVY.get(name, [])]


def _value(rng: random.Random, name: str, option: Any) -> str:
    known = PLAUSIBLE.get(name, ())
    if isinstance(option.type, click.Choice):
        known = (*known, *map(str, option.type.choices))
    if known and rng.random() < 0.75:
        return rng.choice(known)
    if name in ("--speed", "--vary", "--until", "--replications", "-n", "--trajectories",
                "--base-samples", "--executor"):  # fmt: skip
        return rng.choice(["", "x", "-1", "0", "nan", "1e400"])
    text = rng.choice([*HOSTILE_TEXTS, "\udcff", "x" * 5000]).replace("\x00", "")
    if name in WRITES or name == "--in" or "/" in text or ".." in text:
        text = text.replace("/", "_").replace("..", "_")
    return text
