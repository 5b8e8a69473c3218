"""A page as HTML: one file that loads no other, with contents that stay in view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.html.document import document, embedded, rendered, template_text
from dialsim.pages.model.citations import sources_on
from dialsim.pages.model.parts import Chart, Details, Filter, Page, Part
from dialsim.pages.model.style import Style
from dialsim.pages.model.typesetting import typeset_page

FEW = 3
"""Sections up to which a page has no table of contents."""

LONGEST_WORD = 20
"""Letters of a word in a table that is never broken, even on a phone or a sheet."""

LABELS: Texts = text_table(
    {
        "contents": "Contents",
        "copy": message("copy", "button"),
        "table": "table",
        "show": message("Show", "a part of the calls"),
        "every_call": "every call",
        "as_table": "as a table",
        "good": "in order",
        "bad": "not in order",
        "open": "to be looked at",
        "no_script": "The chart is drawn by a script, which is switched off here; the table below "
        "has its figures.",
    }
)

_STATES = {Style.GOOD: "✓", Style.BAD: "✗", Style.OPEN: "?"}


def page_html(page: Page, names: Mapping[str, str] | None = None, *, is_sent: bool = False) -> str:
    """Return a page as an HTML document.

    Parameters
    ----------
    names
        Names and contents of its ``meta`` elements, by which programs recognise it.
    is_sent
        Whether it is sent to others: without its script, since mail filters refuse one.

    Returns
    -------
    str
        The document; its policy forbids all but its own style and script. About 20 kB without
        charts, 1 MB with them.
    """
    shown = typeset_page(page)
    parts = [part for each in shown.sections for part in _in_depth(each.parts)]
    charts = {part.key: part for part in parts if isinstance(part, Chart)}
    choice = next((part for part in parts if isinstance(part, Filter)), None)
    scripts = ("page.js",) if choice is None else ("page.js", "filter.js")
    values = _values(shown, sources_on(shown)) | {
        "contents": _contents(shown),
        "choice": choice,
        "parts_data": "" if choice is None else embedded(choice.data),
        "repeated": _repeated_titles(shown),
        "page_style": template_text("page.css"),
        "page_script": "" if is_sent else "\n".join(map(template_text, scripts)),
        "names": dict(names or {}),
    }
    return document("page.html", shown.language, shown.title, values, charts)


def page_fragment(page: Page) -> str:
    """Return a page as a fragment of HTML for a notebook: its own style, no chart and no script."""
    return rendered("fragment.html", _values(typeset_page(page)))


def _values(shown: Page, cited: Collection[str] = ()) -> dict[str, Any]:
    return {
        "language": shown.language,
        "shown": shown,
        "said": LABELS[shown.language],
        "kind_of": lambda part: type(part).__name__.lower(),
        "cited_here": cited,
        "curve": _curve,
        "pieces": _pieces,
        "is_long": _is_long,
    }


def _contents(shown: Page) -> list[dict[str, str]]:
    """Return title and state of each section; nothing for a page with few of them."""
    texts = LABELS[shown.language]
    named = [each for each in shown.sections[1:] if each.title and each.key]
    if len(named) <= FEW:
        return []
    found = []
    for each in named:
        state = next((state for state in _STATES if state in each.style), None)
        name = "" if state is None else state.names[0]
        found.append(
            {
                "key": each.key,
                "title": each.title,
                "state": name,
                "mark": "" if state is None else _STATES[state],
                "state_name": texts[name] if name else "",
            }
        )
    return found


def _repeated_titles(shown: Page) -> set[str]:
    """Return titles of several sections: a landmark needs a name that no other one has."""
    times = Counter(each.title for each in shown.sections[1:])
    return {title for title, count in times.items() if count > 1}


def _in_depth(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield parts and those in their details, however deep they lie."""
    for part in parts:
        yield part
        if isinstance(part, Details):
            yield from _in_depth(part.parts)


def _is_long(text: str) -> bool:
    """Return whether a text has a word, such as a digest, that is broken where there is no room.

    >>> _is_long("digest " + "3466bae9b7b35d5f" * 4), _is_long("calls to a person")
    (True, False)
    """
    return any(len(word) > LONGEST_WORD and word.isascii() for word in text.split())


def _pieces(text: str) -> list[tuple[str, bool]]:
    """Return the pieces of a text, and whether each is code: what stands between backticks.

    >>> _pieces("see `a b`."), _pieces("5 ` wide")
    ([('see ', False), ('a b', True), ('.', False)], [('5 ` wide', False)])
    """
    found = text.split("`")
    if len(found) % 2 == 0:
        return [(text, False)]
    return [(piece, bool(place % 2)) for place, piece in enumerate(found) if piece]


def _curve(values: Sequence[float]) -> str:
    """Return values as points of a curve in a field of 100 by 24, from 0 to their maximum.

    >>> _curve([0, 1, 2])
    '0.0,23.0 50.0,12.0 100.0,1.0'
    """
    most, last = max(*values, 1e-9), len(values) - 1
    return " ".join(
        f"{100 * place / last:.1f},{23 - 22 * value / most:.1f}"
        for place, value in enumerate(values)
    )
