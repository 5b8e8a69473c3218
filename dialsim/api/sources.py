"""Sources of a scenario: a file, a dict, a run, or a scenario itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from numbers import Integral
from pathlib import Path
from typing import Any

from dialsim.errors import Problem, ScenarioError, shown
from dialsim.messages.text import message
from dialsim.scenario.checks.nesting_depth import check_depth
from dialsim.scenario.load import load_scenario
from dialsim.scenario.models.schema import Scenario
from dialsim.storage.small_files import read_small_text

Source = Scenario | str | Path | Mapping[str, Any]


def loaded(scenario: Source, changes: Mapping[str, object] | None = None) -> Scenario:
    """Return the scenario of a file, a dict, or itself, with values changed by their paths.

    Raises
    ------
    ScenarioError
        All problems at once.
    """
    if changes:
        return loaded(scenario).with_(changes)
    if isinstance(scenario, Scenario):
        return scenario
    if isinstance(scenario, Mapping):
        keys: list[Any] = list(scenario)
        odd = [key for key in keys if not isinstance(key, str)]
        if odd:
            raise ScenarioError.at("", message("keys are text"), found=repr(odd[0]))
    elif not isinstance(scenario, str | os.PathLike):
        raise ScenarioError.at(
            "",
            message("this is no scenario"),
            found=f"{type(scenario).__name__}: {scenario!r:.60}",
            allowed=message("a loaded scenario, a file's path, or a dict of the file's shape"),
        )
    return load_scenario(scenario)


def seeded(scenario: Scenario, seed: int | None) -> Scenario:
    """Return the scenario with another seed of behaviour and the same drawn lists.

    Raises
    ------
    ScenarioError
        It is no whole number, or out of range.
    """
    if seed is None:
        return scenario
    if isinstance(seed, bool) or not isinstance(seed, Integral):
        from dialsim.loadtest.request import MOST_SEED

        allowed = message("a whole number from 0 to {most_seed}").filled(most_seed=MOST_SEED)
        raise ScenarioError.at("--seed", message("this is no seed"), shown(seed), allowed)
    if int(seed) == scenario.seed:
        return scenario
    return scenario.with_list_seed(scenario.list_seed).with_("seed", int(seed))


def on_one_seed(
    first: Scenario, second: Scenario, seed: int | None = None
) -> tuple[Scenario, Scenario]:
    """Return two scenarios with one seed of behaviour: the given one, or the first one's.

    If the second has no ``list_seed``, it takes the first's, and likewise the choice whether
    replications redraw the people.
    """
    one = seeded(first, seed)
    two = second
    stated = second._raw or second.to_dict()
    if second.seed != first.seed and "list_seed" not in stated:
        two = second.with_list_seed(one.list_seed)
    if "list_seed" not in stated and "people" not in stated.get("replications", {}):
        two = two.with_("replications.people", one.replications.people)
    return one, seeded(two, one.seed)


def scenario_to_replay(folder: Path) -> Scenario:
    """Return the scenario of a run folder, checked and ready to be replayed.

    Paths of its files are relative to the current folder.

    Raises
    ------
    ScenarioError
        There is none, this version cannot read it, or its files have moved.
    """
    resolved = resolved_scenario(folder)
    try:
        return checked_again(resolved)
    except ScenarioError as error:
        sentence = message("the scenario of this run cannot be played again from here")
        remedy = message("name its scenario file instead, or do it in the folder that file lies in")
        here = Problem("", sentence, remedy=remedy, file=str(folder))
        raise ScenarioError([here, *error.problems]) from None


def checked_again(scenario: Scenario, files: str | Path | None = None) -> Scenario:
    """Return a resolved scenario with its files located, ready to be replayed.

    Parameters
    ----------
    files
        Folder that its paths are relative to; None: the current one.

    Raises
    ------
    ScenarioError
        A file that it names is missing, or this version cannot simulate it.
    """
    from dialsim.scenario.load import scenario_from
    from dialsim.scenario.models.schema import Origin

    base = None if files is None else str(Path(files) / "scenario.toml")
    return scenario_from(scenario.to_dict(), Origin(file=base))


def resolved_scenario(folder: Path) -> Scenario:
    """Return the scenario in a run folder, as the run resolved it.

    Its lists and other files are not searched for: they may have moved, and the run's tables have
    their results.

    Raises
    ------
    ScenarioError
        The folder has none, or one that this version cannot read.
    """
    import tomli
    from pydantic import ValidationError

    path = folder / "scenario.toml"
    again = message("explain it with the version that made it, or run it again")
    try:
        raw = tomli.loads(read_small_text(path))
        check_depth(raw, file=str(path))
        return Scenario.model_validate(raw)
    except FileNotFoundError:
        sentence, found = "this run has no scenario.toml", None
    except ValidationError as error:
        first = error.errors()[0]
        sentence = message("a run of a version whose scenario this one cannot read")
        found = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    except (OSError, ValueError, RecursionError) as error:
        sentence, found = f"scenario.toml cannot be read: {error}", None
    raise ScenarioError.at("", sentence, found=found, remedy=again, file=str(path))
