"""Pass-through columns of file lists, as requested by a caller."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dialsim.errors import ScenarioError, did_you_mean, shown
from dialsim.messages.text import message
from dialsim.outcomes.pseudonyms import PseudonymKey, load_key

if TYPE_CHECKING:
    from dialsim.scenario.models.schema import Scenario


def attributes_of(option: str, names: Any) -> list[str]:
    """Return the attributes given for an option, without duplicates.

    Raises
    ------
    ScenarioError
        The value is neither a name nor a list of names.
    """
    given = [names] if isinstance(names, str) else names
    found = list(given) if isinstance(given, Iterable) else [given]
    odd = [name for name in found if not isinstance(name, str)]
    if odd:
        allowed = message("the name of an attribute, or a list of names")
        raise ScenarioError.at(
            option, message("an attribute has a name"), found=shown(odd[0]), allowed=allowed
        )
    return list(dict.fromkeys(found))


def key_of(pseudonyms: Any) -> PseudonymKey | None:
    """Return the pseudonym key; None if people are not shown.

    Raises
    ------
    ScenarioError
        The key is invalid, or the environment has none.
    """
    if pseudonyms is True:
        return load_key()
    if not pseudonyms or isinstance(pseudonyms, PseudonymKey):
        return pseudonyms or None
    allowed = message("True, for that of the environment, or a PseudonymKey")
    found = message("{name}, which is not shown").filled(
        name=type(pseudonyms).__name__
    )  # the text may be a secret
    raise ScenarioError.at("pseudonyms", message("this is no key"), found=found, allowed=allowed)


def check_attributes(scenario: Scenario, names: Iterable[str]) -> None:
    """Refuse to split by an attribute that no list has.

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
    return ScenarioError.at(
        "",
        message("no list has an attribute {name}").filled(name=name),
        allowed=", ".join(names) or message("nothing: no list names `attributes`"),
        remedy=did_you_mean(name, names)
        or message('name the column in its list: attributes = ["branch"]'),
    )
