"""Cases: each a function of seed and index alone, a folder of files and the commands on it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.hostile import edits
from tests.hostile.damage import damaged, encoded
from tests.hostile.options import arguments_of
from tests.hostile.people_files import (
    Listed,
    Persons,
    call_log,
    list_of_people,
    persons,
)
from tests.hostile.scenario_files import (
    as_text,
    is_small,
    mutated,
    shipped,
    small,
    synthetic,
    with_files,
)
from tests.hostile.tables import written
from tests.hostile.words import HOSTILE_TEXTS, HOSTILE_TOML

QUIET = ["--no-report", "--quiet"]


@dataclass
class Case:
    """What is played, and what must hold of it.

    Attributes
    ----------
    files
        Content by name, written before the commands.
    worlds
        Folder of the case by name of the world whose finished runs are copied there.
    edits
        What is then done to files that are there.
    special
        Names that are no regular files: "zero", "pipe", "folder", "loop" or "missing".
    numbers, words
        What must not be seen of people, digits and texts.
    shows
        Endings of files that hold numbers because they were asked to.
    rows
        Rows that the file of that name holds, where that is known.
    changes
        Whether the commands may change what was there.
    gone
        A number of which nothing is left if the last command says so.
    sound
        Whether the rows of the files are as they were meant, so that each can be followed.
    """

    index: int
    kind: str
    notes: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    worlds: dict[str, str] = field(default_factory=dict)
    edits: list[Callable[[Any], str]] = field(default_factory=list)
    special: dict[str, str] = field(default_factory=dict)
    commands: list[list[str]] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    shows: tuple[str, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    changes: bool = False
    gone: str | None = None
    sound: bool = False


def case_of(seed: int, index: int) -> Case:
    """Return a case."""
    rng = random.Random(f"hostile:{seed}:{index}")
    make = rng.choices(list(_KINDS), weights=list(_KINDS.values()))[0]
    case = Case(index, make.__name__.strip("_"))
    make(rng, case)
    return case


def _hide(case: Case, who: Persons, held: dict[str, Listed]) -> None:
    """Say what must not be seen: numbers always, names and keys where cells are in their places."""
    case.numbers |= who.all_numbers
    if all(listed.table.aligned for listed in held.values()):
        case.words |= {*who.names, *who.ids}
    for name, listed in held.items():
        case.notes += [f"{name}: {note}" for note in listed.table.notes]
        if listed.table.rows_held is not None:
            case.rows[name] = listed.table.rows_held


def _list_by_itself(rng: random.Random, case: Case) -> None:
    who = persons(rng)
    listed = list_of_people(rng, who)
    number = str(listed.columns.get("number", "number"))
    ending, data = written(rng, listed.table, hostility=rng.choice([0.2, 0.6]), number=number)
    name = "customers" + ending
    case.files[name] = data
    if rng.random() < 0.01:
        del case.files[name]
        case.special[name] = rng.choice(["zero", "pipe", "folder", "loop", "missing"])
    _hide(case, who, {name: listed})
    command = ["people", name]
    given = {"--number": number if number != "number" or rng.random() < 0.1 else None,
             "--id": listed.columns.get("id"),
             "--encoding": listed.table.reading.get("encoding"),
             "--delimiter": listed.table.reading.get("delimiter")}  # fmt: skip
    if rng.random() < 0.12:
        given[rng.choice(["--number", "--id", "--encoding", "--delimiter", "--home", "--countries"])
              ] = rng.choice([*HOSTILE_TEXTS, "utf-16", "utf-8", "US", "ZZZ", "cn"])  # fmt: skip
        case.rows.clear()
        case.words.clear()
    for option, value in given.items():
        if value is not None:
            command += [option, str(value)]
    for alternate in listed.columns.get("alternates", []):  # type: ignore[attr-defined]
        command += ["--alternate", alternate]
    if rng.random() < 0.05:
        command.append("--no-header")
        case.rows.clear()
        case.words.clear()
    if rng.random() < 0.05:
        command += ["--format", rng.choice(["csv", "parquet"])]
    if rng.random() < 0.3:
        command += ["--rejects", "rejects.csv"]
        case.shows += ("rejects.csv",)
    case.commands = [[*command, "--json"] if rng.random() < 0.8 else command]


def _lists_of_scenario(rng: random.Random, case: Case) -> None:
    who = persons(rng)
    raw, files, held = with_files(rng, who, hostility=rng.choice([0.0, 0.1, 0.2, 0.5]))
    case.files = {"s.toml": as_text(raw).encode(), **files}
    _hide(case, who, held)
    attributes = [name for each in raw["people"] for name in each.get("attributes", [])]
    if attributes:
        case.words.clear()
    case.commands = [_on_scenario(rng, case, attributes)]
    if rng.random() < 0.1:
        case.commands.append(_on_scenario(rng, case, attributes))


def _on_scenario(rng: random.Random, case: Case, attributes: list[str]) -> list[str]:
    which = rng.choice(["people", "people", "check", "screen", "screen", "run", "run"])
    if which == "people":
        command = ["people", "s.toml", "--json"]
        if rng.random() < 0.3:
            command += ["--rejects", "rejects.csv"]
            case.shows += ("rejects.csv",)
        return command
    if which == "check":
        return ["check", "s.toml", *(["--json"] if rng.random() < 0.5 else [])]
    if which == "screen":
        listed = [name for name in case.files if name.startswith("customers")]
        command = ["screen", *(listed if rng.random() < 0.3 else []), "--scenario", "s.toml"]
        if rng.random() < 0.5:
            command += ["--out", rng.choice(["rows.csv", "rows.parquet"])]
            if rng.random() < 0.2:
                command.append("--with-numbers")
                case.shows += ("rows.csv", "rows.parquet")
        return [*command, *(["--json"] if rng.random() < 0.5 else [])]
    command = ["run", "s.toml", *QUIET]
    if attributes and rng.random() < 0.4:
        command += ["--by", rng.choice(attributes)]
    if rng.random() < 0.2:
        command.append("--attributes")
    if rng.random() < 0.2:
        case.files["key"] = b"0123456789abcdefghij"
        command += ["--pseudonyms", "--pseudonym-key-file", "key"]
    if rng.random() < 0.1:
        command.append("--with-numbers")
        case.shows += (".parquet", ".arrow")
    if rng.random() < 0.2:
        command += ["--log", rng.choice(["arrow", "none", "sample=1/3"])]
    return command


def _scenario(rng: random.Random, case: Case) -> None:
    who = Persons([], [], [], [])
    how = rng.randrange(3)
    if how == 0:
        text = shipped()[rng.choice(list(shipped()))]
    elif how == 1:
        text = as_text(synthetic(small(rng)))
    else:
        who = persons(rng)
        raw, files, _ = with_files(rng, who, hostility=0.0)
        case.files |= files
        case.numbers |= who.all_numbers
        text = as_text(raw)
    data, case.notes = mutated(rng, text)
    case.files["s.toml"] = data
    if rng.random() < 0.01:
        case.special["s.toml"] = rng.choice(["zero", "pipe", "folder", "loop", "missing"])
        del case.files["s.toml"]
    which = rng.choices(["check", "run", "people", "screen", "compare", "sweep", "plan"],
                        [50, 25, 8, 8, 3, 2, 2])[0]  # fmt: skip
    if not is_small(data):
        which = "check"
    command = [which, "s.toml"]
    if which == "run":
        command += QUIET
        if rng.random() < 0.05:
            command += ["--replications", "2", "--executor", "threads"]
    elif which == "screen":
        command = ["screen", "--scenario", "s.toml"]
    elif which == "compare":
        command += ["--set", "seed=7", "--replications", "2", "--quiet"]
    elif which == "sweep":
        command += ["--vary", "agents.day.count=1,2", "-n", "1", "--executor", "serial", "--quiet"]
    elif which == "plan":
        command += ["--forecast", "--executor", "serial"]
    if which == "check" and rng.random() < 0.5:
        command.append("--json")
    case.commands = [command]


def _changes_by_hand(rng: random.Random, case: Case) -> None:
    """Values given as ``--set``."""
    text = as_text(synthetic(small(rng)))
    case.files["s.toml"] = text.encode()
    command = [rng.choice(["check", "check", "run"]), "s.toml"]
    for _ in range(rng.choice([1, 1, 2])):
        command += ["--set", _change(rng)]
    changed = "\n".join(each.replace("=", " = ", 1) for each in command[3::2])
    if command[0] == "run" and not all(is_small(_last(each)) for each in changed.split("\n")):
        command[0] = "check"
    case.commands = [command + (QUIET if command[0] == "run" else [])]


def _last(change: str) -> bytes:
    key, _, value = change.partition(" = ")
    return f"{key.split('.')[-1]} = {value}".encode("utf-8", "replace")


KEYS = ("seed", "days", "start", "name", "aftermath", "time_zone", "schema", "study", "list_seed",
        "people.drawn.synthetic.count", "caller_ids.north.count", "agents.day.count", "people",
        "agents.day.shifts", "agents.day.shifts.1.to", "agents.day.shifts.0.from", "trunks.main",
        "campaigns.upsell.pacing", "campaigns.upsell.pacing.mode", "campaigns.upsell.people",
        "campaigns.upsell.attempts.retry.no_answer", "campaigns.upsell.weight", "goals",
        "goals.1.at_least", "goals.conversations.at_least", "rules.pack", "rules.callee_limits",
        "rules.callee_limits.1.count", "rules.overrides", "network.profile", "network.off",
        "network.overrides.answer.opted_in", "costs.per_minute", "enterprise.privacy", "events",
        "history.calls.file", "registries", "policy", "plan.decisions", "caller_ids.north.filed",
        "caller_ids.north.filed.daily_volume", "caller_ids.north.trunk", "a.b.c", "", ".", "..",
        "people.", ".people", "people.0", "people.99999999999", "people.-1", "people[0]", "x" * 400,
        "agents.*.count", "__class__", "名.字", "campaigns.upsell.nope.deeper.still", "\udcff",
        "people.drawn.file")  # fmt: skip


def _change(rng: random.Random) -> str:
    key = rng.choice(KEYS)
    value = rng.choice([rng.choice(HOSTILE_TOML), rng.choice(HOSTILE_TEXTS)])
    if rng.random() < 0.1:
        depth = rng.choice([10, 90, 200, 2000])
        value = rng.choice(["[" * depth + "]" * depth, "{a=" * depth + "1" + "}" * depth])
        if rng.random() < 0.3:
            key = ".".join([key, *["a"] * depth])
    text = f"{key}={value}" if rng.random() < 0.96 else rng.choice([key, value, f"={value}"])
    return text.replace("\x00", "")  # a process cannot be given it


def _arguments(rng: random.Random, case: Case) -> None:
    who = persons(rng, 12)
    raw, files, _ = with_files(rng, who, hostility=0.0, clean=True)
    case.files = {"s.toml": as_text(raw).encode(), **files}
    if rng.random() < 0.4:
        case.worlds["w"] = rng.choice(["drawn", "listed"])
    case.numbers |= who.all_numbers
    case.commands = [arguments_of(rng, case)]
    case.changes = True


_COLUMNS = ("outcome=person", "talk_s=note,time=outcome", "person=", "=x", "time=time,time=x",
            "nope=outcome", "columns.toml", "outcome=outcome")  # fmt: skip


def _log_to_calibrate(rng: random.Random, case: Case) -> None:
    who = persons(rng)
    listed = call_log(rng, who)
    ending, data = written(
        rng, listed.table, hostility=rng.choice([0.0, 0.3, 0.7]), number="person"
    )
    name = "log" + ending
    case.files[name] = data
    _hide(case, who, {name: listed})
    command = ["calibrate", name]
    how = rng.randrange(10)
    if how == 0:
        command += ["--columns", rng.choice([*_COLUMNS, rng.choice(HOSTILE_TEXTS)])]
    elif how == 1:
        text = (
            '[columns]\noutcome = "outcome"\n[outcomes]\n"接通" = "answered"\nring_from = "dial"\n'
        )
        data, more = mutated(rng, text)
        case.notes += more
        case.files["columns.toml"] = data
        command += ["--columns", "columns.toml"]
    elif how == 2:
        command += rng.choice([["--relation", "bought"], ["--ring-timeout", "25s"],
                               ["--ring-timeout", rng.choice(HOSTILE_TEXTS)], ["--unregistered"],
                               ["--seen"], ["--name", rng.choice(HOSTILE_TEXTS)],
                               ["--network", rng.choice(["strict", "lab", "nope", "log.csv"])],
                               ])  # fmt: skip
    if rng.random() < 0.4:
        command += ["-o", "profile.toml"]
    if rng.random() < 0.3:
        command.append("--json")
    if rng.random() < 0.2:
        command += ["--lang", "zh"]
    case.commands = [[text.replace("\x00", "") for text in command]]


_PROFILE = """title = "own"
base = "typical"

[answer.opted_in]
value = 0.4
unit = "share"
source = "X"
confidence = "practice"

[people.busy]
value = 0.05
unit = "share"
source = "X"
confidence = "assumption"
"""


def _other_tables(rng: random.Random, case: Case) -> None:
    """A profile of one's own, costs, a policy, caller IDs from a file."""
    raw = synthetic(small(rng), 20)
    how = rng.randrange(4)
    if how == 0:
        raw["network"] = {"profile": "own.toml"}
        text = _PROFILE
        data, case.notes = mutated(rng, text)
        case.files["own.toml"] = data
        command = rng.choice([["check", "s.toml"], ["run", "s.toml", *QUIET],
                              ["explain", "answer.opted_in", "--network", "own.toml"],
                              ["calibrate", "log.csv", "--network", "own.toml"]])  # fmt: skip
        case.files["log.csv"] = b"outcome,talk_s\nanswered,30\nno_answer,0\n"
    elif how == 1:
        text = '[costs]\nper_minute = "0.06 CNY"\nbilling_step = "60s"\nonce = "3000 CNY"\n'
        data, case.notes = mutated(rng, text)
        case.files["costs.toml"] = data
        case.worlds["w"] = "drawn"
        command = ["dossier", "w/run", "--for", "boss", "--costs", "costs.toml", "--out", "d.html",
                   "--replications", "0"]  # fmt: skip
    elif how == 2:
        raw["policy"] = {"file": "steady.py", "name": "Steady"}
        raw["campaigns"][0]["pacing"] = {"mode": "policy"}
        case.files["steady.py"] = rng.choice(_POLICIES).encode()
        case.notes = [case.files["steady.py"].decode()[-60:]]
        command = rng.choice([["run", "s.toml", *QUIET], ["check", "s.toml"]])
    else:
        rows = [f"0108888{i:04d}" for i in range(3)]
        data = ("number\n" + "\n".join(rows) + "\n").encode()
        if rng.random() < 0.8:
            data, note = damaged(rng, data)
            case.notes = [note]
        else:
            data = encoded(rng, data.decode(), rng.choice(["utf-16", "gb18030", "utf-8-sig"]))
        case.files["own.csv"] = data
        raw["caller_ids"][0] |= {"file": "own.csv"}
        command = rng.choice([["run", "s.toml", *QUIET], ["check", "s.toml"], ["people", "s.toml"]])
    case.files["s.toml"] = as_text(raw).encode()
    case.commands = [command]


_HEAD = "from dialsim import Decision\nclass Steady:\n    def decide(self, seen):\n"
_POLICIES = (
    _HEAD + "        return Decision({'upsell': 1}, wake_in_s=30)\n",
    _HEAD + "        return Decision({'upsell': -1}, wake_in_s=30)\n",
    _HEAD + "        return Decision({'nobody': 1}, wake_in_s=30)\n",
    _HEAD + "        return Decision({'upsell': 10**30}, wake_in_s=30)\n",
    _HEAD + "        return Decision({'upsell': float('nan')}, wake_in_s=30)\n",
    _HEAD + "        return Decision({'upsell': 1}, wake_in_s=float('nan'))\n",
    _HEAD + "        return Decision({'upsell': 1}, wake_in_s=-5)\n",
    _HEAD + "        return Decision({'upsell': 1}, wake_in_s=1e300)\n",
    _HEAD + "        return None\n",
    _HEAD + "        return 1/0\n",
    _HEAD + "        raise SystemExit(5)\n",
    _HEAD + "        raise KeyError('x')\n",
    _HEAD + "        return self.decide(seen)\n",
    "class Steady:\n    pass\n",
    "class Steady:\n    def __init__(self, x): pass\n",
    "Steady = 5\n",
    "def other(seen): return 1\n",
    "this is no python\n",
    "raise ValueError('at import')\n",
    "raise SystemExit(3)\n",
    "import nothing_of_the_kind\n",
    "",
    "\x00",
    "\ufeffclass Steady: decide = 5\n",
)


def _run_folder(rng: random.Random, case: Case) -> None:
    case.worlds["w"] = rng.choice(["drawn", "listed", "listed", "numbered", "going_on"])
    if rng.random() < 0.9:
        for _ in range(rng.choice([1, 1, 1, 3])):
            case.edits.append(edits.of_run(rng, "w/run"))
    run, at = "w/run", rng.choice(["10:00", "11:30", "2026-04-13T10:00"])
    choices = [
        ["report", run], ["report", run, "--json"], ["report", run, "--html", "page.html"],
        ["report", run, "--lang", "zh"], ["explain", run], ["explain", run, "--json"],
        ["explain", run, "--person", rng.choice(["0", "1", "5", "99", "-1", "x", ""])],
        ["explain", run, "--caller", rng.choice(["1", "north/2", "north-001", "0", "99", "x"])],
        ["explain", run, "--intervention", rng.choice(["0", "1", "-1", "x"])],
        ["compare", run, "v/run"], ["compare", "v/run", run, "--json"],
        ["dossier", run, "--for", "compliance", "--out", "d.html"],
        ["dossier", run, "--for", "operator", "--out", "d.html"],
        ["dossier", run, "--for", "boss", "--out", "d.html", "--replications", "0"],
        ["dossier", run, "--for", "boss", "--out", "d.html", "--replications", "1", "--files", "w"],
        ["calibrate", run], ["calibrate", run, "--seen", "-o", "profile.toml"],
        ["forget", "13800000003", "--in", "w", "--dry-run", "--json"],
        ["replan", run, "--as-of", at, "--forecast", "--files", "w", "--executor", "serial"],
    ]  # fmt: skip
    case.commands = [rng.choice(choices)]
    if rng.random() < 0.3:
        case.commands.append(rng.choice(choices))
    if any(command[0] == "compare" for command in case.commands):
        case.worlds["v"] = rng.choice(["drawn", "listed", case.worlds["w"]])


def _forget(rng: random.Random, case: Case) -> None:
    who = persons(rng, 12)
    clean = rng.random() < 0.5
    raw, files, held = with_files(rng, who, hostility=0.0 if clean else 0.3, clean=clean)
    case.files = {"d/s.toml": as_text(raw).encode()}
    case.files |= {f"d/{name}": data for name, data in files.items()}
    case.numbers |= who.all_numbers
    case.sound = clean
    case.notes = [f"{name}: {note}" for name, each in held.items() for note in each.table.notes]
    if rng.random() < 0.5:
        command = ["run", "d/s.toml", "--out", "d/runs", *QUIET]
        if rng.random() < 0.3:
            command.append("--with-numbers")
        if rng.random() < 0.3:
            command.append("--attributes")
        case.shows = (".parquet", ".arrow")
        case.commands.append(command)
    at = rng.randrange(len(who.numbers)) if who.numbers else None
    number = who.numbers[at] if at is not None and rng.random() < 0.9 else "13900000001"
    forget = ["forget", number, "--in", "d", rng.choice(["--lists", "--lists", "--keep-lists"])]
    if rng.random() < 0.15:
        forget.append("--dry-run")
    if rng.random() < 0.1:
        forget.append("--keep-registries")
    if rng.random() < 0.3:
        forget.append("--json")
    if rng.random() < 0.1:
        forget += ["--home", rng.choice(["CN", "ZZZ", "US", "", "cn"])]
    if rng.random() < 0.1:
        forget += [rng.choice(["--id", "--not-id"]), rng.choice([*who.ids, "x", ""])]
        case.sound = False
    if rng.random() < 0.1:
        forget[1] = rng.choice(HOSTILE_TEXTS).replace("\x00", "") or "-"
        case.sound = False
    case.commands.append(forget)
    case.changes = True
    if "--lists" in forget and "--dry-run" not in forget and "--keep-registries" not in forget:
        case.gone = forget[1]


def _writing(rng: random.Random, case: Case) -> None:
    """What needs no file."""
    case.commands = [rng.choice([
        ["schema"], ["schema", "--markdown"], ["schema", "--summary"], ["init", "--list"],
        ["init"], ["init", "x.toml"], ["init", "--template", rng.choice(
            ["dirty_list", "mid_campaign", "nope", "", "../starter", "starter.toml"])],
        ["init", "a/b/c.toml"], ["--version"], ["--help"], ["nope"], [], ["run"], ["--nope"],
        ["explain", rng.choice(["sources", "S32", "no_consent", "answer.opted_in", "nope", "",
                                *HOSTILE_TEXTS]).replace("\x00", "")],
        ["explain"], ["explain", "no_consent", "--lang", "zh", "--json"],
    ])]  # fmt: skip


_KINDS = {
    _list_by_itself: 24,
    _lists_of_scenario: 15,
    _scenario: 20,
    _changes_by_hand: 7,
    _arguments: 7,
    _log_to_calibrate: 11,
    _other_tables: 3,
    _run_folder: 10,
    _forget: 6,
    _writing: 1,
}


def told(case: Case) -> str:
    """Return a case in a few lines."""
    lines = [f"case {case.index}: {case.kind}"]
    lines += [f"  {note}" for note in case.notes]
    lines += [f"  file {name}: {len(data):,} bytes" for name, data in case.files.items()]
    lines += [f"  {name}: {what}" for name, what in (case.special | case.worlds).items()]
    lines += [f"  $ dialsim {json.dumps(command, ensure_ascii=False)}" for command in case.commands]
    return "\n".join(lines)
