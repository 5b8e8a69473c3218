"""How a summary stores a text for readers of any language: see `dialsim.messages.stored_text`."""

from __future__ import annotations

from typing import Annotated, NotRequired, TypeAlias

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED
from dialsim.results.summary_types.units import unit

PlaceholderNumber = Annotated[int | float, unit("as the text says")]


@with_config(CLOSED)
class StoredMessage(TypedDict):
    """A text of the program, which its catalogues translate, with its values."""

    id: str
    """The text in English, with placeholders as of Python's `str.format`."""
    context: NotRequired[str]
    """Which of the meanings of the English text it has; absent: there is but one."""
    plural: NotRequired[str]
    """The English text for any count but 1."""
    count: NotRequired[PlaceholderNumber]
    """How many there are, where `plural` is given."""
    values: NotRequired[dict[str, StoredText | PlaceholderNumber | None]]
    """What stands in the placeholders, by name; where they have none, by place from 0."""


@with_config(CLOSED)
class JoinedTexts(TypedDict):
    """Texts one after another."""

    separator: StoredText
    """What stands between two of them."""
    parts: list[StoredText]
    """The texts."""


@with_config(CLOSED)
class FinishedTexts(TypedDict):
    """A text that is made anew in each language: as it was written in those there were."""

    texts: dict[str, str]
    """The text by language, such as `zh`; `en` is always there."""


StoredText: TypeAlias = str | StoredMessage | JoinedTexts | FinishedTexts
"""A text for readers of any language; a plain string is the same in each."""
