"""The section on when the campaign is finished, in the management report."""

from __future__ import annotations

from collections.abc import Mapping

from dialsim.messages import dates
from dialsim.pages.dossiers.completion import Finish, is_counted_up
from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.summary_rows import goal_row
from dialsim.pages.model.parts import Part, Range, Ranges, Section, quiet, section
from dialsim.pages.model.style import BAD, GOOD, PLAIN, STRONG
from dialsim.pages.model.tables import Cell, Column, Row, Table, figures, row, words
from dialsim.results import formatting
from dialsim.results.summary_types.results import Goal
from dialsim.statistics.intervals import Interval

_STYLES = {True: GOOD, False: BAD, None: PLAIN}
"""By whether a goal was met; None: not decided."""


def finish_section(asked: Request, known: Mapping[int, Finish]) -> Section:
    """Return when each goal is reached, and with what chance.

    Parameters
    ----------
    known
        By the goal's index when it is reached, for goals on cumulative counts.
    """
    texts, goals = asked.texts, asked.log.summary["goals"]
    parts: list[Part] = []
    if goals:
        rows = tuple(_goal(asked, goal, known.get(place)) for place, goal in enumerate(goals))
        parts.append(Table(_columns(asked), rows))
    if known:
        parts.append(_ranges(asked, known))
    parts += [quiet(text) for text in _notes(asked)]
    return section(texts["finish"], parts, key="finish")


def _columns(asked: Request) -> tuple[Column, ...]:
    texts = asked.texts
    columns = (
        *words("", texts["goal"], texts["target"], texts["by"]),
        *figures(texts["here"]),
        *words(texts["reached_here"]),
    )
    if asked.replayed is None:
        return columns
    quantiles = words(texts["early"], texts["middle"], texts["late"])
    return (*columns, *quantiles, *figures(texts["chance"]))


def _goal(asked: Request, goal: Goal, finish: Finish | None) -> Row:
    """Return a goal as a row: its value, when it is reached, the chance that it is met."""
    shown = goal_row(goal, asked.language, asked.weak)
    here = asked.texts["no_moment"] if finish is None else moment_text(asked, finish.here)
    cells: list[Cell | str] = [
        Cell(shown["mark"], _STYLES[goal["met"]]),
        shown["name"],
        shown["target"],
        shown["by"],
        Cell(shown["value"], STRONG, goal["value"], below=shown["before"]),
        here,
    ]
    if asked.replayed is not None:
        chance = asked.replayed.chance(int(goal["index"]))
        quantiles = () if finish is None else finish.quantiles
        cells += [moment_text(asked, tick) for tick in quantiles] or [""] * 3
        percent = formatting.percent(chance.value)
        cells.append(Cell(percent, value=chance.value, below=range_text(asked, chance)))
    return row(*cells)


def moment_text(asked: Request, tick: int | None) -> str:
    """Return the time of a tick; for None that it is not within the days."""
    if tick is None:
        return asked.texts["not_reached"]
    return dates.moment(asked.log.moment(tick), weekday=True, language=asked.language)


def range_text(asked: Request, chance: Interval) -> str:
    """Return the ends of the interval of a chance."""
    low, high = formatting.percent(chance.low), formatting.percent(chance.high)
    return asked.texts["range_of"].format(low=low, high=high)


def chance_text(asked: Request, chance: Interval) -> str:
    """Return a chance with its interval."""
    share = formatting.percent(chance.value)
    return asked.texts["between"].format(share=share, range=range_text(asked, chance))


def _notes(asked: Request) -> list[str]:
    """Return what chances and times are based on, or why there are none."""
    texts, replayed, found = asked.texts, asked.replayed, []
    goals = asked.log.scenario.goals
    if not goals:
        found.append(texts["no_goals"])
    elif not any(is_counted_up(goal) for goal in goals):
        found.append(texts["no_counted"])
    if replayed is None:
        if asked.not_replayed:
            found.append(texts["not_replayed"].format(why=asked.not_replayed))
        else:
            found.append(texts["one_run"].format(command=asked.command))
        return found
    people = asked.log.scenario.replications.people
    found += [texts["replays"].format(n=len(replayed)), texts[f"replays_{people}"]]
    if len(replayed) < replayed.wanted:
        found.append(texts["replays_stopped"].format(n=len(replayed), wanted=replayed.wanted))
    if not asked.log.summary["complete"]:
        found.append(texts["broken_off_replays"])
    return found


# --- the ranges -----------------------------------------------------------------------------------


def _ranges(asked: Request, known: Mapping[int, Finish]) -> Ranges:
    """Return when goals are reached on the axis of days."""
    rows = tuple(_range(asked, each) for each in known.values())
    caption = "axis_one" if all(each.low is None for each in rows) else "axis"
    return Ranges(rows, _days(asked), asked.texts[caption])


def _range(asked: Request, finish: Finish) -> Range:
    shown = goal_row(asked.log.summary["goals"][finish.goal], asked.language, asked.weak)
    low, middle, high = finish.quantiles or (None, None, None)
    return Range(
        f"{shown['name']}, {shown['target']}",
        _place(asked, low),
        _place(asked, middle),
        _place(asked, high),
        _place(asked, finish.here),
        _place(asked, finish.due),
    )


def _place(asked: Request, tick: int | None) -> float | None:
    return None if tick is None else round(min(1.0, tick / asked.log.horizon_tick), 5)


def _days(asked: Request) -> tuple[tuple[float, str], ...]:
    """Return the days of the axis, at most ten of them named."""
    days = asked.log.scenario.days
    step = max(1, -(-days // 10))
    found = []
    for day in range(0, days, step):
        tick = asked.log.day_start(day * 86_400_000 + 43_200_000)
        text = dates.day(asked.log.moment(tick), language=asked.language)
        found.append((_place(asked, tick) or 0.0, text))
    return tuple(found)
