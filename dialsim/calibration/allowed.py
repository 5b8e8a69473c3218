"""Tolerances of a fit for what a log does not record: ``profiles/calibration.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import tomli

Ends = tuple[float, float]


@dataclass(frozen=True)
class Allowed:
    """Ranges over which an interval must hold; the file has their sources.

    Attributes
    ----------
    refusers
        Share of the people called who are registered to refuse.
    reach
        Share of attempts to numbers in service whose phone is on and free.
    icc
        Intraclass correlation, where rates alone are asked for.
    delay
        Delay before ringing, in times the profile's.
    rounding
        How a log rounds durations, from down to up: offsets of `durations.counted`.
    """

    refusers: Ends
    reach: Ends
    icc: Ends
    delay: Ends
    rounding: Ends

    def texts(self) -> dict[str, str]:
        """Return the ends as a page writes them.

        >>> allowed().texts()
        {'refusers': '30 %', 'lost_least': '5 %', 'lost_most': '20 %', 'delay': '2'}
        """
        return {
            "refusers": f"{self.refusers[1]:.0%}".replace("%", " %"),
            "lost_least": f"{1 - self.reach[1]:.0%}".replace("%", " %"),
            "lost_most": f"{1 - self.reach[0]:.0%}".replace("%", " %"),
            "delay": f"{self.delay[1]:g}",
        }


@cache
def allowed() -> Allowed:
    """Return the file, read once."""
    text = files("dialsim").joinpath("profiles/calibration.toml").read_text(encoding="utf-8")
    raw = tomli.loads(text)["allowed"]
    ends = {name: tuple(map(float, entry["value"])) for name, entry in raw.items()}
    return Allowed(**{name: (low, high) for name, (low, high) in ends.items()})
