"""An in-memory list of people, written as a file that a scenario can name."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialsim.errors import ScenarioError
from dialsim.messages.text import message

if TYPE_CHECKING:
    import pyarrow as pa


def write_list(table: Any, path: str | Path) -> Path:
    """Write a list of people as Parquet and return its path, for ``people.file`` of a scenario.

    Parameters
    ----------
    table
        An Arrow table, a DataFrame of pandas or polars, or anything else that hands over Arrow's
        stream (``__arrow_c_stream__``). Columns are found as in any file: see ``people.columns``.
    path
        The file; or a folder, in which the file is named after its content:
        ``list-<digest>.parquet``, so that equal tables share a file.

    Raises
    ------
    ScenarioError
        The argument is no table or has no column, or `path` holds another list.
    CapacityError
        The file cannot be written.

    Notes
    -----
    A run folder names its input files so that the run can be repeated, which a list only in memory
    would prevent. Lists hold phone numbers: the file is readable by its owner only. It is written
    to a temporary file, then renamed.

    Examples
    --------
    ::

        file = dialsim.write_list(frame, "lists")
        scenario = dialsim.load_scenario("campaign.toml").with_("people.customers.file", str(file))
    """
    from pyarrow import parquet

    from dialsim.outcomes.writer import disk
    from dialsim.storage.workplaces import Workplace

    arrow = _arrow(table)
    place = Path(path)
    whole = place.suffix == ".parquet"
    folder = place.parent if whole else place
    with disk(folder, message("the path given to write_list")):
        folder.mkdir(parents=True, exist_ok=True)
        with Workplace(folder, "list") as workplace:
            temporary = workplace.path
            temporary.touch(0o600)
            parquet.write_table(arrow, temporary, compression="zstd")
            digest = hashlib.blake2b(temporary.read_bytes(), digest_size=8).hexdigest()
            file = place if whole else folder / f"list-{digest}.parquet"
            if whole and file.exists() and file.read_bytes() != temporary.read_bytes():
                sentence = message("another file stands there and is not replaced")
                raise ScenarioError.at(
                    "", sentence, file=str(file), remedy=message("name another, or a folder")
                )
            temporary.replace(file)
    return file


def _arrow(table: Any) -> pa.Table:
    import pyarrow as pa

    found: pa.Table
    if isinstance(table, pa.Table):
        found = table
    elif hasattr(table, "__arrow_c_stream__"):
        found = pa.table(table)
    elif type(table).__module__.startswith("pandas."):
        found = pa.Table.from_pandas(table, preserve_index=False)
    else:
        raise ScenarioError.at(
            "list",
            message("this is no table"),
            found=f"{type(table).__name__}",
            allowed=message("an Arrow table, or a DataFrame of pandas or polars"),
        )
    if not found.num_columns:
        raise ScenarioError.at("list", message("a table without a column is no list"))
    return found.drop_columns([name for name in found.column_names if name.startswith("__index")])
