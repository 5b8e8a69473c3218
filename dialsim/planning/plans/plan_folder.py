"""A plan as a scenario file and a folder, written atomically."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from dialsim.errors import CapacityError
from dialsim.messages.text import message
from dialsim.scenario.identity import moved
from dialsim.scenario.models.schema import Scenario
from dialsim.storage.atomic_file import written_atomically
from dialsim.storage.json_text import parsed
from dialsim.storage.leftovers import remove_leftovers, restore
from dialsim.storage.paths import fitting
from dialsim.storage.workplaces import staged_folder

if TYPE_CHECKING:
    from dialsim.planning.plans.plan_result import PlanFound

LONGEST_STEM = 215
"""Bytes of a scenario's name in that of its plan's folder; digest, seed and an ending follow."""
PLAN, SCENARIO, CANDIDATES = "plan.json", "scenario.toml", "candidates.parquet"


def write_scenario(scenario: Scenario, path: Path, head: str) -> Path:
    """Write a scenario as a file with a comment at its head, and return the path.

    Raises
    ------
    CapacityError
        It cannot be written there.
    """
    import tomli_w

    text = tomli_w.dumps(moved(scenario, path.parent))
    text = f"# {head}\n# Every default is written out.\n\n{text}"
    _written(path, text)
    return path


def check_out(out: Path) -> None:
    """Raise CapacityError unless a plan can be written there, before any work is done."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        remove_leftovers(out)
        tempfile.TemporaryFile(dir=out).close()
    except OSError as error:
        raise CapacityError(
            message("the folder {out}").filled(out=out), _reason(error), "--out"
        ) from None


def save_plan(found: PlanFound, out: Path) -> Path:
    """Write a folder for a plan and return it: ``scenario.toml``, ``plan.json``, candidates.

    Raises
    ------
    CapacityError
        It cannot be written there.

    Notes
    -----
    The name consists of the scenario's name, a digest of it, its prices and its ``[plan]``, and the
    seed. The folder is written under a temporary name, then renamed. It replaces a plan of the same
    name; an interrupted plan never replaces a complete one, but stands beside it, ``-partial``.
    Other files in the folder stay. Without a certified plan there is no ``scenario.toml``.
    """
    from dialsim.scenario.checks.names import resolved_profiles
    from dialsim.scenario.identity import scenario_digest
    from dialsim.scenario.models.policy import policy_digest

    asked = found.scenario
    rules, network = resolved_profiles(asked)
    assert rules is not None
    assert network is not None
    played = scenario_digest(asked, rules, network, policy_digest(asked))
    decided = asked.to_dict()
    here = [] if found.here is None else [found.here.digest, found.here.tick]
    text = json.dumps([played, decided["plan"], decided.get("costs"), *here], default=str)
    digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    name = fitting(asked.name.replace("/", "-").replace(os.sep, "-"), LONGEST_STEM)
    folder = out / f"{name}-{digest[:8]}-{asked.seed}"
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CapacityError(
            message("the folder {folder}").filled(folder=folder), _reason(error), "--out"
        ) from None
    plain = json.dumps(found.to_dict(), ensure_ascii=False, indent=2, default=str)
    restore(folder)
    if not found.complete and _is_whole(folder):
        folder = folder.with_name(f"{folder.name}-partial")
    try:
        with staged_folder(out, folder.name) as staged:
            if found.certified:
                found.save(staged.path / SCENARIO)
            _parquet(found, staged.path / CANDIDATES)
            (staged.path / PLAN).write_text(plain + "\n", "utf-8")
            staged.put_in_place(folder, _ours)
    except OSError as error:
        raise CapacityError(
            message("the folder {folder}").filled(folder=folder), _reason(error), "--out"
        ) from None
    return folder


def _is_whole(folder: Path) -> bool:
    """Return whether a folder holds a complete plan."""
    try:
        stored = parsed((folder / PLAN).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(stored, dict) and bool(stored.get("complete"))


def _ours(folder: Path) -> list[str]:
    del folder
    return [PLAN, SCENARIO, CANDIDATES]


def _reason(error: OSError) -> str:
    """Return the system's reason for a refusal."""
    return os.strerror(error.errno) if error.errno else str(error)


def _parquet(found: PlanFound, path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(found.table, path)


def _written(path: Path, text: str) -> None:
    try:
        with written_atomically(path) as file:
            file.write(text.encode())
    except OSError as error:
        raise CapacityError(
            message("the file {path}").filled(path=path), _reason(error), "--out"
        ) from None
