"""The page of `dialsim explain RUN`: an intervention, a caller ID, a person, or an overview."""

from __future__ import annotations

from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.pages.explain.caller_page import timeline_lines
from dialsim.pages.explain.intervention_page import chain_lines
from dialsim.pages.explain.person_page import person_lines
from dialsim.pages.explain.sections import NOTES, Entry, acts_lines, stamp, title
from dialsim.pages.layout import fit, usable_width, wrapped


def story_lines(found: Entry, width: int, language: Language) -> list[Text]:
    """Return the lines of the page of `dialsim.explain_run`, none wider than `width`."""
    width = usable_width(width)
    draw = {
        "intervention": chain_lines,
        "caller": timeline_lines,
        "person": person_lines,
        "run": _overview_lines,
    }[found["kind"]]
    lines = [*draw(found, width, language), *_notes(found["run"], width, language)]
    return fit(lines, width)


def _overview_lines(found: Entry, width: int, language: Language) -> list[Text]:
    notes = NOTES[language]
    acts = found["interventions"]
    lines = [title(notes["title"], found["run"], width, language)]
    lines += acts_lines(acts, width, language, shown=40)
    if not acts:
        lines += wrapped(notes["nothing"], width, "  ")
    return [*lines, Text(""), *wrapped(notes["ask"].format(found["caller_ids"]), width, "  ")]


def _notes(run: Entry, width: int, language: Language) -> list[Text]:
    notes, texts = NOTES[language], []
    if not run["complete"]:
        reached = run["reached"]
        when = stamp(reached, language) if reached else "?"
        texts.append(notes["incomplete"].format(when))
    if not run["same_values"]:
        texts.append(notes["values"].format(run["version"]))
    return [line for text in texts for line in (Text(""), *wrapped(text, width, "  "))]
