"""Run what a page of the handbook marks as tried, and compare or renew what it shows.

``<!-- tried -->`` stands above a block of ``console`` (lines that begin with ``$`` are commands,
the rest is their output) or of ``python``. ``<!-- tried: Goals | Caller IDs -->`` shows only the
first paragraph and those that begin so. Blocks of a page run in order in one folder. Those with
``<!-- tried in full -->`` take minutes and run in the full tier.

``python tests/handbook/tried.py --renew`` writes the outputs again; ``--full`` those of that tier.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

from dialsim.__main__ import main

HANDBOOK = Path(__file__).resolve().parents[2] / "dialsim" / "handbook"
BLOCK = re.compile(
    r"^<!-- tried(?P<full> in full)?(?:: (?P<parts>[^\n]+))? -->\n"
    r"```(?P<kind>console|python)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
TIMED = re.compile(r" in [\d.,]+ s \(engine.*|用时 .*")
LEFT_OUT = "…"


def without_times(text: str) -> str:
    """Return a text without what differs between machines."""
    return TIMED.sub("", text)


def pages(full: bool = False) -> list[Path]:
    """Return the pages with something to try, every day or in the full tier."""
    return [
        page
        for page in sorted(HANDBOOK.rglob("*.md"))
        if any(bool(each["full"]) == full for each in BLOCK.finditer(page.read_text("utf-8")))
    ]


def ran(page: Path, folder: Path, full: bool = False) -> str:
    """Return a page with the outputs that its commands print now, run in an empty folder."""
    names: dict[str, Any] = {}

    def block(match: re.Match[str]) -> str:
        if bool(match["full"]) != full:
            return match[0]
        if match["kind"] == "python":
            with redirect_stdout(io.StringIO()):
                exec(compile(match["text"], str(page), "exec"), names)
            return match[0]
        commands = [line for line in match["text"].splitlines() if line.startswith("$ ")]
        shown = "".join(f"{line}\n{_output(line[2:], match['parts'])}" for line in commands)
        return match[0].replace(match["text"], _with_times_of(match["text"], shown))

    with _clean_environment(), chdir(folder):
        return BLOCK.sub(block, page.read_text("utf-8"))


@contextmanager
def _clean_environment() -> Iterator[None]:
    with patch.dict(os.environ, {"COLUMNS": "80", "DIALSIM_LANG": "en"}):
        yield


def _output(command: str, parts: str | None) -> str:
    words = shlex.split(command, comments=True)
    if words[0] == "export":
        os.environ.update(word.split("=", 1) for word in words[1:])
        return ""
    assert words[0] == "dialsim", command
    out, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(errors):
        code = main(words[1:])
    assert code in (0, 1), f"{command}: exit code {code}\n{errors.getvalue()}"
    text = out.getvalue().rstrip("\n") + "\n"
    return _parts_of(text, parts.split(" | ")) if parts else text


def _parts_of(text: str, wanted: list[str]) -> str:
    """Return the first paragraph and those that begin with a wanted word."""
    kept: list[str] = []
    for number, part in enumerate(text.rstrip("\n").split("\n\n")):
        if number == 0 or part.startswith(tuple(wanted)):
            kept.append(part)
        elif kept[-1] != LEFT_OUT:
            kept.append(LEFT_OUT)
    missing = [each for each in wanted if not any(part.startswith(each) for part in kept)]
    assert missing == [], missing
    return "\n\n".join(kept) + "\n"


def _with_times_of(before: str, after: str) -> str:
    return before if without_times(before) == without_times(after) else after


def renew(full: bool) -> None:
    """Write the outputs of all pages again."""
    for page in pages(full):
        with tempfile.TemporaryDirectory() as folder:
            page.write_text(ran(page, Path(folder), full), encoding="utf-8")
        print(f"wrote {page.relative_to(HANDBOOK.parents[1])}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--renew"]:
        renew(full="--full" in sys.argv)
    else:
        sys.exit("usage: python tests/handbook/tried.py --renew [--full]")
