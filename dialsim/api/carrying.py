"""What file lists carry past the engine in one run: who asks for it, and where it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dialsim.errors import Problem, ScenarioError, did_you_mean, shown
from dialsim.outcomes.carried import Carried
from dialsim.outcomes.pseudonyms import PseudonymKey, load_key

if TYPE_CHECKING:
    from dialsim.engine.build import World
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


def attributes_of(option: str, names: Any) -> list[str]:
    """Return the attributes that were given for an option, each once.

    Raises
    ------
    ScenarioError
        They are neither a name nor names.
    """
    given = [names] if isinstance(names, str) else names
    found = list(given) if isinstance(given, Iterable) else [given]
    odd = [name for name in found if not isinstance(name, str)]
    if odd:
        allowed = "the name of an attribute, or a list of names"
        problem = Problem(option, "an attribute has a name", found=shown(odd[0]), allowed=allowed)
        raise ScenarioError([problem])
    return list(dict.fromkeys(found))


def key_of(pseudonyms: Any) -> PseudonymKey | None:
    """Return the key that people are shown under; None: they are not.

    Raises
    ------
    ScenarioError
        It is none, or there is none in the environment.
    """
    if pseudonyms is True:
        return load_key()
    if not pseudonyms or isinstance(pseudonyms, PseudonymKey):
        return pseudonyms or None
    allowed = "True, for that of the environment, or a PseudonymKey"
    found = f"{type(pseudonyms).__name__}, which is not shown"  # it may be somebody's secret
    raise ScenarioError([Problem("pseudonyms", "this is no key", found=found, allowed=allowed)])


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
