"""A plan as a scenario file and a folder: written aside, then renamed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dialsim.errors import CapacityError
from dialsim.scenario.identity import resolved_toml
from dialsim.scenario.schema import Scenario

if TYPE_CHECKING:
    from dialsim.planning.plan_found import PlanFound

PLAN, SCENARIO, CANDIDATES = "plan.json", "scenario.toml", "candidates.parquet"


def write_scenario(scenario: Scenario, path: Path, head: str) -> Path:
    """Write a scenario as a file with a comment at its head, and return the path.

    Raises
    ------
    CapacityError
        It cannot be written there.
    """
    text = f"# {head}\n# Every default is written out.\n\n{resolved_toml(scenario)}"
    _written(path, lambda aside: aside.write_text(text, "utf-8"))
    return path


def save_plan(found: PlanFound, out: Path) -> Path:
    """Write a folder for a plan and return it: ``scenario.toml``, ``plan.json``, candidates.

    Raises
    ------
    CapacityError
        It cannot be written there.

    Notes
    -----
    Named by the scenario, a digest of it, its prices and its ``[plan]``, and the seed; a plan of
    the same name is replaced, file by file, each written aside and renamed. Without a certified
    plan there is no ``scenario.toml``.
    """
    from dialsim.scenario.identity import scenario_digest
    from dialsim.scenario.names import resolved_profiles
    from dialsim.scenario.policy import policy_digest

    asked = found.scenario
    rules, network = resolved_profiles(asked)
    assert rules is not None
    assert network is not None
    played = scenario_digest(asked, rules, network, policy_digest(asked))
    decided = asked.to_dict()
    here = [] if found.here is None else [found.here.digest, found.here.tick]
    text = json.dumps([played, decided["plan"], decided.get("costs"), *here], default=str)
    digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    folder = out / f"{asked.name}-{digest[:8]}-{asked.seed}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CapacityError(f"the folder {folder}", str(error.strerror), "--out") from None
    plain = json.dumps(found.to_dict(), ensure_ascii=False, indent=2, default=str)
    if found.certified:
        found.save(folder / SCENARIO)
    else:
        (folder / SCENARIO).unlink(missing_ok=True)
    _written(folder / CANDIDATES, lambda aside: _parquet(found, aside))
    _written(folder / PLAN, lambda aside: aside.write_text(plain + "\n", "utf-8"))
    return folder


def _parquet(found: PlanFound, path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(found.table, path)


def _written(path: Path, write: Callable[[Path], object]) -> None:
    aside = path.with_name(f".{path.name}.part")
    try:
        write(aside)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise CapacityError(f"the file {path}", str(error.strerror), "--out") from None
