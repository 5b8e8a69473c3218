"""The kinds of texts that are known in every language, each of them an English string as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import SupportsIndex

from dialsim.messages.catalogue import Language, translate, translate_plural


class Text(str):
    """A text in every language: as a string it is English, and ``text["zh"]`` is Chinese.

    What is made of it as of any string (``text + "!"``, an f-string) is English alone; texts are
    combined by :meth:`Message.filled`, :func:`joined` and :func:`in_each`.

    Examples
    --------
    >>> from dialsim.messages.text import in_each, message
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
    >>> from dialsim.messages.text import message
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
        return message_of(text, context)

    def _in(self, language: Language) -> str:
        return _filled(translate(self.id, language, self.context), language, self)

    def filled(self, *positional: object, **values: object) -> Message:
        """Return the message with its placeholders filled; a `Text` in the reader's language."""
        return message_of(self.id, self.context, positional, values)


def message_of(
    id: str,  # noqa: A002 (gettext's word)
    context: str | None,
    positional: tuple[object, ...] = (),
    values: Mapping[str, object] | None = None,
) -> Message:
    """Return a text that catalogues have, with the values put into it."""
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
        *(in_language(value, language) for value in message.positional),
        **{name: in_language(value, language) for name, value in message.values.items()},
    )


class PluralMessage:
    """A text of the sources that depends on a count: one English form for 1, another else."""

    __slots__ = ("many", "one")

    def __init__(self, one: str, many: str) -> None:
        self.one = one
        self.many = many

    def of(self, count: int, **values: object) -> Text:
        """Return the text for a count, which fills ``{count}``, and other values.

        >>> from dialsim.messages.text import plural
        >>> calls = plural("{count:,} call to {name}", "{count:,} calls to {name}")
        >>> calls.of(1, name="T1"), calls.of(1200, name="T1")
        ('1 call to T1', '1,200 calls to T1')
        """
        return CountedText.of(self, count, values)


class CountedText(Text):
    """A text of the sources in the form that its count takes, and the values put into it."""

    __slots__ = ("form", "number", "values")
    form: PluralMessage
    number: int
    values: dict[str, object]

    @classmethod
    def of(cls, form: PluralMessage, count: int, values: Mapping[str, object]) -> CountedText:
        """Return a text with its count and its values."""
        english = form.one if count == 1 else form.many
        made = str.__new__(cls, english.format(count=count, **values))
        made._texts = {}
        made.form, made.number, made.values = form, count, dict(values)
        return made

    def _in(self, language: Language) -> str:
        text = translate_plural(self.form.one, self.form.many, self.number, language)
        given = {name: in_language(value, language) for name, value in self.values.items()}
        return text.format(count=self.number, **given)


class JoinedText(Text):
    """Texts one after another, with a separator that each language may write otherwise."""

    __slots__ = ("parts", "separator")
    separator: str
    parts: tuple[str, ...]

    @classmethod
    def of(cls, separator: str, parts: Sequence[str]) -> JoinedText:
        """Return the parts as one text; what is no `Text` is the same in every language."""
        made = str.__new__(cls, str.join(str(separator), parts))
        made._texts = {}
        made.separator, made.parts = separator, tuple(parts)
        return made

    def _in(self, language: Language) -> str:
        separator = str(in_language(self.separator, language))
        return separator.join(str(in_language(part, language)) for part in self.parts)


def in_language(value: object, language: Language) -> object:
    """Return a value as it stands in a text of a language."""
    return value[language] if isinstance(value, Text) else value
