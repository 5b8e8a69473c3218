"""Load a scenario: parse, validate, check, and report all problems in one error.

A user who fixes a file wants all problems at once. So a file that fails validation is repaired in
memory, as its author most likely meant it, and its meaning is checked too.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import tomli
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dialsim.errors import (
    InternalError,
    Problems,
    ScenarioError,
    did_you_mean,
    did_you_mean_file,
    shown,
)
from dialsim.messages.text import message
from dialsim.scenario.checks.check import check_meaning
from dialsim.scenario.checks.names import check_names, check_profile_names, resolved_profiles
from dialsim.scenario.checks.nesting_depth import ALLOWED, check_depth
from dialsim.scenario.edit import with_value, without_lines
from dialsim.scenario.lines import line_map
from dialsim.scenario.models.fields import FORM_OF_PATTERN
from dialsim.scenario.models.schema import Origin, Scenario
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.profiles.profile_file import merge_profile_files
from dialsim.scenario.schema_lookup import Loc, choices_of, description, known_keys
from dialsim.scenario.values import format_duration, path_text, with_headers
from dialsim.storage.small_files import read_small_text

_DAYS = ("start", "days", "time_zone")
DEPENDS_ON_DAYS = re.compile(
    r"goals\[\d+\]\.by|campaigns\[\d+\]\.(agents|caller_ids|purpose)|enterprise\.call_centre\.expires"
    r"|enterprise\.evidence\.\w+\.date"
    r"|registries\[\d+\]\.(as_of|known_from)"
)
"""Problems that may vanish once the first day, the number of days or the zone is fixed."""

GUESSES = (
    # a fault whose repair is a blind guess, and the problems that the guess may cause
    (
        re.compile(r"(people|trunks|caller_ids|agents)\[\d+\](\.name)?"),
        re.compile(".*there is no "),
    ),
    (
        re.compile(r".*\.(class|category|purpose|use|permits|operator|province|origin)(\[\d+\])?"),
        re.compile(r"campaigns\[\d+\]\.caller_ids\[\d+\]: (CALLER_NOT|PURPOSE_NOT)"),
    ),
    (
        re.compile(r"events\[\d+\].*"),
        re.compile(r"campaigns\[\d+\]\.(purpose|agents|caller_ids): "),
    ),
    (re.compile(r"rules\.callee_limits.*"), re.compile(r"rules\.callee_limits: looser")),
    (re.compile(r"rules\.retry_gap"), re.compile(r"rules\.retry_gap: shorter")),
    (re.compile(r".*\.pacing\.mode"), re.compile(r".*\.pacing\.ratio: ")),
    (re.compile(r".*\.registered"), re.compile(r".*\.filed: ")),
    (
        re.compile(r".*\.synthetic\.(operators|prefixes|regions|relations)\..*"),
        re.compile(r".*\.synthetic\.\w+: (no share|these shares)"),
    ),
    (
        re.compile(r"agents\[\d+\]\.(shifts|breaks)\[\d+\]\..*"),
        re.compile(r"campaigns\[\d+\]\.agents: nobody|agents\[\d+\]\.shifts\[\d+\]: overlaps"),
    ),
    (re.compile(r".*\.countries\[\d+\]"), re.compile(r".*\.countries: ")),
    (re.compile(r"costs\..*"), re.compile(r"costs: no price")),
    (
        re.compile(r"plan\.decisions\[\d+\]\.from"),
        re.compile(r"plan\.decisions\[\d+\]\.values"),
    ),
    (re.compile(r"registries\[\d+\]\.known_from"), re.compile(r"registries\[\d+\]\.as_of: ")),
)

A_LAST_ITEM = re.compile(r"\[\d+\]$")

MOST_FAULTS = 300
"""Most validation errors examined; a file with more is no scenario."""


UNKNOWN_KEY = message("unknown key")
A_KEY = "[key]"
"""How pydantic ends the place of a key of a free table that is not one of those allowed."""

_BOUNDS = {
    "greater_than_equal": ("ge", message("at least {}")),
    "greater_than": ("gt", message("more than {}")),
    "less_than_equal": ("le", message("at most {}")),
    "less_than": ("lt", message("less than {}")),
}
_KINDS = {
    "int": message("a whole number"),
    "float": message("a number"),
    "finite_number": message("a finite number"),
    "string": message("text in quotes"),
    "bool": message("true or false"),
    "tuple": message("a list [ ... ]"),
    "list": message("a list [ ... ]"),
    "dict": message("a table { ... }"),
    "model": message("a table { ... }"),
}


def load_scenario(source: str | Path | Mapping[str, Any]) -> Scenario:
    """Return the scenario of a TOML 1.1 file, or of a dict of the same shape.

    Parameters
    ----------
    source
        Path of the file; or a mapping with the file's keys, durations as text.

    Raises
    ------
    ScenarioError
        With every problem found, each with its file, line, path, the value found and what is
        allowed.

    Notes
    -----
    Reads the file once; the people files it names are looked for but not opened. The result
    depends on the content alone.
    """
    if isinstance(source, Scenario):
        return source
    if isinstance(source, Mapping):
        return scenario_from(source, Origin())
    return scenario_from(*raw_of(Path(source)))


def raw_of(path: Path) -> tuple[dict[str, Any], Origin]:
    """Return a scenario file's plain values, unchecked, and where they stand.

    Raises
    ------
    ScenarioError
        It is not there, or no TOML.
    """
    text = read_text(path)
    try:
        raw = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        reason = with_headers(getattr(error, "msg", str(error)))
        at = message("line {line}, column {column}").filled(line=error.lineno, column=error.colno)
        raise ScenarioError.at(
            path="",
            message=message("not valid TOML at {at}: {value}{value_2}").filled(
                at=at, value=reason[:1].lower(), value_2=reason[1:]
            ),
            file=str(path),
            line=error.lineno,
        ) from None
    except ValueError:  # Python reads no whole number of thousands of digits
        raise ScenarioError.at(
            "", message("a number of thousands of digits"), file=str(path)
        ) from None
    except RecursionError:
        raise ScenarioError.at(
            "", message("nested too deeply"), allowed=ALLOWED, file=str(path)
        ) from None
    check_depth(raw, file=str(path))
    return raw, Origin(file=str(path), lines=line_map(text.replace("\r\n", "\n")))


def read_text(path: Path) -> str:
    """Return the text of a TOML file.

    Raises
    ------
    ScenarioError
        It is not there, no UTF-8, or longer than 4 MiB.
    """

    def refuse(message: str, remedy: str | None = None) -> ScenarioError:
        return ScenarioError.at("", message, remedy=remedy, file=str(path))

    try:
        return read_small_text(path)
    except FileNotFoundError:
        names = sorted(p.name for p in path.parent.glob("*.toml"))
        raise refuse(
            message("no such scenario file"), did_you_mean_file(path.name, names)
        ) from None
    except IsADirectoryError:
        raise refuse(message("this is a folder, not a scenario file")) from None
    except UnicodeDecodeError as error:
        raise refuse(
            message("not UTF-8 text (byte {start})").filled(start=error.start),
            message("save the file as UTF-8"),
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse(
            message("cannot be read: {value}{value_2}").filled(
                value=reason[:1].lower(), value_2=reason[1:]
            )
        ) from None


class _Reader:
    """Checks a changed scenario; every scenario refers to it as its reader."""

    def read(self, raw: Mapping[str, Any], origin: Origin) -> Scenario:
        """Return the checked scenario of a dict; see :func:`scenario_from`."""
        return scenario_from(raw, origin)

    def changed(self, scenario: Scenario, changes: Mapping[str, object]) -> Scenario:
        """Return the checked scenario with values changed; see :meth:`Scenario.with_`."""
        raw, lines = scenario._raw or scenario.to_dict(), scenario._origin.lines
        for dotted, value in changes.items():
            raw, path = with_value(raw, dotted, value)
            lines = without_lines(lines, path)
        return scenario_from(raw, replace(scenario._origin, lines=lines))


_READER = _Reader()


def scenario_from(raw: Mapping[str, Any], origin: Origin) -> Scenario:
    """Return the checked scenario of a dict; `origin` gives file and lines to its problems."""
    origin = replace(origin, reader=_READER)
    check_depth(raw, file=origin.file)
    problems = Problems(file=origin.file, lines=origin.lines)
    folder = Path(origin.file).parent if origin.file is not None else Path()
    content = copy.deepcopy(dict(raw))
    taken = merge_profile_files(content, folder, problems)
    content = taken.content
    if taken.files:
        origin = replace(origin, profiles={**origin.profiles, **taken.files})
    scenario, errors = _validated(content)
    judged, likely = scenario, content
    misspelt = _misspelt(errors)
    placed: set[str] = set()  # one fault, one problem: consequences of a guess are not reported
    for first_round in (True, False, False):  # repairing one fault can reveal another
        for error in errors:
            missing = error["type"] == "missing"
            if not missing or (first_round and error["loc"] not in misspelt):
                found = Problems(origin.file, origin.lines)
                _report(error, likely, found)
                _add_problems(found, problems, placed)
        placed = {problem.path for problem in problems}
        if judged is not None:
            break
        likely = _repaired(likely, errors)
        judged, errors = _validated(likely)
    found = Problems(origin.file, origin.lines)
    if judged is None:
        check_names(likely, found)
        check_profile_names(likely, found)
    else:
        judged._origin = origin
        rules, network = resolved_profiles(judged, found)
        check_names(likely, found)
        if rules is not None and network is not None:
            unsure = any(problem.path in _DAYS for problem in problems)
            _meaning(judged, rules, network, found, unsure)
    _add_problems(found, problems, placed)
    problems.raise_if_any()
    if scenario is None:
        raise InternalError("a scenario was refused without a problem")
    scenario._origin = origin
    scenario._raw = content
    return scenario


def _add_problems(found: Problems, problems: Problems, placed: set[str]) -> None:
    blind = [p.path for p in problems if p.remedy is None and p.path in placed]
    explained = [after for cause, after in GUESSES if any(cause.fullmatch(path) for path in blind)]
    for problem in found:
        text = f"{problem.path}: {problem.message}"
        guessed = {problem.path, A_LAST_ITEM.sub("", problem.path)}  # an item of a guessed list
        if placed.isdisjoint(guessed) and not any(after.match(text) for after in explained):
            problems.take(problem)


def _meaning(
    scenario: Scenario, rules: Profile, network: Profile, problems: Problems, unsure: bool
) -> None:
    """Check the meaning; if the days are guessed, leave out problems that depend on them."""
    found = Problems(problems.file, problems.lines)
    check_meaning(scenario, rules, network, found)
    for problem in found:
        if not (unsure and DEPENDS_ON_DAYS.fullmatch(problem.path)):
            problems.take(problem)


def _validated(raw: Mapping[str, Any]) -> tuple[Scenario | None, list[ErrorDetails]]:
    try:
        return Scenario.model_validate(raw), []
    except ValidationError as error:
        return None, error.errors(include_url=False)[:MOST_FAULTS]


def _misspelt(errors: list[ErrorDetails]) -> set[Loc]:
    """Return the keys that unknown ones most likely mean, so as not to report them as missing."""
    places: set[Loc] = set()
    for error in errors:
        if error["type"] == "extra_forbidden":
            *above, last = error["loc"]
            likely = _nearest(last, known_keys(tuple(above)))
            if likely is not None:
                places.add((*above, likely))
    return places


def _nearest(name: object, known: list[str]) -> str | None:
    near = did_you_mean(name, known)
    return near.split('"')[1] if near else None


def _report(error: ErrorDetails, raw: Mapping[str, Any], problems: Problems) -> None:
    """Add one pydantic error as a problem in terms of the file."""
    loc, kind, found = error["loc"], error["type"], error["input"]
    if kind == "too_short" and found:
        return  # its items are at fault and are reported separately
    context = error.get("ctx", {})
    path = path_text(loc)
    if loc[-1:] == (A_KEY,):
        choices = choices_of(loc[:-2])
        problems.add(
            path_text(loc[:-1]),
            message("not a known name"),
            found=str(loc[-2]),
            allowed=_quoted(choices) or FORM_OF_PATTERN.get(str(context.get("pattern"))),
            remedy=did_you_mean(loc[-2], [str(choice) for choice in choices]),
        )
    elif kind == "extra_forbidden":
        known = sorted(known_keys(loc[:-1]))
        problems.add(
            path,
            UNKNOWN_KEY,
            found=found,
            allowed=known,
            remedy=did_you_mean(loc[-1], known),
        )
    elif kind == "missing":
        choices, what = choices_of(loc), description(loc)
        problems.add(
            path,
            message("this key is required ({what})").filled(what=what)
            if what
            else message("this key is required"),
            allowed=_quoted(choices) if choices else None,
        )
    elif kind == "literal_error":
        choices = choices_of(loc)
        problems.add(
            path,
            message("not a known value"),
            found=found,
            allowed=_quoted(choices),
            remedy=message("take it out: a lawful plan has no `study`")
            if loc == ("study",)
            else did_you_mean(found, [str(c) for c in choices]),
        )
    elif kind in ("dialsim", "not_yet"):
        key = context.get("key")
        inner = (*loc, key) if key else loc
        at = _found_at(raw, inner)
        problems.add(
            path_text(inner),
            context.get("message", error["msg"]),
            found=found if key is None else at,
            allowed=_quoted(choices_of(loc)) if kind == "not_yet" else context.get("allowed"),
            remedy=did_you_mean(found, context.get("choices", ())),
        )
    else:
        written = _found_at(raw, loc)
        if kind in _BOUNDS and isinstance(written, str):  # a duration, found and bound in ms
            bound = _BOUNDS[kind][0]
            found, context = written, {bound: format_duration(context[bound])}
        sentence, allowed = _words(kind, context, error["msg"])
        problems.add(path, sentence, found=found, allowed=allowed)


def _words(kind: str, context: Mapping[str, Any], sentence: str) -> tuple[str, str | None]:
    """Return message and allowed values of an error with pydantic's own text."""
    stem = kind.removesuffix("_type").removesuffix("_parsing").removesuffix("_from_float")
    if kind in _BOUNDS:
        key, form = _BOUNDS[kind]
        return message("out of range"), form.filled(context.get(key))
    if kind == "too_long":
        return message("too many"), message("at most {most}").filled(most=context.get("max_length"))
    if kind == "string_too_long":
        most = context.get("max_length")
        return message("too long"), message("at most {most} characters").filled(most=most)
    if kind == "too_short":
        return message("empty"), message("at least one item")
    if kind == "string_too_short":
        return message("empty"), message("at least one character")
    if kind == "string_pattern_mismatch":
        return message("not of the right form"), FORM_OF_PATTERN.get(str(context.get("pattern")))
    if stem in _KINDS:
        return message("wrong type"), _KINDS[stem]
    return sentence[:1].lower() + sentence[1:], None


def _found_at(raw: object, loc: Loc) -> object:
    for part in loc:
        try:
            raw = raw[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return None
    return raw


def _quoted(choices: list[Any]) -> list[str]:
    return [f'"{choice}"' if isinstance(choice, str) else str(choice) for choice in choices]


# --- what the author most likely meant ------------------------------------------------------------


def _repaired(raw: Mapping[str, Any], errors: list[ErrorDetails]) -> dict[str, Any]:
    """Return the dict with faulty values replaced by a safe guess, or left out."""
    repaired = copy.deepcopy(dict(raw))
    for error in sorted(errors, key=lambda e: e["type"] != "extra_forbidden"):
        *above, last = error["loc"] or ("",)
        parent = _found_at(repaired, tuple(above))
        guess = _guess(error)
        if last == A_KEY:
            *above, key = above
            table = _found_at(repaired, tuple(above))
            if isinstance(table, dict):
                choices = [str(choice) for choice in choices_of(tuple(above))]
                _rename(table, key, _nearest(key, choices))
        elif "repair" in error.get("ctx", {}):
            table = _found_at(repaired, error["loc"])
            _change(table, error["ctx"]["repair"])
        elif isinstance(parent, list) and isinstance(last, int) and last < len(parent):
            parent[last] = guess
        elif not isinstance(parent, dict) or error["type"] in ("missing", "too_short"):
            continue
        elif error["type"] == "extra_forbidden":
            _rename(parent, last, _nearest(last, known_keys(tuple(above))))
        elif guess is None:
            parent.pop(last, None)
        else:
            parent[last] = guess
    return repaired


def _change(table: object, repair: Mapping[str, Any]) -> None:
    if isinstance(table, dict):
        for key, value in repair.items():
            if value is None:
                table.pop(key, None)
            else:
                table[key] = value


def _rename(table: dict[Any, Any], key: object, likely: str | None) -> None:
    value = table.pop(key, None)
    if likely is not None and likely not in table:
        table[likely] = value


def _guess(error: ErrorDetails) -> Any:
    """Return a value of the right kind, the nearest to what was found, or None."""
    context, found = error.get("ctx", {}), error["input"]
    if error["loc"] == ("start",):
        return date(2024, 1, 1)  # any value: problems that depend on it are not reported
    if error["loc"] == ("study",):
        return None
    if error["loc"][-1:] == ("file",):
        return "people.parquet"  # any value: its absence is not reported
    if error["loc"][-1:] == ("days",) and error["type"] == "dialsim":
        return "daily"  # any value: its consequences are not reported
    if "countries" in error["loc"][-2:]:
        return "CN"
    choices = choices_of(error["loc"])
    if error["type"] == "dict_type":
        return None
    if choices:
        likely = _nearest(found, [str(choice) for choice in choices]) or str(choices[0])
        return next(choice for choice in choices if str(choice) == likely)
    for bound in ("ge", "le"):
        if bound in context:
            return context[bound]
    kind = error["type"]
    if kind in ("int_type", "int_from_float"):
        text = shown(found).strip('"')
        return int(text) if text.isdecimal() and len(text) < 10 else 1
    if kind == "string_type":
        return shown(found)
    if kind == "bool_type":
        return found in ("true", "yes", 1)
    return {"float_type": 1.0, "finite_number": 1.0}.get(kind)
