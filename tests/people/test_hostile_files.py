"""Files beside the lists that are no such files: bad input or an account, no number in clear."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from random import Random
from typing import Any

import pytest
import tomli_w

from dialsim.__main__ import main
from tests.calibration.hostile import Printed, case
from tests.people.scenarios import small_scenario

EVERYDAY, ALL = 60, 2000


def tables(kind: str, file: str, named: bool) -> dict[str, Any]:
    """Return what a scenario has to name a file of a kind."""
    whose = "caller_id" if kind == "caller_ids" else "number"
    columns = {whose: "caller" if kind == "caller_ids" else "person"}
    table: dict[str, Any] = {"file": file} | ({"columns": columns} if named else {})
    if kind in ("calls", "caller_ids"):
        return {"history": {kind: table}}
    if kind == "registries":
        return {kind: [{"name": "dnc", "kind": "internal", **table}]}
    return {kind: [table]}


def check_seeds(seeds: range, folder: Path) -> None:
    for seed in seeds:
        hostile, random = case(seed, folder), Random(seed)
        if hostile.kind == "place" and len(hostile.path.name) > 200:
            continue
        kind = random.choice(["calls", "caller_ids", "registries", "withdrawals"])
        raw = small_scenario({"name": "customers", "synthetic": {"count": 20}})
        scenario = folder / f"s{seed}.toml"
        raw |= tables(kind, str(hostile.path), random.random() < 0.7)
        scenario.write_text(tomli_w.dumps(raw), "utf-8")
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = main(["people", str(scenario), *random.choice([[], ["--json"]])])
        done = Printed(code, out.getvalue())
        assert done.code in (0, 1, 2), f"seed {seed}: {done.output}"
        assert "Traceback" not in done.output, f"seed {seed}: {done.output}"
        assert not done.numbers_in_clear(hostile.numbers), f"seed {seed}: {done.output}"


def test_hostile_files_beside_the_lists(tmp_path: Path) -> None:
    check_seeds(range(EVERYDAY), tmp_path)


def test_columns_with_a_number_for_a_name_are_masked(tmp_path: Path) -> None:
    check_seeds(range(542, 543), tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("first", range(EVERYDAY, ALL, 97))
def test_thousands_of_hostile_files_beside_the_lists(first: int, tmp_path: Path) -> None:
    check_seeds(range(first, min(first + 97, ALL)), tmp_path)
