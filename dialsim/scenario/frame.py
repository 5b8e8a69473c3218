"""An Arrow table that converts to other table libraries."""

from __future__ import annotations

from typing import Any

SHOWN_ROWS, SHOWN_COLUMNS = 8, 12


class Frame:
    """Arrow table that converts to polars and pandas, and renders in a notebook.

    Other attributes are those of the :class:`pyarrow.Table`. Libraries that read Arrow's stream
    interface (polars, DuckDB, pandas, pyarrow itself) take it as it is.

    Parameters
    ----------
    table
        A ``pyarrow.Table``. Units stand in the metadata of its fields.
    name
        What its rows are, for display.

    Examples
    --------
    >>> import pyarrow as pa
    >>> frame = Frame(pa.table({"hour": [9, 10], "calls": [5, 7]}), "hours")
    >>> frame
    <Frame hours: 2 rows, hour, calls>
    >>> frame["calls"].to_pylist(), frame.num_rows, len(frame)
    ([5, 7], 2, 2)
    """

    def __init__(self, table: Any, name: str = "rows") -> None:
        self.arrow = table
        self.name = name

    def to_pandas(self, **options: Any) -> Any:
        """Return a pandas DataFrame; `options` are those of ``pyarrow.Table.to_pandas``.

        Raises
        ------
        ModuleNotFoundError
            pandas is not installed.
        """
        return self.arrow.to_pandas(**options)

    def to_polars(self) -> Any:
        """Return a polars DataFrame that shares the table's memory where it can.

        Raises
        ------
        ModuleNotFoundError
            polars is not installed: it comes with the extra ``notebooks``.
        """
        import polars

        return polars.from_arrow(self.arrow)

    def equals(self, other: Any) -> bool:
        """Return whether another table, of this kind or Arrow's, has the same columns and rows."""
        return bool(self.arrow.equals(getattr(other, "arrow", other)))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "arrow":  # also called on half-initialised copies
            raise AttributeError(name)
        return getattr(self.arrow, name)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.arrow.__arrow_c_stream__(requested_schema)

    def __getitem__(self, key: Any) -> Any:
        return self.arrow[key]

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def __eq__(self, other: object) -> bool:
        return self.equals(other) if hasattr(other, "equals") else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as of the table

    def __repr__(self) -> str:
        names = ", ".join(self.arrow.column_names[:SHOWN_COLUMNS])
        more = len(self.arrow.column_names) - SHOWN_COLUMNS
        further = f" and {more} more columns" if more > 0 else ""
        return f"<Frame {self.name}: {len(self):,} rows, {names}{further}>"

    def _repr_html_(self) -> str:
        from html import escape

        names = self.arrow.column_names
        units = {
            field.name: (field.metadata or {}).get(b"unit", b"").decode()
            for field in self.arrow.schema
        }
        head = "".join(
            f"<th>{escape(name)}<br><small>{escape(units[name])}</small></th>" for name in names
        )
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_shown(row[name]))}</td>" for name in names) + "</tr>"
            for row in self.arrow.slice(0, SHOWN_ROWS).to_pylist()
        )
        left = len(self) - SHOWN_ROWS
        note = f"<p><small>and {left:,} more rows</small></p>" if left > 0 else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
