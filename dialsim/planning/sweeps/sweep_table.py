"""The tidy table of a sweep, and its inverse."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.scenario.values import plain

if TYPE_CHECKING:
    from dialsim.planning.sweeps.sweep_result import SweepHead

Floats = NDArray[np.float64]


def tidy(
    head: SweepHead,
    points: Sequence[Mapping[str, Any]],
    values: Mapping[str, Floats],
    done: NDArray[np.bool_],
) -> Any:
    """Return one row per point, metric and finished replication.

    Its order and its bytes depend on the figures alone. The column of a key has the type of its
    values: integers, floats, booleans, else text as in a file.
    """
    import pyarrow as pa

    names = list(values)
    rows, numbers = np.nonzero(done)
    counts = done.sum(axis=1)
    point = np.repeat(np.arange(len(points), dtype=np.int64), counts * len(names))
    stacked, metric, replication = [], [], []
    ends = np.cumsum(counts)
    for row, end in enumerate(ends.tolist()):
        mine = numbers[end - counts[row] : end]
        for i, name in enumerate(names):
            stacked.append(values[name][row, mine])
            metric.append(np.full(len(mine), i, np.int32))
            replication.append(mine)
    del rows
    nothing: list[Floats] = [np.zeros(0)]
    keys = {key: _column([each[key] for each in points], point) for key in head.axes}
    columns: dict[str, tuple[Any, dict[str, str]]] = {
        "point": (pa.array(point), {"unit": "no unit"}),
        **{key: (column, {"key": key}) for key, column in keys.items()},
        "replication": (
            pa.array(np.concatenate([*replication, np.zeros(0, np.int64)]).astype(np.int64)),
            {"unit": "no unit"},
        ),
        "metric": (
            pa.DictionaryArray.from_arrays(
                pa.array(np.concatenate([*metric, np.zeros(0, np.int32)]).astype(np.int32)),
                pa.array(names, pa.string()),
            ),
            {},
        ),
        "value": (
            pa.array(np.concatenate([*stacked, *nothing]), from_pandas=True),
            {"unit": "by metric", "units": json.dumps({m: head.units[m] for m in names})},
        ),
    }
    fields = [
        pa.field(name, column.type, metadata=metadata or None)
        for name, (column, metadata) in columns.items()
    ]
    return pa.Table.from_arrays([c for c, _ in columns.values()], schema=pa.schema(fields))


def untidy(
    table: Any, points: int, replications: int
) -> tuple[dict[str, Floats], NDArray[np.bool_]]:
    """Return the figures by metric, and what was finished, from a tidy table."""
    point = table["point"].to_numpy()
    number = table["replication"].to_numpy()
    metric = table["metric"].combine_chunks()
    names = metric.dictionary.to_pylist()
    which = metric.indices.to_numpy()
    figures = table["value"].to_numpy()
    done = np.zeros((points, replications), bool)
    done[point, number] = True
    values: dict[str, Floats] = {}
    for i, name in enumerate(names):
        mine = which == i
        values[name] = np.full((points, replications), np.nan)
        values[name][point[mine], number[mine]] = figures[mine]
    return values, done


def _column(values: Sequence[Any], point: NDArray[np.int64]) -> Any:
    """Return a key's value in every row."""
    import pyarrow as pa

    kinds = {type(value) for value in values}
    whole = kinds == {int} and all(-(2**63) <= value < 2**63 for value in values)
    if whole:
        array = pa.array(values, pa.int64())
    elif kinds <= {int, float}:
        array = pa.array([float(value) for value in values], pa.float64())
    elif kinds == {bool}:
        array = pa.array(values, pa.bool_())
    else:
        array = pa.array(
            [v if isinstance(v, str) else json.dumps(plain(v), ensure_ascii=False) for v in values],
            pa.string(),
        )
    return array.take(pa.array(point))
