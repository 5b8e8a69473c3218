"""Texts in a file: the message and its values beside the English, for readers of any language.

Comes in: plain values with texts among them. Goes out: the same as JSON has it, and such a file's
texts again. A text that stands under ``name`` has its message under ``name_message``:

- ``{"id", "context", "values"}``: a text of the sources and the values of its placeholders, which
  are numbers, strings or messages; of placeholders without a name the values have their places as
  names. ``context`` and ``values`` are left out where there are none.
- ``{"id", "plural", "count", "values"}``: the same with a form for several.
- ``{"separator", "parts"}``: texts one after another.
- ``{"texts"}``: finished texts by language, of a text that is no message.
- a string: the same in every language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from string import Formatter
from typing import Any, TypeAlias

from dialsim.messages.catalogue import ENGLISH, Language, languages
from dialsim.messages.kinds import CountedText, JoinedText, Message, PluralMessage, Text, message_of
from dialsim.messages.text import message

Stored: TypeAlias = str | dict[str, Any]
"""A text as a file has it."""

SUFFIX = "_message"
"""What the key of a text's message ends with."""
CHINESE = "_zh"
"""What the key of a Chinese text ends with, in files that have finished texts instead."""

_PLAIN = re.compile(r"\w*")
_SPEC = re.compile(r",?(\.\d)?[dfg%]?")


def stored_text(text: str) -> Stored:
    """Return a text as a file has it.

    >>> from dialsim.messages.text import message
    >>> stored_text(message("{:,} of {name}").filled(3, name=message("agents")))
    {'id': '{:,} of {name}', 'values': {'0': 3, 'name': {'id': 'agents'}}}
    >>> stored_text("T1")
    'T1'
    """
    if isinstance(text, Message):
        values = {str(place): value for place, value in enumerate(text.positional)} | text.values
        found: dict[str, Any] = {"id": text.id}
        if text.context is not None:
            found["context"] = text.context
        return found | _values(values, [text.id])
    if isinstance(text, CountedText):
        forms = text.form
        found = {"id": forms.one, "plural": forms.many, "count": text.number}
        return found | _values(text.values, [forms.one, forms.many])
    if isinstance(text, JoinedText):
        parts = [stored_text(part) for part in text.parts]
        return {"separator": stored_text(text.separator), "parts": parts}
    if isinstance(text, Text):
        texts = {language: text[language] for language in languages()}
        return text.en if set(texts.values()) == {text.en} else {"texts": texts}
    return text


def text_from(stored: Any) -> str:
    """Return a text that :func:`stored_text` made; it knows the languages that have a catalogue.

    Raises
    ------
    ValueError
        It is none, or its values do not fit.

    Examples
    --------
    >>> text_from({"id": "agents"})["zh"]
    '坐席'
    """
    if isinstance(stored, str):
        return stored
    try:
        return _text_from(stored)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no stored text: {error}") from None


def with_messages(node: Any) -> Any:
    """Return plain values for JSON: each text in English, and its message beside it.

    Of a text with a Chinese one beside it, that is left out.

    >>> from dialsim.messages.text import message
    >>> with_messages({"who": message("agents"), "names": [message("agents"), "T1"]})["who_message"]
    {'id': 'agents'}
    """
    return _plain(node, SUFFIX, _stored)


def with_chinese(node: Any) -> Any:
    """Return plain values for JSON: each text in English, and in Chinese beside it.

    >>> from dialsim.messages.text import message
    >>> with_chinese([{"who": message("agents")}])
    [{'who': 'agents', 'who_zh': '坐席'}]
    """
    return _plain(node, CHINESE, lambda value: _in_language(value, "zh"))


def localised(entry: Mapping[str, Any], key: str, language: Language) -> Any:
    """Return a text, or a list or table of texts, in a language.

    Of results just computed, of stored ones, and of stored ones that have Chinese texts under
    keys with ``_zh``; in English where it is known in no other language.

    >>> localised({"name": "agents", "name_message": {"id": "agents"}}, "name", "zh")
    '坐席'
    >>> localised({"name": "agents", "name_zh": "坐席"}, "name", "zh")
    '坐席'
    >>> localised({"name": "a"}, "name", "zh")
    'a'
    """
    value = entry[key]
    if language == ENGLISH:
        return _in_language(value, ENGLISH)
    told = entry.get(key + SUFFIX)
    if told is not None:
        return _in_language(_restored(told, value), language)
    if _is_text(value):
        return _in_language(value, language)
    return entry.get(f"{key}_{language}", value)


def text_faults(node: Any, place: str = "") -> list[str]:
    """Return the places of stored messages, and of Chinese texts, that cannot be read.

    >>> text_faults({"who": "agents", "who_message": {"id": "agents"}, "at": "a", "at_zh": 1})
    ['at_zh: is no text']
    >>> text_faults([{"who": "1 agent", "who_message": {"id": "{n} agents", "values": {}}}])
    ['0.who_message: is no text']
    """
    found = []
    if isinstance(node, list):
        for at, each in enumerate(node):
            found += text_faults(each, f"{place}{at}.")
    elif isinstance(node, Mapping):
        for key, value in node.items():
            fits = _same_form if key.endswith(CHINESE) else _fits
            name = key.removesuffix(CHINESE).removesuffix(SUFFIX)
            if name == key:
                found += text_faults(value, f"{place}{key}.")
            elif not fits(value, node.get(name)):
                found.append(message("{key}: is no text").filled(key=f"{place}{key}"))
    return found


def _fits(told: Any, english: Any) -> bool:
    """Return whether messages can be read, and have the form of what stands beside them."""
    try:
        return _same_form(_restored(told, english), english)
    except (ValueError, LookupError, TypeError):
        return False


def _same_form(texts: Any, english: Any) -> bool:
    if isinstance(english, list):
        return isinstance(texts, list) and len(texts) == len(english)
    if isinstance(english, Mapping):
        return isinstance(texts, Mapping) and texts.keys() >= english.keys()
    return isinstance(texts, str) or texts is english is None


def _plain(node: Any, suffix: str, beside: Callable[[Any], Any]) -> Any:
    """Return plain values with something beside each text, unless it is the text itself."""
    if isinstance(node, Mapping):
        found: dict[str, Any] = {}
        for key, value in node.items():
            if key.endswith(CHINESE) and _is_text(node.get(key.removesuffix(CHINESE))):
                continue
            found[key] = _plain(value, suffix, beside)
            if _is_text(value):
                told = beside(value)
                if told != found[key] or suffix == CHINESE:
                    found[key + suffix] = told
        return found
    if isinstance(node, Text):
        return node.en
    if isinstance(node, list | tuple):
        return [_plain(each, suffix, beside) for each in node]
    return node


def _restored(told: Any, english: Any) -> Any:
    """Return stored messages as texts, in the form of what stands in English beside them."""
    if isinstance(english, list):
        return [text_from(each) for each in told]
    if isinstance(english, Mapping):
        return {key: text_from(told[key]) for key in english}
    return text_from(told)


def _in_language(value: Any, language: Language) -> Any:
    """Return a text, or a list or table of texts, in a language."""
    if isinstance(value, Mapping):
        return {key: _in_language(each, language) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_in_language(each, language) for each in value]
    return value[language] if isinstance(value, Text) else value


def _is_text(value: Any) -> bool:
    """Return whether a value is a text, or a list with one."""
    if isinstance(value, list | tuple):
        return any(isinstance(each, Text) for each in value)
    return isinstance(value, Text)


def _stored(value: Any) -> Any:
    return stored_text(value) if isinstance(value, str) else [stored_text(each) for each in value]


def _values(values: Mapping[str, object], forms: Sequence[str]) -> dict[str, Any]:
    """Return ``values``: those that the placeholders of a text name; nothing where none does."""
    named = {name for form in forms for name in _names(form)}
    found = {name: _value(each) for name, each in values.items() if name in named}
    return {"values": found} if found else {}


def _value(value: object) -> Any:
    """Return a value of a placeholder as JSON has it."""
    if isinstance(value, str):
        return stored_text(value)
    item = getattr(value, "item", None)
    plain = item() if callable(item) else value  # of numpy
    if plain is None or isinstance(plain, int | float):
        return plain
    raise TypeError(f"a text is stored with numbers and texts, not with {value!r}")


def _text_from(stored: Any) -> Text:
    if "texts" in stored:
        texts = dict(stored["texts"])
        return Text(texts.pop(ENGLISH), **texts)
    if "separator" in stored:
        return JoinedText.of(text_from(stored["separator"]), [*map(text_from, stored["parts"])])
    names = _names(stored["id"])
    values = {
        name: text_from(value) if isinstance(value, str | dict) else value
        for name, value in stored.get("values", {}).items()
    }
    if not values.keys() >= set(names) - {"count"}:
        raise ValueError(f"no value of a placeholder: {stored['id']!r}")
    if "plural" in stored:
        _names(stored["plural"])
        return CountedText.of(
            PluralMessage(stored["id"], stored["plural"]), stored["count"], values
        )
    places = tuple(values.pop(str(place)) for place in range(len(names)) if str(place) in values)
    return message_of(stored["id"], stored.get("context"), places, values)


@cache
def _names(form: str) -> tuple[str, ...]:
    """Return the names of a text's placeholders, or their places.

    Raises
    ------
    ValueError
        A placeholder asks for more than a value by its name in a plain format.
    """
    found: list[str] = []
    places = 0
    for _, name, spec, conversion in Formatter().parse(form):
        if name is None:
            continue
        if not _PLAIN.fullmatch(name) or not _SPEC.fullmatch(spec or "") or conversion:
            raise ValueError(f"no placeholder of a stored text: {name!r}")
        found.append(name or str(places))
        places += not name
    return tuple(found)
