"""Parts of a page: sections, and what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.model.style import PLAIN, QUIET, STRONG, TITLE, Style
from dialsim.pages.model.tables import Cell, Note, Table


@dataclass(frozen=True)
class Paragraph:
    """Text that is broken into lines.

    Attributes
    ----------
    mark
        Before its first line: ``"· "`` for an item of a list, or what it explains.
    level
        Indentation: 0 for a statement on the page as a whole, 1 for text of a section, 2 and more
        for what belongs to the text before.
    """

    text: str
    style: Style = PLAIN
    mark: str = ""
    level: int = 1


@dataclass(frozen=True)
class Command:
    """A command to copy; it is never cut, and wrapped only where a shell joins it again.

    Attributes
    ----------
    level
        Indentation, as of :class:`Paragraph`.
    """

    text: str
    level: int = 1


@dataclass(frozen=True)
class KeyFigure:
    """A figure that decides, beside its target.

    Attributes
    ----------
    mark, style
        Whether the target is met.
    target, margin, by
        The target, how far the value is from it, and when it is due; empty if there is none.
    trend
        Values over time up to the present one, for a small curve.
    notes
        Texts below.
    """

    name: str
    value: Cell
    target: str = ""
    margin: str = ""
    by: str = ""
    mark: str = ""
    style: Style = PLAIN
    trend: tuple[float, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class KeyFigures:
    """Figures that decide: cards of HTML, rows of a terminal.

    Attributes
    ----------
    sections_have_them
        Whether the sections below have them, so that a terminal leaves them out here.
    """

    figures: tuple[KeyFigure, ...]
    sections_have_them: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart of HTML and of a notebook, with its figures as a table.

    A terminal leaves it out: the sections have its main figures as text.

    Attributes
    ----------
    key
        Its name in the page: letters, digits, hyphens.
    specification
        Of Vega-Lite; None: the caption says why there is no chart.
    table
        The same figures; None: too many to read.
    follows
        By what the page's `Filter` changes it: "parts" of every kind and hours, "ranges" of numbers
        and the campaigns that call from them, "campaigns" alone; empty: by nothing.
    """

    key: str
    title: str
    caption: str
    specification: dict[str, Any] | None = field(default=None, compare=False)
    table: Table | None = None
    follows: str = ""


@dataclass(frozen=True)
class Filter:
    """A choice of a part of the calls, which the charts of the page follow; HTML alone has it.

    Attributes
    ----------
    title
        Of its table.
    groups
        Names of groups, each with the names of its parts.
    table
        The figures of every part, in the same order.
    data
        What the script of the page computes charts from; see ``filter.js``.
    """

    title: str
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    table: Table
    data: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Range:
    """Where values lie on an axis, as shares of its length; None: none, or beyond its end.

    Attributes
    ----------
    low, middle, high
        Ends and middle of an interval.
    value
        The value itself.
    limit
        Where it should be at most.
    """

    name: str
    low: float | None = None
    middle: float | None = None
    high: float | None = None
    value: float | None = None
    limit: float | None = None


@dataclass(frozen=True)
class Ranges:
    """Ranges on one axis, drawn; a table has their figures.

    Attributes
    ----------
    ticks
        Places on the axis from 0 to 1, and their names.
    caption
        What the marks mean.
    """

    rows: tuple[Range, ...]
    ticks: tuple[tuple[float, str], ...]
    caption: str


@dataclass(frozen=True)
class Details:
    """Parts that are shown on demand; a terminal leaves them out."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Source:
    """A document that a figure of the page rests on."""

    name: str
    title: str
    kind: str
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sources:
    """Documents with their links, which a terminal leaves out."""

    rows: tuple[Source, ...]
    note: str = ""


@dataclass(frozen=True)
class Verbatim:
    """A text shown as it is, such as a file; a terminal leaves it out."""

    text: str


@dataclass(frozen=True)
class Excerpt:
    """Lines of a file, to be copied into it; none is ever cut or broken.

    Attributes
    ----------
    level
        Indentation, as of :class:`Paragraph`.
    """

    text: str
    level: int = 1


Part = (
    Paragraph
    | Command
    | Excerpt
    | Table
    | KeyFigures
    | Chart
    | Filter
    | Ranges
    | Details
    | Sources
    | Verbatim
)


@dataclass(frozen=True)
class Section:
    """A section of a page.

    Attributes
    ----------
    title
        Its heading; empty: it continues the section before.
    parts
        What stands in it, in order.
    note
        Beside the heading, in few words.
    key
        Its name in the page and in JSON: letters, digits, hyphens.
    style
        Its state, which the table of contents shows: GOOD, BAD, OPEN or none.
    """

    title: str
    parts: tuple[Part, ...] = ()
    note: str = ""
    key: str = ""
    style: Style = PLAIN


@dataclass(frozen=True)
class Page:
    """A page of a command.

    Attributes
    ----------
    sections
        The first one is the head of the page: its title is the page's, and its paragraphs of level
        0 say what it comes to.
    language
        Of its texts.
    closing
        Lines at its end, by the way.
    """

    sections: tuple[Section, ...]
    language: Language = ENGLISH
    closing: tuple[Paragraph, ...] = ()

    @property
    def title(self) -> str:
        """The title of the page."""
        return self.sections[0].title


def section(
    title: str, *parts: Part | Sequence[Part], note: str = "", key: str = "", style: Style = PLAIN
) -> Section:
    """Return a section of parts, and of lists of parts.

    >>> section("Goals", Paragraph("met"), [Paragraph("a"), Paragraph("b")], key="goals").key
    'goals'
    """
    flat: list[Part] = []
    for part in parts:
        flat += part if isinstance(part, list | tuple) else [part]  # type: ignore[list-item]
    return Section(title, tuple(flat), note, key, style)


def page(
    *sections: Section | None, language: Language = ENGLISH, closing: Sequence[str] = ()
) -> Page:
    """Return a page of those of its sections that exist."""
    return Page(
        tuple(each for each in sections if each is not None),
        language,
        tuple(Paragraph(text, QUIET, level=0) for text in closing),
    )


def statement(text: str, style: Style = PLAIN) -> Paragraph:
    """Return a statement on the page as a whole."""
    return Paragraph(text, style, level=0)


def item(text: str, style: Style = PLAIN, mark: str = "· ", level: int = 1) -> Paragraph:
    """Return an item of a list."""
    return Paragraph(text, style, mark, level)


def quiet(text: str, level: int = 1) -> Paragraph:
    """Return a text of lesser weight."""
    return Paragraph(text, QUIET, level=level)


def subtitle(text: str) -> Paragraph:
    """Return the title of the parts that follow within a section."""
    return Paragraph(text, TITLE | STRONG)
