"""Choose which columns of a planner's own list hold what, by their headers and their cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dialsim.errors import is_plain
from dialsim.people.recognition.cells import CellKinds
from dialsim.people.recognition.header_words import (
    flag_word,
    is_personal,
    key_word,
    number_word,
    place_word,
    role_word,
)
from dialsim.scenario.models.files import MOST_ALTERNATES, Columns

MOST_ATTRIBUTES = 8
_LONGEST_NAME = 200
_SOME_NUMBERS, _MOSTLY_NUMBERS = 0.2, 0.8
_SOME_DATES = 0.4
_DATED = ("consent_date", "consent_expiry", "withdrawn", "last_attempt")
_OWN_NAMES = frozenset(Columns.model_fields) - {"alternates", "priority", "best_hour"}


@dataclass(frozen=True)
class FoundColumn:
    """What a column of a list holds.

    Attributes
    ----------
    column
        Its name in the file.
    role
        Key of ``[people.columns]``, ``attribute``, ``date`` of a date without a role, ``candidate``
        of one among several that may hold the numbers or the key; empty: not recognised.
    by
        Why: ``given`` by an option, ``name``, ``cells``, or ``both``.
    what
        Further word on it: ``flag`` of a column of yes and no, ``province``, ``city``,
        ``personal``, ``other_number`` of somebody else's number, ``key`` beside ``candidate``.
    kinds
        What its cells look like.
    """

    column: str
    role: str
    by: str
    what: str
    kinds: CellKinds

    @property
    def is_in_scenario(self) -> bool:
        """Whether a scenario names the column."""
        return self.role not in ("", "date", "candidate")


def recognised(
    names: Sequence[str], kinds: Sequence[CellKinds], given: Mapping[str, object]
) -> list[FoundColumn]:
    """Return what each column of a file holds.

    Parameters
    ----------
    names
        Of the columns; of those without a name, or of whose name there are two, nothing is taken.
    kinds
        What their cells look like.
    given
        Keys of ``[people.columns]`` that are given: they stay.

    Notes
    -----
    A role is taken where one column alone may have it. Where several may be the number or the key,
    each of them is a ``candidate``.
    """
    found = [FoundColumn(*each) for each in _first_look(names, kinds)]
    times = Counter(names)
    found = _with_given(found, given)
    found = [
        each if _can_be_named(each.column) and times[each.column] == 1 else replace(each, role="")
        for each in found
    ]
    for step in (_one_number, _one_key, _alternates):
        found = step(found, given)
    found = [_once(each, found) for each in found]
    segments = [each.column for each in found if each.role == "attribute"][:MOST_ATTRIBUTES]
    return [
        each if each.role != "attribute" or each.column in segments else replace(each, role="")
        for each in found
    ]


def _can_be_named(name: str) -> bool:
    """Return whether a scenario can name a column."""
    return 0 < len(name) <= _LONGEST_NAME and name.strip() != "" and all(map(is_plain, name))


def _first_look(
    names: Sequence[str], kinds: Sequence[CellKinds]
) -> list[tuple[str, str, str, str, CellKinds]]:
    return [(name, *_look(name, each), each) for name, each in zip(names, kinds, strict=True)]


def _look(name: str, kinds: CellKinds) -> tuple[str, str, str]:
    """Return role, reason and a further word on one column, by itself."""
    word = number_word(name)
    if word == "other" and kinds.numbers >= _SOME_NUMBERS:
        return "", "name", "other_number"
    if word in ("number", "alternates") and (kinds.numbers >= _SOME_NUMBERS or not kinds.filled):
        return word, "both" if kinds.kind == "numbers" else "name", ""
    key = key_word(name)
    if key:
        return ("id" if key == "id" else "weak_id"), "name", ""
    flag = flag_word(name)
    if flag and (kinds.kind == "answers" or not kinds.filled):
        return flag, "both" if kinds.filled else "name", "flag"
    role = role_word(name) or (flag if kinds.kind == "dates" else "")
    if role in _DATED and kinds.filled and kinds.dates < _SOME_DATES:
        return "", "cells", ""
    if role:
        return role, "both" if role in _DATED and kinds.filled else "name", ""
    if kinds.numbers >= _MOSTLY_NUMBERS and not is_personal(name):
        return "number", "cells", ""
    if is_personal(name):
        return "", "name", "personal"
    place = place_word(name)
    if place and kinds.is_place:
        return "attribute", "both", place
    if kinds.kind == "dates":
        return "date", "cells", ""
    return ("attribute", "cells", "") if kinds.is_segment else ("", "", "")


def _with_given(found: list[FoundColumn], given: Mapping[str, object]) -> list[FoundColumn]:
    """Return the columns with those roles that are given, or that have the role's own name."""
    wanted = {name: role for role, name in given.items() if isinstance(name, str)}
    others = given.get("alternates", ())
    wanted |= dict.fromkeys(others, "alternates") if isinstance(others, list | tuple) else {}
    result = []
    for each in found:
        name, folded = each.column, each.column.strip().casefold()
        if name in wanted:
            result.append(replace(each, role=wanted[name], by="given"))
        elif folded in _OWN_NAMES and folded not in given:
            result.append(replace(each, role=folded, by="name"))
        elif each.role in given and each.role != "alternates":
            result.append(replace(each, role=""))
        else:
            result.append(each)
    return result


def _one_number(found: list[FoundColumn], given: Mapping[str, object]) -> list[FoundColumn]:
    """Choose the column of numbers; those that only may be it become candidates."""
    if "number" in given:
        return found
    sure = [each for each in found if each.column.strip().casefold() == "number"]
    named = [each for each in found if each.role == "number" and each.by != "cells"]
    likely = sure[:1] or named or [each for each in found if each.role == "number"]
    likely = likely or [each for each in found if each.role == "alternates"]
    role = "number" if len(likely) == 1 else "candidate"
    result = []
    for each in found:
        if each in likely:
            result.append(replace(each, role=role))
        elif each.role == "number":  # by its cells alone, or beside one called `number`
            result.append(replace(each, role="" if each.by == "cells" else "alternates"))
        else:
            result.append(each)
    return result


def _one_key(found: list[FoundColumn], given: Mapping[str, object]) -> list[FoundColumn]:
    sure = [each for each in found if each.column.strip().casefold() == "id"]
    likely = sure[:1] or [each for each in found if each.role == "id"]
    likely = likely or [each for each in found if each.role == "weak_id"]
    taken = "id" in given or not likely
    result = []
    for each in found:
        if each.role not in ("id", "weak_id") or each.by == "given":
            result.append(each)
        elif taken or each not in likely:
            result.append(replace(each, role=""))
        elif len(likely) == 1:
            result.append(replace(each, role="id"))
        else:
            result.append(replace(each, role="candidate", what="key"))
    return result


def _alternates(found: list[FoundColumn], given: Mapping[str, object]) -> list[FoundColumn]:
    """Keep as many columns of further numbers as a list may have."""
    taken = [each.column for each in found if each.role == "alternates"]
    if "alternates" in given:
        taken = [each.column for each in found if each.by == "given"]
    taken = taken[:MOST_ALTERNATES]
    return [
        replace(each, role="") if each.role == "alternates" and each.column not in taken else each
        for each in found
    ]


def _once(each: FoundColumn, found: Sequence[FoundColumn]) -> FoundColumn:
    """Return a column without its role if another column has it with better right."""
    if each.role in ("", "attribute", "alternates", "date", "candidate"):
        return each
    same = [other for other in found if other.role == each.role]
    best = min(same, key=lambda other: (other.by != "given", other.what == "flag"))
    return each if each is best else replace(each, role="")
