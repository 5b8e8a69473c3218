"""How long the columns of a Parquet file are, asked of its footer in a process of its own.

Arrow checks what a footer says of a column only when asked for that column, and ends the whole
process if it is wrong: the exception passes through code that cannot hand it on to Python. So
another process asks.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from dialsim.people.reading.source_text import UnreadableError

_ASK = """
import json, sys
from pyarrow import parquet
footer = parquet.read_metadata(sys.argv[1])
found = []
for number in json.loads(sys.argv[2]):
    group = footer.row_group(number)
    for place in range(group.num_columns):
        column = group.column(place)
        try:
            name = column.path_in_schema
        except UnicodeDecodeError:
            continue
        found.append([name, column.total_uncompressed_size, max(column.num_values, 1)])
print(json.dumps(found))
"""


def column_sizes(path: Path, groups: Sequence[int]) -> list[tuple[str, int, int]]:
    """Return name, bytes and values of each column of some row groups. Takes half a second.

    Raises
    ------
    UnreadableError
        What the footer says of a column cannot be.
    """
    command = [sys.executable, "-I", "-c", _ASK, str(path.absolute()), json.dumps(list(groups))]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    if asked.returncode:
        raise UnreadableError("the footer is damaged")
    return [(str(name), int(size), int(rows)) for name, size, rows in json.loads(asked.stdout)]
