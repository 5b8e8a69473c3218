"""A network profile in a file of the user's: ``network.profile = "ours.toml"``.

What it says over the profile it extends becomes the scenario's overrides, each value with where it
comes from, so that a resolved scenario stands by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import tomli

from dialsim.errors import Problems, ScenarioError, did_you_mean, did_you_mean_file
from dialsim.scenario.depth import check_depth
from dialsim.scenario.profile import SOURCED, known_profiles, load_network, source_faults
from dialsim.scenario.values import with_headers
from dialsim.storage.small_files import read_small_text

FREE = ("vendor", "practice", "inferred", "assumption")
"""What a value in a file of the user's can be; only a profile of the house holds rules."""


class TakenIn(NamedTuple):
    """A scenario's dict with a profile file taken in.

    Attributes
    ----------
    content
        The dict as a scenario with overrides.
    name, values
        The file as the scenario names it, and the overrides that are its.
    """

    content: dict[str, Any]
    name: str
    values: Mapping[str, Any]


def take_in(content: dict[str, Any], folder: Path, problems: Problems) -> TakenIn | None:
    """Return a scenario's dict with the profile file it names taken in; None: it names none.

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
    name = network.get("profile") if isinstance(network, Mapping) else None
    if not isinstance(name, str) or not name.endswith(".toml"):
        return None
    assert isinstance(network, Mapping)
    base, values = _read(folder / name, name, problems)
    mine = network.get("overrides")
    overrides = {**values, **mine} if isinstance(mine, Mapping) else values
    taken = {**content, "network": {**network, "profile": base, "overrides": overrides}}
    return TakenIn(taken, name, values)


def _read(path: Path, name: str, problems: Problems) -> tuple[str, dict[str, Any]]:
    def refuse(message: str, **more: Any) -> tuple[str, dict[str, Any]]:
        problems.add("network.profile", message, found=name, **more)
        return "typical", {}

    try:
        raw = tomli.loads(read_small_text(path))
    except FileNotFoundError:
        names = sorted(each.name for each in path.parent.glob("*.toml"))
        return refuse("there is no such profile file", remedy=did_you_mean_file(path.name, names))
    except (OSError, ValueError, RecursionError) as error:
        said = isinstance(error, OSError) and error.strerror
        reason = with_headers(said or str(error).splitlines()[0])
        return refuse(f"this profile cannot be read: {reason}")
    try:
        check_depth(raw)
    except ScenarioError as error:
        return refuse(f"this profile cannot be read: {error.problems[0].message}")
    known = known_profiles("network")
    base = raw.pop("extends", None)
    raw.pop("title", None)
    if base not in known:
        remedy = did_you_mean(base, known) or 'begin the file with extends = "typical"'
        return refuse("its `extends` names no network profile", allowed=known, remedy=remedy)
    values: dict[str, Any] = {}
    units = {key: each.unit for key, each in load_network(base).values.items()}
    for key, leaf in _leaves(raw, ""):
        wrong = _fault(leaf)
        if wrong is not None:
            problems.add("network.profile", f"{name}: {key}: {wrong}", allowed=_FORM)
        elif isinstance(leaf, Mapping):
            unit = units[key] if key in units else str(leaf.get("unit", ""))
            for message, found, allowed in source_faults(leaf, unit):
                message = f"{name}: {key}: {message}"
                problems.add("network.profile", message, found=found, allowed=allowed)
            values[key] = {part: leaf[part] for part in ("value", "source", "confidence")}
    return base, values


_FORM = '{ value = ..., unit = "...", source = "...", confidence = "inferred" }'


def _fault(leaf: object) -> str | None:
    if not isinstance(leaf, Mapping):
        return "a value has no source and no confidence"
    if "value" not in leaf:
        return "there is no value"
    unknown = sorted(set(leaf) - SOURCED)
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
