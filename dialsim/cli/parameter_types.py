"""Option types shared by commands: paths, days, seeds."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialsim.storage.paths import no_path

if TYPE_CHECKING:
    _OfDays = click.ParamType[date]
else:  # before click 8.4 the class is not generic
    _OfDays = click.ParamType


class GivenPath(click.Path):
    """A path that is not empty, since `pathlib` takes an empty text for the current folder.

    An empty path usually comes from an unset shell variable.
    """

    def __init__(self, *, allow_dash: bool = False) -> None:
        super().__init__(path_type=Path, allow_dash=allow_dash)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path.

        Raises
        ------
        click.BadParameter
            It is empty, or an impossible name.
        """
        if value == "":
            self.fail("the path is empty; . is the folder you are in", param, ctx)
        why = no_path(value)
        if why is not None:
            self.fail(why, param, ctx)
        return super().convert(value, param, ctx)


class Day(_OfDays):
    """A day of the calendar, as scenarios write it."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day.

        Raises
        ------
        click.BadParameter
            It is no day.
        """
        from dialsim.scenario.profiles.validity import FORM, day_of

        try:
            return day_of(value)
        except ValueError:
            self.fail(f"{value!r} is no day; give {FORM}", param, ctx)


DAY = Day()
PATH = GivenPath()
PATH_OR_DASH = GivenPath(allow_dash=True)
SEED = click.IntRange(0, 2**63 - 1)
"""A seed, within the bounds of a scenario's `seed`."""
