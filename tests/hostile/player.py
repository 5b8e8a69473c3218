"""Play cases in this process, one a line of standard input, each answered by a line of JSON."""

from __future__ import annotations

import contextlib
import faulthandler
import io
import json
import os
import resource
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

from dialsim.scheduler.warm import warm
from tests.hostile import forgetting, rules
from tests.hostile.cases import Case, case_of, told
from tests.hostile.scenario_files import SMALL, as_text, synthetic
from tests.hostile.seen import Hidden

ADDRESS_SPACE = 24 << 30


def play(seed: int, index: int, place: Path, worlds: Path) -> dict[str, Any]:
    """Play a case in a folder of its own and return what is wrong with it."""
    case = case_of(seed, index)
    begin = time.perf_counter()
    root = place / "a" / "b" / "c"
    shutil.rmtree(place, ignore_errors=True)
    root.mkdir(parents=True)
    _lay_out(case, root, worlds)
    hidden = Hidden(case.numbers, case.words)
    first = before = rules.look(root) if not case.special else {}
    found: list[tuple[str, str]] = []
    codes: list[Any] = []
    for command in case.commands:
        held = forgetting.rows_held(root) if command[:1] == ["forget"] and not case.special else {}
        done = call(command, root)
        codes.append(done.code)
        found += rules.of_command(case, done, hidden)
        with contextlib.suppress(OSError):
            found += _left(Path(tempfile.gettempdir()))
        if case.special:
            continue
        found += rules.of_accounts(case, done)
        found += rules.of_rejects(case, root, done)
        found += rules.of_runs(case, root, before)
        found += forgetting.of_forgetting(case, root, done, held)
        before = rules.look(root)
    if not case.special:
        found += rules.of_folder(case, root, first, before, hidden)
    seconds = time.perf_counter() - begin
    return {
        "index": index, "kind": case.kind, "codes": codes, "found": found,
        "seconds": round(seconds, 3), "told": told(case) if found else "",
    }  # fmt: skip


def _left(temporary: Path) -> list[tuple[str, str]]:
    left = list(temporary.iterdir())
    for path in left:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return [("left in the temporary folder", str(path.name)) for path in left]


def _lay_out(case: Case, root: Path, worlds: Path) -> None:
    for name, data in case.files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    for name, world in case.worlds.items():
        shutil.copytree(worlds / world, root / name)
        case.numbers |= set(json.loads((worlds / f"{world}.json").read_text()))
    for name, what in case.special.items():
        path = root / name
        if what == "zero":
            path.symlink_to("/dev/zero")
        elif what == "pipe":
            os.mkfifo(path)
        elif what == "folder":
            path.mkdir()
        elif what == "loop":
            path.symlink_to(path.name)
    case.notes += [edit(root) for edit in case.edits]


def call(command: list[str], root: Path) -> rules.Done:
    """Call a command as the program does, and return its code and what it printed."""
    from dialsim.__main__ import main

    os.chdir(root)
    out, err = io.BytesIO(), io.BytesIO()
    before = sys.stdin, sys.stdout, sys.stderr
    streams = (
        io.TextIOWrapper(io.BytesIO(), "utf-8"),
        io.TextIOWrapper(out, "utf-8", "surrogateescape", write_through=True),
        io.TextIOWrapper(err, "utf-8", "backslashreplace", write_through=True),
    )
    sys.stdin, sys.stdout, sys.stderr = streams
    code: int | str
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            warnings.simplefilter("ignore", DeprecationWarning)  # a user is not shown these two
            warnings.simplefilter("ignore", ResourceWarning)
            code = main(command)
        for each in warned:
            print(warnings.formatwarning(each.message, each.category, each.filename, each.lineno),
                  file=sys.stderr)  # fmt: skip
    except BaseException as error:  # whatever comes out of it is what is looked for
        code = f"raised {type(error).__name__}"
        traceback.print_exc(file=sys.stderr)
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
        os.chdir("/")
    said = [stream.detach().getvalue().decode("utf-8", "replace") for stream in streams[1:]]
    return rules.Done(command, code, *said)


def build_worlds(place: Path) -> None:
    """Play the runs whose folders cases copy: each in a folder with what it was played from."""
    numbers = [f"1387{i * 591_937 % 10**7:07d}" for i in range(3, 23)]
    rows = [f"{number},c{i},{'ns'[i % 2]}" for i, number in enumerate(numbers)]
    calls = ["time,number,caller_id,outcome,talk_s"]
    calls += [f"2026-04-13 09:0{i}:00,{numbers[i]},north-001,connected,40" for i in range(6)]
    for name, options in {
        "drawn": [], "listed": ["--attributes", "--by", "branch"], "numbered": ["--with-numbers"],
        "going_on": [],
    }.items():  # fmt: skip
        folder = place / name
        folder.mkdir(parents=True)
        raw: dict[str, Any] = json.loads(json.dumps(SMALL))
        raw["plan"] = {"decisions": [{"key": "agents.day.count", "values": [2, 4]}]}
        raw["costs"] = {"per_agent_hour": "40 CNY"}
        if name == "drawn":
            synthetic(raw)
        else:
            (folder / "list.csv").write_text("\n".join(["number,id,branch", *rows]) + "\n")
            raw["people"] = [{"name": "list", "file": "list.csv", "attributes": ["branch"]}]
            raw["campaigns"][0]["people"] = ["list"]
        if name == "going_on":
            (folder / "calls.csv").write_text("\n".join(calls) + "\n")
            raw["history"] = {"calls": {"file": "calls.csv", "own": True},
                              "as_of": "2026-04-13T10:00:00"}  # fmt: skip
        (folder / "s.toml").write_text(as_text(raw), "utf-8")
        done = call(["run", "s.toml", "--out", "runs", "--no-report", "--quiet", *options], folder)
        assert done.code in (0, 1), done
        run = next((folder / "runs").iterdir())
        run.rename(folder / "run")
        (folder / "runs").rmdir()
        (place / f"{name}.json").write_text(json.dumps([] if name == "drawn" else numbers))


def main() -> None:
    """Answer cases until standard input ends: ``SEED INDEX``, or ``SEED INDEX keep``."""
    place, longest = Path(sys.argv[1]), float(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    temporary = place / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = os.environ["TMPDIR"] = str(temporary)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    questions = sys.stdin
    worlds = place / "worlds"
    warm(keep=True)
    if not worlds.exists():
        build_worlds(worlds)
    _left(temporary)
    print("{}", file=answers, flush=True)
    for line in questions:
        seed, index = map(int, line.split())
        faulthandler.dump_traceback_later(longest, exit=True)
        answer = play(seed, index, place / "case", worlds)
        faulthandler.cancel_dump_traceback_later()
        print(json.dumps(answer, ensure_ascii=True), file=answers, flush=True)


if __name__ == "__main__":
    main()
