"""Change one value of a scenario that is still a plain dict."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dialsim.errors import Problem, ScenarioError, did_you_mean, shown
from dialsim.messages.text import message, plural
from dialsim.scenario.checks.nesting_depth import check_depth, check_keys
from dialsim.scenario.schema_lookup import description, is_list, required_keys
from dialsim.scenario.values import path_text

BY_NAME = ("network", "operators")
"""Where a table stands by its operator that a name alone may stand for: that of its `profile`."""

SHOWN = 60
"""Characters of a path shown in the message on nesting depth."""


def with_value(raw: Mapping[str, Any], dotted: str, value: object) -> tuple[dict[str, Any], str]:
    """Return a copy of `raw` with the value at `dotted` replaced or added, and its path.

    Items of a list are named by their ``name`` or their index. Keys that hold dots themselves
    (those of ``overrides``) are the rest of the path.

    >>> with_value({"agents": [{"name": "day", "count": 1}]}, "agents.day.count", 2)
    ({'agents': [{'name': 'day', 'count': 2}]}, 'agents[0].count')
    """
    if not isinstance(dotted, str):
        allowed = message('a path, such as "agents.day.count"')
        raise ScenarioError.at("", message("keys are text"), found=shown(dotted), allowed=allowed)
    check_depth(value, dotted[:SHOWN])
    changed = _unshared_copy(raw)
    parts = dotted.replace("[", ".").replace("]", "").split(".")
    check_keys(parts)
    node: Any = changed
    path: list[str | int] = []
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        so_far = ".".join(parts[: at + 1])
        if isinstance(node, list):
            index = _index(node, part, so_far, path)
            path.append(index)
            if last:
                node[index] = value
            node = node[index]
        elif isinstance(node, dict):
            if part == "overrides" and not last:
                key = ".".join(parts[at + 1 :])
                table = node.setdefault(part, {})
                if not isinstance(table, dict):
                    raise ScenarioError.at(so_far, message("not a table"), found=shown(table))
                table[key] = value
                return changed, path_text([*path, part, key])
            path.append(part)
            if last:
                node[part] = value
            else:
                if tuple(path[:-1]) == BY_NAME and isinstance(node.get(part), str):
                    node[part] = {"profile": node[part]}
                if part not in node and _is_place(parts[at + 1]):
                    _check_list(path, so_far)
                node = node.setdefault(part, {})
        else:
            raise ScenarioError.at(
                so_far, message("the path goes on below a plain value"), found=shown(node)
            )
    return changed, path_text(path)


def _unshared_copy(value: Any) -> Any:
    """Return a deep copy without shared objects, which Python input may have."""
    if isinstance(value, Mapping):
        return {key: _unshared_copy(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_unshared_copy(each) for each in value]
    return copy.deepcopy(value)


def value_at(raw: Any, dotted: str) -> Any:
    """Return the value at `dotted`, whose list items must exist; None: absent.

    >>> value_at({"agents": [{"name": "day", "count": 1}]}, "agents.day.count")
    1
    >>> value_at({"rules": {"overrides": {"a.b": [2]}}}, "rules.overrides.a.b")
    [2]
    """
    node = raw
    above, overridden, name = dotted.partition(".overrides.")
    keys = above.replace("[", ".").replace("]", "").split(".")
    for part in [*keys, "overrides", name] if overridden else keys:
        if isinstance(node, list):
            names = [each.get("name") if isinstance(each, dict) else each for each in node]
            node = node[names.index(part) if part in names else int(part)]
        elif isinstance(node, dict):
            node = node.get(part)
        else:  # a name in place of a table is its profile's name
            node = node if part == "profile" and above.startswith(".".join(BY_NAME)) else None
        if node is None:
            return None
    return node


def explain_absent_table(problem: Problem, raw: Mapping[str, Any], dotted: str) -> Problem:
    """Return a key's problem; if its table is missing, with how to write the table.

    Setting a value in it creates the table, whose other required keys are then missing.
    """
    path: list[str | int] = []
    node: Any = raw
    parts = dotted.replace("[", ".").replace("]", "").split(".")
    for at, part in enumerate(parts[:-1]):
        if isinstance(node, list):
            index = _index(node, part, dotted, path)
            path.append(index)
            node = node[index]
            continue
        path.append(part)
        if not isinstance(node, Mapping) or part == "overrides":
            return problem
        if part not in node:
            table, written = path_text(path), ".".join(parts[: at + 1])
            break
        node = node[part]
    else:
        return problem
    lacking = problem.message.startswith("this key is required") and problem.remedy is None
    if not lacking or not problem.path.startswith(f"{table}."):
        return problem
    needed = ", ".join(f"{key} = ..." for key in required_keys(tuple(path)))
    how = _written(written, f"{{ {needed} }}")
    remedy = message(
        "the scenario has no table {written}: write it in the file first, {how}"
    ).filled(written=written, how=how)
    return replace(problem, remedy=remedy)


def without_lines(lines: Mapping[str, int], path: str) -> dict[str, int]:
    """Return the line map with a changed value and all values below it at line 0.

    >>> without_lines({"a": 1, "a.b": 2, "a.b.c": 3}, "a.b")
    {'a': 1, 'a.b': 0}
    """
    below = (f"{path}.", f"{path}[")
    kept = {key: line for key, line in lines.items() if not key.startswith(below)}
    return {**kept, path: 0}


def _written(path: str, value: str) -> str:
    """Return how a value is written: its key, and in which table that stands."""
    table, _, key = path.rpartition(".")
    return f"{key} = {value}" + (f" in {table}" if table else "")


def _is_place(part: str) -> bool:
    return part.isascii() and part.isdigit() and len(part) < 10


def _check_list(at: Sequence[str | int], path: str) -> None:
    """Raise ScenarioError if a list stands where a scenario has none."""
    if is_list(tuple(at)):
        raise _list_error(path, at)


def _list_error(path: str, at: Sequence[str | int]) -> ScenarioError:
    """Return the error that a list stands where a scenario has a table."""
    what = description(tuple(at))
    keys = ", ".join(f"{key} = ..." for key in required_keys(tuple(at)))
    item = f"{{ {keys} }}" if keys else "..."
    return ScenarioError.at(
        path,
        message("the scenario writes no item of this list ({what})").filled(what=what)
        if what
        else message("the scenario writes no item of this list"),
        allowed=message("an item that is written; they are counted from 0"),
        remedy=message("write it in the file first, {path}").filled(
            path=_written(path, f"[{item}]")
        ),
    )


def _index(items: list[Any], part: str, path: str, at: Sequence[str | int]) -> int:
    names = [item.get("name") if isinstance(item, dict) else item for item in items]
    if part in names:
        return names.index(part)
    if _is_place(part) and int(part) < len(items):
        return int(part)
    known = [str(name) for name in names if name is not None]
    if not items:
        raise _list_error(path.rpartition(".")[0], at)
    if not known and _is_place(part):
        count = plural("{count} item", "{count:,} items").of(len(items))
        last = len(items) - 1
        allowed = message("0 to {last}").filled(last=last) if last else "0"
        sentence = message("the list has {count}, counted from 0").filled(count=count)
        raise ScenarioError.at(path, sentence, found=part, allowed=allowed)
    raise ScenarioError.at(
        path,
        message('no item is called "{part}"').filled(part=part),
        allowed=", ".join(known) or message("an index below {count}").filled(count=len(items)),
        remedy=did_you_mean(part, known),
    )
