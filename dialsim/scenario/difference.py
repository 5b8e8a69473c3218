"""Differences of two scenarios: keys of the file and values of their profiles.

Both are compared as resolved: comments, key order and written-out defaults do not count.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal

from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.operator_profiles import ASKED, operator_profiles
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.values import plain

Where = Literal["scenario", "rules", "network", "operators"]
Table = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes
    ----------
    where
        ``"scenario"``, or the profile whose value it is: ``"rules"``, ``"network"``, and
        ``"operators"`` of one that an operator judges by.
    path
        As ``--set`` takes it, with table entries by name where they have one; for a profile value
        its name, as ``explain`` takes it, prefixed by the operator for an operator's.
    before, after
        Value in the first and in the second scenario, as written in a file; None: absent.
    """

    where: Where
    path: str
    before: Any
    after: Any

    def to_dict(self) -> dict[str, Any]:
        """Return the change as a JSON value."""
        return {key: getattr(self, key) for key in self.__dataclass_fields__}


def differences(first: Scenario, second: Scenario) -> list[Change]:
    """Return the differences of two scenarios in file order; empty if there are none.

    Parameters
    ----------
    first, second
        Checked scenarios. Tables in a list are matched by ``name``, goals by what they ask for,
        others by their place once those that are equal are set aside.

    Returns
    -------
    list of Change
        Keys of the scenario; then every value of the rule pack and of the network profile that
        differs with all overrides taken in, whether by another profile or by an override. The
        tables of overrides themselves are not listed: what they do is in the values.

    Notes
    -----
    Ignores the content of files that both name alike. Takes milliseconds.
    """
    before, after = _written(first), _written(second)
    found = [Change("scenario", *each) for each in _compared("", before, after)]
    mine, others = resolved_profiles(first), resolved_profiles(second)
    for where, old, new in zip(("rules", "network"), mine, others, strict=True):
        if old is not None and new is not None:
            found += _values("rules" if where == "rules" else "network", old, new)
    networks = mine[1], others[1]
    if networks[0] is not None and networks[1] is not None:
        found += _of_operators((first, second), (networks[0], networks[1]))
    return found


def _of_operators(
    scenarios: tuple[Scenario, Scenario], networks: tuple[Profile, Profile]
) -> Iterator[Change]:
    """Yield differences of operators that either scenario configures."""
    both = [operator_profiles(*each) for each in zip(scenarios, networks, strict=True)]
    for operator in dict.fromkeys([*both[0], *both[1]]):
        old, new = (
            each.get(operator, network) for each, network in zip(both, networks, strict=True)
        )
        for change in _values("operators", old, new):
            if change.path in ASKED:
                yield replace(change, path=f"{operator}.{change.path}")


def _written(scenario: Scenario) -> dict[str, Any]:
    content: Any = plain(scenario.to_dict())
    for table in ("rules", "network"):
        content.get(table, {}).pop("overrides", None)
    operators = content["network"].get("operators", {})
    for operator, named in operators.items():
        if isinstance(named, dict):
            operators[operator] = named.get("profile")
    return dict(content)


def _values(where: Where, old: Profile, new: Profile) -> Iterator[Change]:
    """Yield the values of two profiles that differ, as written, in the order of the first."""
    for name in dict.fromkeys([*old, *new]):
        before, after = old.values.get(name), new.values.get(name)
        if before is None or after is None or before.counted != after.counted:
            written = [None if each is None else plain(each.value) for each in (before, after)]
            yield Change(where, name, *written)


Found = Iterator[tuple[str, Any, Any]]


def _compared(path: str, before: Any, after: Any) -> Found:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            inner = f"{path}.{key}" if path else key
            yield from _compared(inner, before.get(key), after.get(key))
    elif (before or after) and _are_tables(before) and _are_tables(after):
        yield from _tables(path, before or [], after or [])
    elif before != after:
        yield path, before, after


def _are_tables(value: Any) -> bool:
    """Whether a value is a list of tables; none at all is one too."""
    return value is None or (
        isinstance(value, list) and all(isinstance(each, dict) for each in value)
    )


def _tables(path: str, before: Sequence[Table], after: Sequence[Table]) -> Found:
    for keys_of in (_named, _goal_subjects):
        mine, others = keys_of(before), keys_of(after)
        if mine is not None and others is not None:
            called = keys_of is _named
            break
    else:
        yield from _by_place(path, before, after)
        return
    for key in dict.fromkeys([*mine, *others]):
        old = before[mine.index(key)] if key in mine else None
        new = after[others.index(key)] if key in others else None
        place = key if called else mine.index(key) if key in mine else others.index(key)
        yield from _compared(f"{path}.{place}", old, new)
    common = [[key for key in side if key in mine and key in others] for side in (mine, others)]
    if called and common[0] != common[1]:
        yield f"order of {path}", common[0], common[1]


def _named(tables: Sequence[Table]) -> list[str] | None:
    """Return the names of tables if all have a unique one; else None."""
    names = [table.get("name") for table in tables]
    if all(isinstance(name, str) for name in names) and len(set(names)) == len(names):
        return [str(name) for name in names]
    return None


def _goal_subjects(tables: Sequence[Table]) -> list[str] | None:
    """Return the subject of each goal, so that a different target is a change; else None."""
    if not all("metric" in table for table in tables):
        return None
    keys = [
        json.dumps([table.get(key) for key in ("metric", "campaign", "by")] + ["at_least" in table])
        for table in tables
    ]
    return keys if len(set(keys)) == len(keys) else None


def _by_place(path: str, before: Sequence[Table], after: Sequence[Table]) -> Found:
    """Compare tables without names: drop equal pairs, match the others in order."""
    old, new = ([json.dumps(each, sort_keys=True) for each in side] for side in (before, after))
    for what, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        paired = min(i_end - i, j_end - j)
        for k in range(paired):
            yield from _compared(f"{path}.{i + k}", before[i + k], after[j + k])
        for k in range(i + paired, i_end):
            yield f"{path}.{k}", before[k], None
        for k in range(j + paired, j_end):
            yield f"{path}.{k}", None, after[k]
