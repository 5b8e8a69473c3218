"""The conclusion of ``check`` in a sentence or two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialsim.results import formatting

Found = Mapping[str, Any]
OUT_OF_REACH = "out of reach"
CLOSE = "too close to tell"


def conclusion(found: Found) -> str:
    """Return the conclusion of an estimate: binding constraints and the outlook of the goals."""
    return " ".join([_outlooks(found), *_held_back(found)])


def _held_back(found: Found) -> list[str]:
    """Return one reason of each kind why the network limits a run."""
    kinds = {each["kind"]: each["sentence"] for each in reversed(found["held_back"])}
    return [f"{text[0].upper()}{text[1:]}." for text in kinds.values()][:2]


def _outlooks(found: Found) -> str:
    late = [goal for goal in found["goals"] if goal["outlook"] == OUT_OF_REACH]
    if late:
        return " ".join(_late(goal) for goal in late[:2])
    bound = f"{_binding(found)}."
    for outlook, text in ((CLOSE, "Too close to tell"), ("likely", "Likely to be met")):
        goals = [_asked(goal) for goal in found["goals"] if goal["outlook"] == outlook]
        if goals:
            return f"{bound} {text}: {', '.join(goals)}."
    return bound


def _asked(goal: Found) -> str:
    """Return a goal with its bound, so that it is not read as an estimate."""
    bound = "at least" if goal["bound"] == "at_least" else "at most"
    return f"{goal['name']} {bound} {formatting.number(goal['target'])}"


def _binding(found: Found) -> str:
    bounds = formatting.names_by_text(
        (each["campaign"], _bound(each)) for each in found["campaigns"]
    )
    if len(found["campaigns"]) == 1:
        ((_, text),) = bounds
        return text[0].upper() + text[1:]
    return "; ".join(
        f"{formatting.join_names(names)}: {text}{' each' if len(names) > 1 else ''}"
        for names, text in bounds
    )


def _bound(campaign: Found) -> str:
    attempts = formatting.about(campaign["expected"]["attempts"])
    return f"{binds(campaign['binding'])} at about {attempts} attempts"


def binds(resource: str) -> str:
    """Return a resource with its verb.

    >>> binds("agents"), binds("filed volume")
    ('agents bind', 'filed volume binds')
    """
    return f"{resource} bind{'' if _plural(resource) else 's'}"


def allows(resource: str) -> str:
    """Return a resource with the verb of its ceiling.

    >>> allows("caller IDs"), allows("filed volume")
    ('caller IDs allow', 'filed volume allows')
    """
    return f"{resource} allow{'' if _plural(resource) else 's'}"


def _plural(resource: str) -> bool:
    return resource.endswith("s") or resource == "people to call"


def _late(goal: Found) -> str:
    head = f"Out of reach: {_asked(goal)}, about {formatting.about(goal['expected'])} expected"
    if not goal["campaigns"]:
        return f"{head}."
    if goal["shared"]:
        scarce = min(goal["shared"], key=lambda each: float(each["attempts"] / each["needs"]))
        return (
            f"{head}: the campaigns share {scarce['resources'][0]}, "
            f"{formatting.about(scarce['attempts'])} attempts in all, and the goal needs "
            f"{formatting.about(scarce['needs'])}."
        )
    parts = []
    for each in goal["campaigns"]:
        if each["attempts"] is None or not each["short"]:
            continue
        scarce = each["short"][0]
        have, need = formatting.about(scarce["attempts"]), formatting.about(each["attempts"])
        text = f"{allows(scarce['resource'])} {have} attempts, the goal needs {need}"
        several = len(goal["campaigns"]) > 1
        parts.append(f"{each['campaign']}: {text}" if several else text)
    return f"{head}: {'; '.join(parts)}." if parts else f"{head}."
