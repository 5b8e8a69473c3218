"""Notebooks as pages with their outputs, to be read where nothing is installed.

``python tests/notebooks/rendered.py --renew [NAME ...]`` plays them and writes
``notebooks/rendered``: one Markdown page each, and its pictures beside it.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from typing import Any

import jupytext
from nbconvert import MarkdownExporter
from PIL import Image
from traitlets.config import Config

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
RENDERED = FOLDER / "rendered"
SHOWN = ["image/png", "text/markdown", "text/plain"]
"""What is shown of an output, the first that it has."""
PICTURE = re.compile(r"!\[png\]\(([^)]+)\)")
FINE = """
import altair as alt
def enable(name, _enable=alt.renderers.enable, **options):
    return _enable(name, **options | {"ppi": 90})
alt.renderers.enable = enable
"""
"""Fewer pixels than in a notebook, for pictures that git keeps."""
COLOURS = 64
COMMENT = "<!-- Written by tests/notebooks/rendered.py from ../{name}.py; change that. -->\n\n"


def rendered(name: str, notebook: Any) -> tuple[str, dict[str, bytes]]:
    """Return the page of a notebook that was played, and its pictures by file name."""
    exporter = MarkdownExporter(config=Config(NbConvertBase={"display_data_priority": SHOWN}))
    resources = {"output_files_dir": "."}
    text, found = exporter.from_notebook_node(notebook, resources=resources)
    pictures: dict[str, bytes] = {}

    def place(match: re.Match[str]) -> str:
        file = f"{name}_{len(pictures) + 1}.png"
        pictures[file] = found["outputs"][match[1]]
        return f"![]({file})"

    text = PICTURE.sub(place, text)
    lines = [line.rstrip() for line in text.splitlines()]
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return f"{COMMENT.format(name=name)}{body}\n", pictures


def write(name: str) -> None:
    """Play a notebook and write its page and pictures."""
    from nbclient import NotebookClient

    notebook = jupytext.read(FOLDER / f"{name}.py")
    notebook.cells[:0] = jupytext.reads(f"# %%\n{FINE}", fmt="py:percent").cells
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": FOLDER}}).execute()
    del notebook.cells[0]
    RENDERED.mkdir(exist_ok=True)
    for old in RENDERED.glob(f"{name}*"):
        old.unlink()
    text, pictures = rendered(name, notebook)
    (RENDERED / f"{name}.md").write_text(text, encoding="utf-8")
    for file, content in pictures.items():
        picture = Image.open(io.BytesIO(content)).convert("RGB").quantize(COLOURS)
        picture.save(RENDERED / file, optimize=True)


if __name__ == "__main__":
    names = [each for each in sys.argv[1:] if each != "--renew"]
    for each in names or sorted(path.stem for path in FOLDER.glob("*.py")):
        write(each)
        print("wrote", RENDERED / f"{each}.md")
