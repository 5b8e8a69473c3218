"""Check that input files exist and that synthetic lists are consistent.

Looks for files without opening them: their readers check the content.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

from dialsim.errors import Problems, did_you_mean_file
from dialsim.messages.text import message
from dialsim.scenario.models.files import Registry
from dialsim.scenario.models.people import NEARLY, Synthetic
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.values import MS_PER_DAY, format_duration

KINDS_OF_FILE = ("csv", "parquet", "tsv", "txt", "xlsx", "xls", "ods")


def check_inputs(scenario: Scenario, rules: Profile, network: Profile, problems: Problems) -> None:
    """Add missing files, outdated registries and lists that cannot be drawn."""
    for place, written in named_files(scenario):
        _file(scenario.file_path(written), place, written, problems)
    for i, registry in enumerate(scenario.registries):
        _known(scenario, registry, f"registries[{i}]", problems)
        _age(scenario, registry, f"registries[{i}]", rules, problems)
    _moment_of_history(scenario, problems)
    for i, people in enumerate(scenario.people):
        if people.synthetic is not None:
            _drawn(people.synthetic, f"people[{i}].synthetic", network, problems)


def named_files(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Yield every file that the scenario names, as the key's path and what is written there."""
    for kind in ("people", "registries", "withdrawals", "caller_ids"):
        for i, table in enumerate(getattr(scenario, kind)):
            if table.file is not None:
                yield f"{kind}[{i}].file", table.file
    for key in ("calls", "caller_ids"):
        table = getattr(scenario.history, key, None)
        if table is not None:
            yield f"history.{key}.file", table.file


def _file(path: Path, place: str, written: str, problems: Problems) -> None:
    fault = _file_fault(path)
    if fault == "no such file":
        near = sorted(p.name for kind in KINDS_OF_FILE for p in path.parent.glob(f"*.{kind}"))
        problems.add(
            place,
            fault,
            found=written,
            allowed=message("a path relative to the scenario file"),
            remedy=did_you_mean_file(path.name, near),
        )
    elif fault is not None:
        problems.add(place, fault, found=written, allowed=message("a CSV, Excel or Parquet file"))


def _file_fault(path: Path) -> str | None:
    try:
        if path.is_dir():
            return "this is a folder"
        if path.is_file():
            return None
        return message("this is a pipe or a device") if path.exists() else "no such file"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return f"cannot be read: {reason.lower()}"


def _moment_of_history(scenario: Scenario, problems: Problems) -> None:
    """Add a history moment that leaves nothing to simulate."""
    as_of = None if scenario.history is None else scenario.history.as_of
    first = datetime.combine(scenario.start, time())
    last = first + timedelta(days=scenario.days)
    if as_of is not None and not first <= as_of < last:
        problems.add(
            "history.as_of",
            message("outside the run"),
            found=as_of,
            allowed=message("from {isoformat}, before {isoformat_2}").filled(
                isoformat=first.isoformat(), isoformat_2=last.isoformat()
            ),
            remedy=message("start and days are those of the whole campaign, what is over included"),
        )


# --- registries -----------------------------------------------------------------------------------


def got_at(scenario: Scenario, registry: Registry) -> datetime:
    """Return when the dialer receives a registry; by default the first midnight."""
    return registry.known_from or datetime.combine(scenario.start, time())


def _known(scenario: Scenario, registry: Registry, path: str, problems: Problems) -> None:
    if registry.kind == "refused" and scenario.refuse_call.access != "operator_scrub":
        problems.add(
            f"{path}.kind",
            message("who refuses calls cannot be known: there is no list to download"),
            found=registry.kind,
            allowed=message('refuse_call = { access = "operator_scrub" } beside it'),
            remedy=message(
                "say so if an operator has scrubbed your lists; else take the registry out"
            ),
        )
    first = datetime.combine(scenario.start, time())
    last = first + timedelta(days=scenario.days)
    if registry.known_from is not None and not first < registry.known_from <= last:
        problems.add(
            f"{path}.known_from",
            message("outside the run"),
            found=registry.known_from,
            allowed=message("after {isoformat}, up to {isoformat_2}").filled(
                isoformat=first.isoformat(), isoformat_2=last.isoformat()
            ),
            remedy=message("take it out if the list is there before the start")
            if registry.known_from <= first
            else None,
        )


def _age(
    scenario: Scenario, registry: Registry, path: str, rules: Profile, problems: Problems
) -> None:
    if registry.as_of is None:
        return
    got = got_at(scenario, registry).date()
    most = rules["registry.max_age"]
    days = (got - registry.as_of).days
    if days < 0:
        problems.add(
            f"{path}.as_of",
            message("younger than the moment the dialer gets it"),
            found=registry.as_of,
            allowed=message("{isoformat} or earlier").filled(isoformat=got.isoformat()),
            remedy=message("let the dialer get it later with known_from"),
        )
    elif registry.kind in ("refused", "industry") and days * MS_PER_DAY > most:
        oldest = got - timedelta(days=most // MS_PER_DAY)
        problems.add(
            f"{path}.as_of",
            message(
                "{days} days old when the dialer gets it: more than {format_duration} (wall "
                "registry.max_age)"
            ).filled(days=days, format_duration=format_duration(most)),
            found=registry.as_of,
            allowed=message("{isoformat} or later").filled(isoformat=oldest.isoformat()),
            remedy=message("have the list scrubbed again"),
        )


# --- lists that are drawn -------------------------------------------------------------------------


def _drawn(drawn: Synthetic, path: str, network: Profile, problems: Problems) -> None:
    if drawn.refuses:
        registered = drawn.registered
        whose = message("registered beside it")
        if registered is None:
            registered = network["refuse_call.registered_share"]
            whose = message("network {name}").filled(name=network.name)
        for category, share in drawn.refuses.items():
            if share > registered + NEARLY:
                problems.add(
                    f"{path}.refuses.{category}",
                    message("more refuse this category than are in the registry at all"),
                    found=share,
                    allowed=message("at most {registered:g} ({whose})").filled(
                        registered=registered, whose=whose
                    ),
                )
    if drawn.operators:
        shares = network.below("operators.share")
        open_to = sum(share for name, share in shares.items() if name not in drawn.operators)
        total = sum(drawn.operators.values())
        if open_to <= 0 and total < 1 - NEARLY:
            problems.add(
                f"{path}.operators",
                message(
                    "these shares sum to {total:g}, and the network gives the others none"
                ).filled(total=total),
                found=drawn.operators,
                allowed=message("1 in all"),
            )
    relations = drawn.relations or {drawn.relation: 1.0}
    for relation in (name for name, share in relations.items() if share > 0):
        lost = {
            key: _or_profile(getattr(drawn, key), network, f"people.{relation}.{key}")
            for key in ("empty", "suspended", "dormant")
        }
        given = [key for key in lost if getattr(drawn, key) is not None]
        if given and sum(lost.values()) >= 1 - NEARLY:
            problems.add(
                f"{path}.{given[0]}",
                message("nobody of {relation} can be reached: {shares}").filled(
                    relation=relation,
                    shares=", ".join(f"{key} {share:g}" for key, share in lost.items()),
                ),
                found=lost[given[0]],
                allowed=message("less than 1 in all"),
            )


def _or_profile(given: float | None, network: Profile, key: str) -> float:
    if given is not None:
        return given
    return float(network[key])
