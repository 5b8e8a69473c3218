"""Read column sizes from a Parquet footer in a separate process.

Arrow checks a column's footer entry only on access, and a wrong one ends the whole process: the
exception passes through code that cannot propagate it to Python. So a separate process reads it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from dialsim.messages.text import message
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
        The footer's entry for a column is impossible.
    """
    command = [sys.executable, "-I", "-c", _ASK, str(path.absolute()), json.dumps(list(groups))]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    if asked.returncode:
        raise UnreadableError(message("the footer is damaged"))
    return [(str(name), int(size), int(rows)) for name, size, rows in json.loads(asked.stdout)]
