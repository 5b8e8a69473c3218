"""Prices from a file in place of those in a run's scenario, without effect on its results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomli

from dialsim.errors import ScenarioError
from dialsim.messages.text import message
from dialsim.scenario.lines import line_map
from dialsim.scenario.load import read_text, scenario_from
from dialsim.scenario.models.costs import Costs
from dialsim.scenario.models.schema import Origin, Scenario
from dialsim.scenario.values import with_headers


def costs_of_file(path: Path, scenario: Scenario) -> Costs:
    """Return the table ``[costs]`` of a TOML file, checked against a scenario.

    Raises
    ------
    ScenarioError
        There is no such file or table, or prices are invalid: all problems at once.
    """
    text = read_text(path)

    def refuse(sentence: str, line: int | None = None) -> ScenarioError:
        remedy = message('such as [costs] with per_minute = "0.06 CNY" and billing_step = "60s"')
        return ScenarioError.at("", sentence, remedy=remedy, file=str(path), line=line)

    try:
        raw: Any = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise refuse(
            message("not valid TOML: {msg}").filled(msg=with_headers(error.msg)), error.lineno
        ) from None
    except (ValueError, RecursionError) as error:
        raise refuse(message("not valid TOML: {error}").filled(error=error)) from None
    if "costs" not in raw:
        raise refuse(message("there is no table [costs] in this file"))
    priced = {**scenario.to_dict(), "costs": raw["costs"]}
    origin = Origin(file=str(path), lines=line_map(text.replace("\r\n", "\n")))
    try:
        scenario_from(priced, origin)
    except ScenarioError as error:
        # prices do not need the rest of the scenario, such as its lists
        mine = [each for each in error.problems if each.path.partition(".")[0] == "costs"]
        if mine:
            raise ScenarioError(mine) from None
    return Costs.model_validate(raw["costs"])
