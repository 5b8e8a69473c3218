"""What units of values and metrics are called on a page; profiles, JSON and tables have English."""

from __future__ import annotations

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table

UNITS: Texts = text_table(
    {
        "announcement meaning": message("announcement meaning", "unit of a value"),
        "announcement shares": message("announcement shares", "unit of a value"),
        "appeals": message("appeals", "unit of a value"),
        "assumptions": message("assumptions", "unit of a value"),
        "attempts": message("attempts", "unit of a value"),
        "blocks a year": message("blocks a year", "unit of a value"),
        "calls": message("calls", "unit of a value"),
        "candidates": message("candidates", "unit of a value"),
        "complaints": message("complaints", "unit of a value"),
        "date": message("date", "unit of a value"),
        "duration": message("duration", "unit of a value"),
        "formula": message("formula", "unit of a value"),
        "index": message("index", "unit of a value"),
        "length": message("length", "unit of a value"),
        "levels": message("levels", "unit of a value"),
        "limits": message("limits", "unit of a value"),
        "marks": message("marks", "unit of a value"),
        "mixture": message("mixture", "unit of a value"),
        "people": message("people", "unit of a value"),
        "per million delivered": message("per million delivered", "unit of a value"),
        "purposes": message("purposes", "unit of a value"),
        "resamples": message("resamples", "unit of a value"),
        "rounds": message("rounds", "unit of a value"),
        "runs": message("runs", "unit of a value"),
        "samples": message("samples", "unit of a value"),
        "searches": message("searches", "unit of a value"),
        "shape": message("shape", "unit of a value"),
        "share": message("share", "unit of a value"),
        "sigma": message("sigma", "unit of a value"),
        "sip codes": message("sip codes", "unit of a value"),
        "sip meaning": message("sip meaning", "unit of a value"),
        "sip shares": message("sip shares", "unit of a value"),
        "steps": message("steps", "unit of a value"),
        "time zone": message("time zone", "unit of a value"),
        "times": message("times", "unit of a value"),
        "times 12321": message("times 12321", "unit of a value"),
        "times a year": message("times a year", "unit of a value"),
        "trajectories": message("trajectories", "unit of a value"),
        "values": message("values", "unit of a value"),
        "windows": message("windows", "unit of a value"),
        "working days": message("working days", "unit of a value"),
        "years": message("years", "unit of a value"),
        "yes or no": message("yes or no", "unit of a value"),
        "1/million calls": message("1/million calls", "unit of a value"),
        "actions": message("actions", "unit of a value"),
        "calls/h": message("calls/h", "unit of a value"),
        "leads": message("leads", "unit of a value"),
        "numbers": message("numbers", "unit of a value"),
        "reviews": message("reviews", "unit of a value"),
        "s": message("s", "unit of a value"),
    }
)
"""Units of rule packs, network profiles and metrics."""


def unit_name(unit: str, language: Language) -> str:
    """Return the name of a unit; one of a file of the user's as it is there.

    >>> unit_name("marks", "en"), unit_name("marks", "zh"), unit_name("parsecs", "zh")
    ('marks', '次标记', 'parsecs')
    """
    name: str = UNITS[language].get(unit, unit)
    return name
