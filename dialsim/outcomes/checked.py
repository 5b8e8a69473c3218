"""Checksums of a run's tables: stored in its summary, checked for each file that is read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from dialsim.outcomes.call_files import TableFile
from dialsim.storage.checksums import BLOCK_BYTES, ContentChanged, FileSums
from dialsim.storage.json_text import parsed

SUMMARY = "summary.json"
CHECKSUMS = "checksums"
"""Key of the summary. Summaries of earlier versions have none, nor has a run broken off hard."""


def checksums_dict(files: Mapping[str, FileSums]) -> dict[str, Any]:
    """Return checksums by path in the run folder, as stored in the summary."""
    return {
        "block_bytes": BLOCK_BYTES,
        "files": {name: sums.to_dict() for name, sums in files.items()},
    }


def with_checksums(
    summary: Mapping[str, Any], folder: Path, files: Mapping[Path, FileSums]
) -> dict[str, Any]:
    """Return a summary with the checksums of rewritten files replaced.

    Of a run that has none it is returned as it is: its other files could not be checked.
    """
    kept = summary.get(CHECKSUMS)
    if not isinstance(kept, Mapping):
        return dict(summary)
    anew = {_name(folder, path): sums.to_dict() for path, sums in files.items()}
    return {**summary, CHECKSUMS: {**kept, "files": {**kept["files"], **anew}}}


def sums_of(summary: Mapping[str, Any], folder: Path, path: Path) -> FileSums | None:
    """Return the checksums of a file of a run; None if the run has none.

    Raises
    ------
    ContentChanged
        The run has checksums, and none of this file: it is not one that was written.
    """
    kept = summary.get(CHECKSUMS)
    if kept is None:
        return None
    try:
        return FileSums.from_dict(kept["files"][_name(folder, path)], int(kept["block_bytes"]))
    except (KeyError, TypeError, ValueError):
        raise ContentChanged(path) from None


def open_table(summary: Mapping[str, Any], folder: Path, path: Path) -> TableFile:
    """Open a file of a run's tables, checked by the run's summary.

    Raises
    ------
    OSError, pyarrow.ArrowException
        As of :class:`TableFile`.
    """
    return TableFile(path, sums_of(summary, folder, path))


def open_beside(path: Path) -> TableFile:
    """Open a file of a run's tables, checked by its folder's summary if there is one."""
    folder = path.parent.parent if path.parent.name == "calls" else path.parent
    return open_table(_summary_in(folder), folder, path)


def _summary_in(folder: Path) -> Mapping[str, Any]:
    """Return the checksums in a folder's summary; empty if it cannot be read."""
    try:
        state = (folder / SUMMARY).stat()
    except OSError:
        return {}
    return _checksums_in(folder, state.st_ino, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _checksums_in(folder: Path, *state: int) -> Mapping[str, Any]:
    del state  # another summary is another entry
    try:
        summary = parsed((folder / SUMMARY).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    kept = summary.get(CHECKSUMS) if isinstance(summary, dict) else None
    return {} if kept is None else {CHECKSUMS: kept}


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()
