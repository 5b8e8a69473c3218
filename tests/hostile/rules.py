"""What must hold of every command, however hostile its input."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyarrow import parquet

from dialsim.errors import is_plain
from tests.hostile.cases import Case
from tests.hostile.seen import Hidden

CODES = {0, 1, 2, 3}
FIRST_LINE = 600
"""Letters of the first line of a message."""
FRAME = re.compile(r'File "[^"]*?(dialsim/[^"]+)", line (\d+), in (.+)')
ERROR = re.compile(
    r"^((?:\w+\.)*\w*(?:Error|Exception|Exit|Iteration|Interrupt|Warning\w*))\b.*$", re.M
)
WARNING = re.compile(r"^.*\b\w*Warning: .*$", re.M)
ASIDE = re.compile(r"(^\..+|.*\.(tmp|part|aside|partial|old|new)$|^tmp\w{6,})")


@dataclass
class Done:
    """What a command came to."""

    command: list[str]
    code: int | str
    out: str
    err: str


def signature_of(err: str) -> str:
    """Return the error and the innermost frame of ours in a traceback."""
    frames = FRAME.findall(err)
    errors = ERROR.findall(err)
    where = f"{frames[-1][0]}:{frames[-1][2]}" if frames else "?"
    return f"{errors[-1] if errors else '?'} in {where}"


def look(root: Path) -> dict[str, str]:
    """Return a digest of everything in a folder."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            found[name] = hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
        else:
            found[name] = str(stat.S_IFMT(mode))
    return found


def of_command(case: Case, done: Done, hidden: Hidden) -> list[tuple[str, str]]:
    """Return what is wrong with what a command said, each with a signature."""
    found = []
    name = done.command[0] if done.command else ""
    trace = "Traceback" in done.err or "please report" in done.err.lower()
    if done.code not in CODES or trace:
        found.append((f"{name}: exit {done.code}: {signature_of(done.err)}", done.err[-1500:]))
    if done.code == 2 and not trace:
        text = (done.err or done.out).strip()
        if not text:
            found.append((f"{name}: exit 2 without a word", ""))
        elif len(text.split("\n")[0]) > FIRST_LINE:
            found.append((f"{name}: a first line of {FIRST_LINE} letters and more", text[:900]))
    if not trace:
        for line in WARNING.findall(done.err)[:1]:
            place = re.search(r"dialsim/[^:]+:\d+", line)
            found.append((f"{name}: warning {place.group() if place else line[:80]}", line))
    for stream, text in (("stdout", done.out), ("stderr", done.err)):
        seen = hidden.in_text(text)
        if seen is not None:
            at = next((part for part in text.split("\n") if seen in part), "")
            found.append((f"{name}: in clear on {stream}: {_shape(at)}", f"{seen}\n{at[:300]}"))
        given = "".join(done.command) if stream == "stdout" else ""  # paths are given back as given
        control = _control(text, given, stream == "stdout" and "--json" in done.command)
        if control and not trace:
            found.append((f"{name}: control character on {stream}", control))
    return found


def _shape(line: str) -> str:
    """Return a line without what differs from case to case."""
    return re.sub(r"[\d\W_]+", " ", re.sub(r"\"[^\"]*\"|'[^']*'", " ", line))[:60].strip()


def _control(text: str, given: str, as_json: bool) -> str | None:
    """Return where a character stands that a terminal obeys; JSON escapes those below 32."""
    for at, char in enumerate(text):
        if char in "\n\t" or (char == "\r" and text[at + 1 : at + 2] == "\n"):
            continue
        if char in given:
            continue
        if ord(char) < 32 or (not as_json and not is_plain(char)):
            return repr(text[max(0, at - 60) : at + 20])
    return None


def of_accounts(case: Case, done: Done) -> list[tuple[str, str]]:
    """Return the rows that an account, or a run's folder, does not account for."""
    if done.command[:1] == ["people"] and done.code in (0, 1) and "--json" in done.command:
        try:
            told = json.loads(done.out)
        except ValueError as error:
            return [("people: --json is no JSON", str(error))]
        return _accounts("people", case, told["lists"], told["files"], True)
    return []


def _accounts(
    name: str, case: Case, lists: list[Any], files: list[Any], all_read: bool
) -> list[tuple[str, str]]:
    found = []
    for each in lists:
        rows = each["used"] + each["merged"] + sum(each["unusable"].values())
        rows += each.get("not_read", 0) or 0
        if rows != each["rows"]:
            found.append((f"{name}: an account of a list that does not add up", json.dumps(each)))
        if sum(each["merged_by"].values()) not in (0, each["merged"]):
            found.append((f"{name}: merged rows that do not add up", json.dumps(each)))
        found += _held(name, case, each)
    for each in files:
        if each["used"] + sum(each["unusable"].values()) != each["rows"]:
            found.append((f"{name}: an account of a file that does not add up", json.dumps(each)))
        found += _held(name, case, each)
    return found


def _held(name: str, case: Case, each: dict[str, Any]) -> list[tuple[str, str]]:
    held = case.rows.get(Path(each["file"]).name) if each.get("file") else None
    if held is None or held == each["rows"]:
        return []
    return [(f"{name}: rows lost or won", f"{each['file']} holds {held}, read {each['rows']}")]


def of_runs(case: Case, root: Path, before: dict[str, str]) -> list[tuple[str, str]]:
    """Return what is wrong with the folders of runs that were written."""
    found = []
    for path in root.rglob("summary.json"):
        name = str(path.relative_to(root))
        if name in before or not (path.parent / "people.parquet").is_file():
            continue
        try:
            held = json.loads(path.read_text("utf-8"))
        except ValueError:
            found.append(("run: summary.json is no JSON", ""))
            continue
        history = [each for each in (held.get("history") or {}).values()
                   if isinstance(each, dict) and "unusable" in each]  # fmt: skip
        found += _accounts("run", case, held["lists"], [*held["files"], *history], held["complete"])
        stages = held["waterfall"]["total"]
        if sum(each["leads"] for each in stages["exits"]) != stages["rows"]:
            found.append(("run: a waterfall that does not add up", json.dumps(stages)))
        if held["complete"]:
            rows = parquet.read_metadata(path.parent / "people.parquet").num_rows
            if rows != stages["rows"]:
                found.append(("run: rows of people.parquet", f"{rows} of {stages['rows']}"))
    return found


def of_rejects(case: Case, root: Path, done: Done) -> list[tuple[str, str]]:
    """Return what is wrong with the file of rows that are not used."""
    path = root / "rejects.csv"
    if not (done.command[:1] == ["people"] and {"--json", "--rejects"} <= set(done.command)
            and done.code in (0, 1) and path.is_file()):  # fmt: skip
        return []
    told = json.loads(done.out)
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    if len(rows) - 1 != told["rejected"]:
        return [("people: rejects that do not add up", f"{len(rows) - 1} of {told['rejected']}")]
    formula = next((cell for row in rows for cell in row if cell[:1] in "=@" and cell[:1]), None)
    if formula is not None:
        return [("people: a formula in rejects", formula)]
    return []


def of_folder(
    case: Case, root: Path, before: dict[str, str], after: dict[str, str], hidden: Hidden
) -> list[tuple[str, str]]:
    """Return what is left half-written, was changed, or holds numbers, in the case's folder."""
    found = []
    name = case.commands[-1][0] if case.commands and case.commands[-1] else ""
    for path, digest in before.items():
        if after.get(path) != digest and not case.changes and not path.endswith("report.html"):
            found.append((f"{name}: an input was changed", f"{path} {after.get(path)}"))
    for path in after:
        if path in before:
            continue
        last = Path(path).name
        place = root / path
        if ASIDE.fullmatch(last):
            found.append((f"{name}: left behind: {re.sub(r'[0-9a-f]{6,}', 'X', last)}", path))
        elif place.is_file() and place.stat().st_size == 0:
            found.append((f"{name}: an empty file", path))
        elif place.is_dir() and not any(place.iterdir()) and last not in ("calls", "runs"):
            found.append((f"{name}: an empty folder", path))
        if place.is_file() and not (case.shows and path.endswith(case.shows)):
            seen = hidden.in_file(place)
            if seen is not None:
                found.append((f"{name}: in clear in {last.split('-')[0]}", f"{path}: {seen}"))
    return found
