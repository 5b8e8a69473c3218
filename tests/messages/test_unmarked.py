"""Every text of an error, a note or a last line is a message, so that no page is half English."""

from __future__ import annotations

from tests.house.sources import python_files
from tests.messages.unmarked import unmarked

ALLOWED = {
    "dialsim/__main__.py": {"standard output is closed: nothing could be printed"},
    "dialsim/cli/__init__.py": {"dialsim {}"},
    "dialsim/loadtest/request.py": {"{} {} ms, {} {} ms"},
}
"""What is said before a language is known, names with their figures, keys with their values."""

BEING_REWRITTEN = (
    "dialsim/api/compar",
    "dialsim/cli/compare",
    "dialsim/pages/comparison",
    "dialsim/summary",
)


def test_every_text_is_a_message() -> None:
    found = {
        source.name: texts
        for source in python_files()
        if not source.name.startswith(BEING_REWRITTEN)
        and (texts := {text for _, text in unmarked(source.tree)})
    }
    assert found == ALLOWED, 'mark them: message("...").filled(...) of dialsim.messages.text'
