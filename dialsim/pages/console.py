"""Pages on standard output: plain if it is no terminal, ASCII if its encoding requires it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console


def put(lines: Sequence[Text], console: Console) -> None:
    """Print lines: plain if the output is no terminal, ASCII if its encoding requires it."""
    encoding = (getattr(console.file, "encoding", None) or "utf-8").lower().replace("-", "")
    for line in lines:
        if not encoding.startswith("utf") and not encoding.startswith("gb18030"):
            line = _ascii(line, encoding)
        console.print(line, highlight=False, soft_wrap=True, markup=False, emoji=False)


def _ascii(line: Text, encoding: str) -> Text:
    table = str.maketrans(
        {**dict.fromkeys("▏▎▍▌", "-"), **dict.fromkeys("▋▊▉█", "#"), "−": "-", "…": "~", "·": "-"}
        | {"░": "=", "┃": "+", "│": "|", "●": "o"}
        | {"✓": "+", "✗": "x", "×": "x", "–": "-", "└": "`", "→": ">", "±": "+-"}
        | dict(zip("⁴⁵⁶⁷⁸⁹", "456789", strict=True))
        | {"¹": "1", "²": "2", "³": "3"}
    )
    plain = line.plain.translate(table).encode(encoding, "replace").decode(encoding)
    return Text(plain, spans=line.spans)
