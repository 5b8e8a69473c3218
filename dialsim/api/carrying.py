"""What file lists carry past the engine in one run: who asks for it, and where it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dialsim.errors import Problem, ScenarioError, did_you_mean
from dialsim.outcomes.carried import Carried

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.outcomes.pseudonyms import PseudonymKey
    from dialsim.scenario.schema import Scenario


def carry(
    world: World,
    *,
    key: PseudonymKey | None = None,
    with_numbers: bool = False,
    in_calls: bool = False,
) -> None:
    """Give a world room for what its file lists carry; before anything is fed.

    A world of synthetic lists alone has nothing to carry, but shows the columns asked for.
    """
    people = world.scenario.people
    asked = key is not None or with_numbers
    if not asked and all(source.file is None for source in people):
        return
    lists = world.state.lists
    world.carried = Carried(
        lists["first"].tolist(),
        lists["count"].tolist(),
        [None if source.file is None else source.attributes for source in people],
        key=key,
        with_numbers=with_numbers,
        in_calls=in_calls,
    )


def check_attributes(scenario: Scenario, names: Iterable[str]) -> None:
    """Refuse to split by what no list has.

    Raises
    ------
    ScenarioError
        With one problem for each such name.
    """
    known = attribute_names(scenario)
    wrong = [unknown_attribute(name, known) for name in names if name not in known]
    if wrong:
        raise ScenarioError([problem for error in wrong for problem in error.problems])


def attribute_names(scenario: Scenario) -> list[str]:
    """Return the attributes of all lists of a scenario."""
    return list(dict.fromkeys(name for source in scenario.people for name in source.attributes))


def unknown_attribute(name: str, known: Iterable[str]) -> ScenarioError:
    """Return the refusal to split by an attribute that no list has."""
    names = list(known)
    return ScenarioError(
        [
            Problem(
                "",
                f"no list has an attribute {name}",
                allowed=", ".join(names) or "nothing: no list names `attributes`",
                remedy=did_you_mean(name, names)
                or 'name the column in its list: attributes = ["branch"]',
            )
        ]
    )
