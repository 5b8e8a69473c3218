"""Texts that exist in every language: messages of the sources, and texts made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, Generic, SupportsIndex, TypeVar

from dialsim.messages.catalogue import (
    Language,
    languages,
    translate,
    translate_plural,
)

T = TypeVar("T")


class Text(str):
    """A text in every language: as a string it is English, and ``text["zh"]`` is Chinese.

    What is made of it as of any string (``text + "!"``, an f-string) is English alone; texts are
    combined by :meth:`Message.filled`, :func:`joined` and :func:`in_each`.

    Examples
    --------
    >>> made = in_each(lambda language: f"3 {message('agents')[language]}")
    >>> made, made["zh"], made == "3 agents"
    ('3 agents', '3 坐席', True)
    """

    __slots__ = ("_texts",)
    _texts: dict[Language, str]

    def __new__(cls, en: str, zh: str | None = None, **others: str) -> Text:
        """Take a text in English and in other languages, none of which is in a catalogue."""
        text = super().__new__(cls, en)
        text._texts = dict(others) if zh is None else {"zh": zh, **others}
        return text

    def __getitem__(self, key: SupportsIndex | slice | Language) -> str:
        """Return the text in a language, or in English if it is not known in that one."""
        if not isinstance(key, str):
            return super().__getitem__(key)
        return self._in(key)

    def _in(self, language: Language) -> str:
        return self._texts.get(language, self.en)

    @property
    def en(self) -> str:
        """The text in English, as a plain string."""
        return str.__str__(self)

    @property
    def zh(self) -> str:
        """The text in Chinese."""
        return self._in("zh")

    def __str__(self) -> str:
        return self.en


class Message(Text):
    """A text of the sources, which the catalogues translate, and the values put into it.

    Examples
    --------
    >>> late = message("{count:,} of {name}").filled(count=1200, name=message("agents"))
    >>> late.id, late["en"]
    ('{count:,} of {name}', '1,200 of agents')
    """

    __slots__ = ("context", "id", "positional", "values")
    id: str
    context: str | None
    positional: tuple[object, ...]
    values: dict[str, object]

    def __new__(cls, text: str, context: str | None = None) -> Message:
        """Take a text that catalogues have; one of the sources is made by :func:`message`."""
        return _message(text, context)

    def _in(self, language: Language) -> str:
        return _filled(translate(self.id, language, self.context), language, self)

    def filled(self, *positional: object, **values: object) -> Message:
        """Return the message with its placeholders filled; a `Text` in the reader's language."""
        return _message(self.id, self.context, positional, values)


def _message(
    id: str,  # noqa: A002 (gettext's word)
    context: str | None,
    positional: tuple[object, ...] = (),
    values: Mapping[str, object] | None = None,
) -> Message:
    given = dict(values or {})
    english = id.format(*positional, **given) if positional or given else id
    made = str.__new__(Message, english)
    made._texts = {}
    made.id, made.context, made.positional, made.values = id, context, positional, given
    return made


def _filled(text: str, language: Language, message: Message) -> str:
    """Return a translated message with its values, each in the language."""
    if not message.positional and not message.values:
        return text
    return text.format(
        *(_in_language(value, language) for value in message.positional),
        **{name: _in_language(value, language) for name, value in message.values.items()},
    )


class PluralMessage:
    """A text of the sources that depends on a count: one English form for 1, another else."""

    __slots__ = ("many", "one")

    def __init__(self, one: str, many: str) -> None:
        self.one = one
        self.many = many

    def of(self, count: int, **values: object) -> Text:
        """Return the text for a count, which fills ``{count}``, and other values.

        >>> calls = plural("{count:,} call to {name}", "{count:,} calls to {name}")
        >>> calls.of(1, name="T1"), calls.of(1200, name="T1")
        ('1 call to T1', '1,200 calls to T1')
        """

        def text_in(language: Language) -> str:
            text = translate_plural(self.one, self.many, count, language)
            given = {name: _in_language(value, language) for name, value in values.items()}
            return text.format(count=count, **given)

        return in_each(text_in)


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
    return _message(text, context)


def read_in(text: str, language: Language) -> str:
    """Return a text in a language; a plain string as the catalogue has it, if it has it.

    >>> read_in("agents", "zh"), read_in("T1", "zh")
    ('坐席', 'T1')
    """
    return text[language] if isinstance(text, Text) else translate(text, language)


def in_each(text_in: Callable[[Language], str]) -> Text:
    """Return a text made by a function of the language."""
    return Text(**{language: text_in(language) for language in languages()})


def joined(separator: Text, parts: Sequence[Text]) -> Text:
    """Return some texts one after another."""
    return in_each(lambda language: separator[language].join(part[language] for part in parts))


class TextTable(Mapping[Language, T], Generic[T]):
    """Texts by language and key, translated when a language is first asked for."""

    def __init__(self, english: Any) -> None:
        self._english = english
        self._known: dict[Language, T] = {}

    def __getitem__(self, language: Language) -> T:
        if language not in languages():
            raise KeyError(language)
        if language not in self._known:
            self._known[language] = _in_depth(self._english, language)
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


def from_table(
    table: Mapping[Language, Mapping[str, str]], key: str, *values: object, **named: object
) -> Text:
    """Return a text of a table, filled; a `Text` among the values in the reader's language.

    >>> table = text_table({"by": "{count} {things}"})
    >>> from_table(table, "by", count=2, things=message("agents"))["zh"]
    '2 坐席'
    """

    def text_in(language: Language) -> str:
        return table[language][key].format(
            *(_in_language(value, language) for value in values),
            **{name: _in_language(value, language) for name, value in named.items()},
        )

    return in_each(text_in)


def _in_depth(node: Any, language: Language) -> Any:
    """Return texts in a language, however deep they lie; values that are no texts as they are."""
    if isinstance(node, Text):
        return node[language]
    if isinstance(node, str):
        return translate(node, language)
    if isinstance(node, Mapping):
        return {key: _in_depth(value, language) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return type(node)(_in_depth(each, language) for each in node)
    return node


def _in_language(value: object, language: Language) -> object:
    """Return a value as it stands in a text of a language."""
    return value[language] if isinstance(value, Text) else value
