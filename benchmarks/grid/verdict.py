"""What the rows of the grid come to: bounds, Holm's procedure over all comparisons, drops."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from benchmarks.grid.linear import MODE as LINEAR
from benchmarks.grid.playing import OURS

Row = dict[str, Any]
ONE_SIDED = 0.998  # level of a two-sided interval whose lower end is a one-sided 99.9 % bound
FAMILY = 0.001  # chance of any false win at all, over the whole grid
LEAST_WON = 0.8
MOST_DROPPED = 0.03
LEAST_BOUND, LEAST_BOUND_LINEAR = -0.005, -0.01


def p_value(differences: ArrayLike) -> float:
    """Return the p-value of the one-sided t test that the mean is above zero.

    Examples
    --------
    >>> round(p_value([1.0, 2.0, 3.0]), 4)
    0.0371
    >>> p_value([0.0, 0.0])
    1.0
    """
    known = np.asarray(differences, float)
    mean, spread = float(known.mean()), float(known.std(ddof=1))
    if spread == 0:
        return 0.0 if mean > 0 else 1.0
    return float(stdtr(len(known) - 1, -mean / spread * math.sqrt(len(known))))


def holm(p_values: Sequence[float], level: float = FAMILY) -> list[bool]:
    """Return which hypotheses Holm (1979) rejects at a level for the family.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03], 0.05)
    [True, False, False]
    """
    rejected = [False] * len(p_values)
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        if p_values[place] > level / (len(p_values) - rank):
            break
        rejected[place] = True
    return rejected


def least_bound(row: Row) -> float:
    """Return what the bound of a comparison must be above."""
    return LEAST_BOUND_LINEAR if row["rival"] == LINEAR else LEAST_BOUND


def place(row: Row) -> str:
    """Return where a comparison was made, in a few words."""
    return f"{row['agents']}, {row['answer']:.0%}, {row['handling_s']} s against {row['rival']}"


def closing(rows: list[Row]) -> tuple[list[str], bool]:
    """Return the closing lines, and whether ours is what it must be."""
    paced = [row for row in rows if row["kind"] != "blocks"]
    lines: list[str] = []
    passed = True
    if paced:
        lines, passed = _of_pace(paced)
    return [*lines, *_of_blocks([row for row in rows if row["kind"] == "blocks"])], passed


def _of_pace(rows: list[Row]) -> tuple[list[str], bool]:
    won = holm([row["p"] for row in rows])
    short = [row for row in rows if row["bound"] <= least_bound(row)]
    dropped = max(max(row["drops_ours"], row["drops_theirs"]) for row in rows)
    passed = not short and sum(won) >= LEAST_WON * len(rows) and dropped <= MOST_DROPPED
    lines = ["kind      agents  compared  won  too low  worst bound"]
    for (kind, agents), places in _groups(rows):
        mine = [rows[i] for i in places]
        worst = min(mine, key=lambda row: row["bound"])
        lines.append(
            f"{kind:9} {agents:6} {len(mine):9} {sum(won[i] for i in places):4} "
            f"{sum(row in short for row in mine):8}  {worst['bound']:+.4f} {place(worst)}"
        )
    by_rival = sorted({row["rival"] for row in rows})
    for rival in by_rival:
        mine = [i for i, row in enumerate(rows) if row["rival"] == rival]
        low = min((rows[i] for i in mine), key=lambda row: row["gap"])
        lines.append(
            f"{rival}: {sum(won[i] for i in mine)} of {len(mine)} won, "
            f"worst mean {low['gap']:+.4f} ({place(low)}, {low['kind']})"
        )
    lines += [f"too low: {row['bound']:+.4f} {place(row)}, {row['kind']}" for row in short]
    lines.append(
        f"{sum(won)} of {len(rows)} won (Holm at {FAMILY}; {LEAST_WON:.0%} wanted), "
        f"{len(short)} not within {-LEAST_BOUND:.1%} ({LINEAR}: {-LEAST_BOUND_LINEAR:.1%}), "
        f"drops of a day at most {dropped:.2%}"
    )
    return lines, passed


def _groups(rows: list[Row]) -> Iterator[tuple[tuple[str, int], list[int]]]:
    keys = [(row["kind"], row["agents"]) for row in rows]
    for key in sorted(set(keys), key=lambda one: (one[0] != "even", *one)):
        yield key, [i for i, one in enumerate(keys) if one == key]


def _of_blocks(rows: list[Row]) -> Iterable[str]:
    """Return, by shape and by whom ours is set beside, who had more conversations."""
    keys = [(row["shape"], _beside_whom(row)) for row in rows]
    for key in sorted(set(keys)):
        mine = [row for row, one in zip(rows, keys, strict=True) if one == key]
        ratio = [row["ours"]["conversations"] / row["theirs"]["conversations"] for row in mine]
        yield (
            f"blocks, {key[0]}, beside {key[1]}: more conversations in "
            f"{sum(row['low'] > 0 for row in mine)} of {len(mine)}, fewer in "
            f"{sum(row['high'] < 0 for row in mine)}; "
            f"{min(ratio):.2f} to {max(ratio):.2f} of theirs"
        )
        yield "  numbers a campaign, ours and theirs: " + ", ".join(
            f"{told} {_mean(mine, 'ours', what):.1f} and {_mean(mine, 'theirs', what):.1f}"
            for told, what in (
                ("suspended or closed", "lost"),
                ("throttled or intercepted", "held"),
                ("given up by the dialer", "given_up"),
            )
        )


def _beside_whom(row: Row) -> str:
    if row["rival"] == OURS["mode"]:
        return "itself without suspicion"
    return "rivals whose dialer gives numbers up" if row["suspects"] else "rivals without suspicion"


def _mean(rows: list[Row], whose: str, what: str) -> float:
    return float(np.mean([row[whose][what] for row in rows]))
