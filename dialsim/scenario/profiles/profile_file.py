"""A network profile in a file of the user's: ``network.profile = "ours.toml"``.

What it says over the profile it extends becomes the scenario's overrides, each value with where it
comes from, so that a resolved scenario stands by itself. An operator may have such a file, too:
``network.operators.CTCC = "ours.toml"``; of it the values count that an operator judges by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

import tomli

from dialsim.errors import Problems, ScenarioError, did_you_mean, did_you_mean_file
from dialsim.messages.text import message
from dialsim.scenario.checks.nesting_depth import check_depth
from dialsim.scenario.profiles.operator_profiles import ASKED
from dialsim.scenario.profiles.profile import known_profiles, load_network
from dialsim.scenario.profiles.sourced_override import SOURCED, source_faults
from dialsim.scenario.profiles.validity import KEYS, spans_of
from dialsim.scenario.values import with_headers
from dialsim.storage.small_files import read_small_text

FREE = ("vendor", "practice", "inferred", "assumption")
"""What a value in a file of the user's can be; only a profile of the house holds rules."""


class ProfileFile(NamedTuple):
    """A profile file that a scenario names.

    Attributes
    ----------
    name, base, values
        As the scenario names it, the profile it extends, and the overrides that are its.
    left_out
        Values of a file of an operator's that no operator judges by.
    """

    name: str
    base: str
    values: Mapping[str, Any]
    left_out: Sequence[str] = ()

    def is_of(self, profile: str | None, overrides: Mapping[str, Any]) -> bool:
        """Return whether a table still is what the file made of it; a later change may say more."""
        still = any(key in overrides and overrides[key] == it for key, it in self.values.items())
        return profile == self.base and (still or not self.values)


class MergedContent(NamedTuple):
    """A scenario's dict with its profile files taken in.

    Attributes
    ----------
    content
        The dict as a scenario with overrides.
    files
        By whose they are: an operator's by its name, the network's by nothing.
    """

    content: dict[str, Any]
    files: Mapping[str, ProfileFile]


def merge_profile_files(content: dict[str, Any], folder: Path, problems: Problems) -> MergedContent:
    """Return a scenario's dict with the profile files it names taken in.

    Parameters
    ----------
    content
        As written; may have any other fault.
    folder
        What the file's path is relative to.
    problems
        The list to add to; a file that cannot be read leaves the profile ``typical``.
    """
    network = content.get("network")
    if not isinstance(network, Mapping):
        return MergedContent(content, {})
    files: dict[str, ProfileFile] = {}
    table = dict(network)
    if _is_file(network.get("profile")):
        table |= _taken("network.profile", network, folder, problems, files, "")
    operators = network.get("operators")
    if isinstance(operators, Mapping):
        table["operators"] = dict(operators)
        for operator, of in operators.items():
            where = f"network.operators.{operator}"
            named = of if isinstance(of, Mapping) else {"profile": of}
            if not _is_file(named.get("profile")):
                continue
            at = f"{where}.profile" if isinstance(of, Mapping) else where
            table["operators"][operator] = _taken(at, named, folder, problems, files, operator)
    return MergedContent({**content, "network": table} if files else content, files)


def _is_file(name: object) -> bool:
    return isinstance(name, str) and name.endswith(".toml")


def _taken(
    path: str,
    table: Mapping[str, Any],
    folder: Path,
    problems: Problems,
    files: dict[str, ProfileFile],
    operator: str,
) -> dict[str, Any]:
    """Return a table with the file it names as `profile` taken in; the file goes to `files`."""
    name = table["profile"]
    base, values = _read(folder / name, name, path, problems)
    left_out = sorted(set(values) - ASKED) if operator else []
    for key in left_out:
        del values[key]
    files[operator] = ProfileFile(name, base, values, left_out)
    mine = table.get("overrides")
    overrides = {**values, **mine} if isinstance(mine, Mapping) else values
    return {**table, "profile": base, "overrides": overrides}


def _read(path: Path, name: str, where: str, problems: Problems) -> tuple[str, dict[str, Any]]:
    def refuse(sentence: str, **more: Any) -> tuple[str, dict[str, Any]]:
        problems.add(where, sentence, found=name, **more)
        return "typical", {}

    try:
        raw = tomli.loads(read_small_text(path))
    except FileNotFoundError:
        names = sorted(each.name for each in path.parent.glob("*.toml"))
        return refuse(
            message("there is no such profile file"), remedy=did_you_mean_file(path.name, names)
        )
    except (OSError, ValueError, RecursionError) as error:
        reason_given = isinstance(error, OSError) and error.strerror
        reason = with_headers(reason_given or str(error).splitlines()[0])
        return refuse(message("this profile cannot be read: {reason}").filled(reason=reason))
    try:
        check_depth(raw)
    except ScenarioError as error:
        return refuse(
            message("this profile cannot be read: {message}").filled(
                message=error.problems[0].message
            )
        )
    known = known_profiles("network")
    base = raw.pop("extends", None)
    raw.pop("title", None)
    if base not in known:
        remedy = did_you_mean(base, known) or message('begin the file with extends = "typical"')
        return refuse(
            message("its `extends` names no network profile"), allowed=known, remedy=remedy
        )
    values: dict[str, Any] = {}
    units = {key: each.unit for key, each in load_network(base).values.items()}
    for key, leaf in _leaves(raw, ""):
        versions = leaf if _is_versions(leaf) else [leaf]
        dated = _is_versions(leaf) or (isinstance(leaf, Mapping) and not KEYS.isdisjoint(leaf))
        _, faults = spans_of([each for each in versions if isinstance(each, Mapping)])
        for fault in faults:
            at = f"{fault.key} of version {(fault.at or 0) + 1}: " if fault.key else ""
            sentence = message("{name}: {key}: {at}{message}").filled(
                name=name, key=key, at=at, message=fault.message
            )
            problems.add(where, sentence, found=fault.found, allowed=fault.allowed)
        kept: list[dict[str, Any]] = []
        for each in versions:
            wrong = _fault(each)
            if wrong is not None:
                problems.add(
                    where,
                    message("{name}: {key}: {wrong}").filled(name=name, key=key, wrong=wrong),
                    allowed=_DATED if dated else _FORM,
                )
            elif isinstance(each, Mapping):
                unit = units[key] if key in units else str(each.get("unit", ""))
                for wrong_source, found, allowed in source_faults(each, unit):
                    named = message("{name}: {key}: {fault}").filled(
                        name=name, key=key, fault=wrong_source
                    )
                    problems.add(where, named, found=found, allowed=allowed)
                kept.append({part: each[part] for part in (*_KEPT, *sorted(KEYS)) if part in each})
        if not faults and len(kept) == len(versions):
            values[key] = kept if dated else kept[0]
    return base, values


_KEPT = ("value", "source", "confidence")
_DATED = message(
    '[{ value = ..., source = "...", confidence = "inferred", from = 2026-01-01 }, ...]'
)
_FORM = '{ value = ..., unit = "...", source = "...", confidence = "inferred" }'


def _is_versions(leaf: object) -> TypeGuard[list[Mapping[str, Any]]]:
    """Whether a value stands as a list of versions, each with its days."""
    return isinstance(leaf, list) and bool(leaf) and all(isinstance(x, Mapping) for x in leaf)


def _fault(leaf: object) -> str | None:
    if not isinstance(leaf, Mapping):
        return "a value has no source and no confidence"
    if "value" not in leaf:
        return "there is no value"
    unknown = sorted(set(leaf) - SOURCED - KEYS)
    if unknown:
        return f"unknown {', '.join(unknown)}"
    if not isinstance(leaf.get("source"), str) or not leaf["source"]:
        return "the source is missing"
    if leaf.get("confidence") not in FREE:
        return f"its confidence is none of {', '.join(FREE)}"
    return None


def _leaves(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, object]]:
    for key, item in table.items():
        path = f"{prefix}{key}"
        if isinstance(item, Mapping) and item and "value" not in item:
            yield from _leaves(item, path + ".")
        else:
            yield path, item
