"""Table of reasons: basis, cost of a breach and remedy of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, get_args

import tomli

from dialsim.core.codes import Reason
from dialsim.errors import InternalError
from dialsim.messages.data_files import text_of
from dialsim.messages.text import Text

Kind = Literal["go", "final", "until", "on", "outcome"]
Severity = Literal["unlawful", "contract", "own_rule", "information"]

SOURCE = re.compile(r"S\d{1,3}b?|A")


@dataclass(frozen=True)
class Exposure:
    """What a breach costs, and who acts on it.

    Attributes
    ----------
    cost, acts
        Each as a sentence.
    sources
        Source ids.
    """

    cost: Text
    acts: Text
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Explained:
    """A reason of :class:`dialsim.core.codes.Reason`, in words.

    Attributes
    ----------
    name, code
        As in the enum; `name` is what outputs print.
    verdict
        final: never; until: from a tick on; on: when a resource is free; outcome: how a lead
        ended; go: nothing objects.
    severity
        unlawful, contract, own_rule or information: what calling all the same would be, at worst.
    sentence, basis, fix
        What it states about a person, its basis, and what lifts it.
    sources
        Source ids of the basis; ``("A",)`` where nothing was found.
    exposure
        None where nothing threatens.
    values
        Names in a rule pack, or the beginning of such names, that decide it.
    """

    name: str
    code: int
    verdict: Kind
    severity: Severity
    sentence: Text
    basis: Text
    fix: Text
    sources: tuple[str, ...]
    exposure: Exposure | None
    values: tuple[str, ...]


@cache
def explained_reasons() -> Mapping[str, Explained]:
    """Return every reason by its name, in the order of the codes.

    Raises
    ------
    InternalError
        The table does not match the codes, or an entry is incomplete: the file is ours.

    Examples
    --------
    >>> explained_reasons()["NO_CONSENT"].severity
    'unlawful'
    """
    text = files("dialsim").joinpath("profiles").joinpath("reasons.toml").read_text("utf-8")
    return read_reasons(text)


def read_reasons(text: str) -> Mapping[str, Explained]:
    """Return the reasons of a table's text; see :func:`explained_reasons`."""
    raw = tomli.loads(text)
    exposures = {name: _exposure(name, item) for name, item in raw.pop("exposure", {}).items()}
    unlike = {reason.name for reason in Reason} ^ set(raw)
    if unlike:
        raise InternalError(f"reasons.toml and the codes differ in {', '.join(sorted(unlike))}")
    return MappingProxyType({r.name: _explained(r, raw[r.name], exposures) for r in Reason})


def _explained(
    reason: Reason, item: Mapping[str, Any], exposures: Mapping[str, Exposure]
) -> Explained:
    where = f"reasons.toml: {reason.name}"
    named = item.get("exposure")
    _check_keys(
        where,
        item,
        {"verdict", "severity", "basis", "sources", "en", "mend"},
        {"exposure", "values", "context"},
    )
    if item["verdict"] not in get_args(Kind) or item["severity"] not in get_args(Severity):
        raise InternalError(f"{where}: {item['verdict']} or {item['severity']} is no such word")
    if named is not None and named not in exposures:
        raise InternalError(f"{where}: no exposure {named}")
    return Explained(
        name=reason.name,
        code=int(reason),
        verdict=item["verdict"],
        severity=item["severity"],
        sentence=text_of(item, "en"),
        basis=text_of(item, "basis"),
        fix=text_of(item, "mend"),
        sources=_sources(where, item["sources"]),
        exposure=exposures[named] if named is not None else None,
        values=tuple(item.get("values", ())),
    )


def _exposure(name: str, item: Mapping[str, Any]) -> Exposure:
    where = f"reasons.toml: exposure.{name}"
    _check_keys(where, item, {"en", "acts", "sources"}, {"context"})
    sources = _sources(where, item["sources"])
    return Exposure(text_of(item, "en"), text_of(item, "acts"), sources)


def _check_keys(where: str, item: Mapping[str, Any], needed: set[str], free: set[str]) -> None:
    missing = sorted(key for key in needed if not item.get(key))
    unknown = sorted(set(item) - needed - free)
    if missing or unknown:
        raise InternalError(f"{where}: missing {missing}, unknown {unknown}")


def _sources(where: str, found: object) -> tuple[str, ...]:
    ok = isinstance(found, list) and found and all(SOURCE.fullmatch(str(one)) for one in found)
    if not ok or ("A" in found and len(found) > 1):  # type: ignore[operator,arg-type]
        raise InternalError(f"{where}: sources are {found}")
    return tuple(str(one) for one in found)  # type: ignore[attr-defined]
