"""Texts that exist in every language: messages of the sources, and texts made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, Generic, TypeVar

from dialsim.messages.catalogue import Language, languages, translate
from dialsim.messages.kinds import JoinedText, PluralMessage, message_of
from dialsim.messages.kinds import Message as Message
from dialsim.messages.kinds import Text as Text

T = TypeVar("T")


def plural(one: str, many: str) -> PluralMessage:
    """Return a text of the sources in its two English forms, written there as literals."""
    return PluralMessage(one, many)


def message(text: str, context: str | None = None) -> Message:
    """Return a text of the sources, written there as a literal, so that catalogues have it.

    Parameters
    ----------
    text
        English; with placeholders in braces if :meth:`Message.filled` is called.
    context
        Tells meanings of one English text apart.

    Examples
    --------
    >>> message("agents")["zh"]
    '坐席'
    """
    return message_of(text, context)


def read_in(text: str, language: Language) -> str:
    """Return a text in a language; a plain string as the catalogue has it, if it has it.

    >>> read_in("agents", "zh"), read_in("T1", "zh")
    ('坐席', 'T1')
    """
    return text[language] if isinstance(text, Text) else translate(text, language)


def in_each(text_in: Callable[[Language], str]) -> Text:
    """Return a text made by a function of the language."""
    return Text(**{language: text_in(language) for language in languages()})


def joined(separator: str, parts: Iterable[str]) -> Text:
    """Return some texts one after another; a plain string is the same in every language.

    >>> joined(MARKS["and"], [message("agents"), "T1"])["zh"]
    '坐席、T1'
    """
    return JoinedText.of(separator, list(parts))


class TextTable(Mapping[Language, T], Generic[T]):
    """Texts by language and key, translated when a language is first asked for."""

    def __init__(self, english: Any) -> None:
        self._english = english
        self._known: dict[Language, T] = {}
        self._messages: Any = None

    @property
    def messages(self) -> Any:
        """The same with a :class:`Message` for each text, which is asked for a language later.

        >>> text_table({"by": "{count} {things}"}).messages["by"].id
        '{count} {things}'
        """
        if self._messages is None:
            self._messages = _mapped(self._english, _as_message)
        return self._messages

    def __getitem__(self, language: Language) -> T:
        if language not in languages():
            raise KeyError(language)
        if language not in self._known:
            self._known[language] = _mapped(self._english, lambda text: read_in(text, language))
        return self._known[language]

    def __iter__(self) -> Iterator[Language]:
        return iter(languages())

    def __len__(self) -> int:
        return len(languages())


Texts = TextTable[dict[str, str]]
"""Texts by language and key."""

MARKS = {
    "and": message(", ", "list"),
    "comma": message(", ", "clause"),
    "then": message("; "),
    "to": message("{} to {}", "range"),
    "of": message("{}: {}"),
    "sentences": message("{} {}"),
}
"""Marks between words, parts and sentences, of a range and after a name: in every table."""


def side_by_side(parts: Sequence[str], language: Language) -> str:
    """Return sentences, or words of one, one after another as a language writes them.

    >>> side_by_side(["One.", "Two."], "en"), side_by_side(["其一。", "其二。"], "zh")
    ('One. Two.', '其一。其二。')
    """
    return reduce(MARKS["sentences"][language].format, parts) if parts else ""


def counted(count: int, one: Message, many: Message) -> Message:
    """Return a number of things: one text for 1, another for any other number.

    >>> row = message("{:,} row"), message("{:,} rows")
    >>> str(counted(1, *row)), str(counted(1200, *row)), counted(1200, *row)["zh"]
    ('1 row', '1,200 rows', '1,200 行')
    """
    return (one if count == 1 else many).filled(count)


def text_table(rows: Mapping[str, Any]) -> TextTable[Any]:
    """Return a table of texts by language and key; it has `MARKS`, too, unless it replaces them.

    Parameters
    ----------
    rows
        English texts by key, each a literal (catalogues are made from the sources), or
        :func:`message` with its context, or a list, tuple or dict of such.

    Examples
    --------
    >>> table = text_table({"agents": "agents"})
    >>> table["zh"]["agents"], table["zh"]["and"], table["en"]["and"]
    ('坐席', '、', ', ')
    """
    return TextTable({**MARKS, **rows})


def translated(english: Any) -> TextTable[Any]:
    """Return a list, tuple or dict of texts by language; see :func:`text_table`.

    >>> translated(["agents", "trunks"])["zh"]
    ['坐席', '中继']
    """
    return TextTable(english)


def from_table(table: TextTable[Any], key: str, *values: object, **named: object) -> Message:
    """Return a text of a table, filled; a `Text` among the values in the reader's language.

    >>> table = text_table({"by": "{count} {things}"})
    >>> from_table(table, "by", count=2, things=message("agents"))["zh"]
    '2 坐席'
    """
    filled: Message = table.messages[key].filled(*values, **named)
    return filled


def _as_message(text: str) -> Text:
    return text if isinstance(text, Text) else message_of(text, None)


def _mapped(node: Any, text_of: Callable[[str], Any]) -> Any:
    """Return texts as a function has them, however deep they lie; other values as they are."""
    if isinstance(node, str):
        return text_of(node)
    if isinstance(node, Mapping):
        return {key: _mapped(value, text_of) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return type(node)(_mapped(each, text_of) for each in node)
    return node
