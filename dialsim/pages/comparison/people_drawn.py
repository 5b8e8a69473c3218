"""The sentence on whether replications drew their contacts anew."""

from __future__ import annotations

from collections.abc import Mapping

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, translated

SENTENCES: Texts = translated(
    {
        "redrawn": "Each replication draws its contacts anew: what is not known of them is part of "
        "every interval.",
        "fixed": "All replications have the same contacts: intervals hold for these contacts only.",
    }
)


def people_drawn(found: Mapping[str, object], language: Language = ENGLISH) -> tuple[str, ...]:
    """Return the sentence on whether the replications of `found` share their contacts.

    `found` has under ``people`` ``"redrawn"`` or ``"fixed"``; nothing if an older version wrote it
    without the key.
    """
    text = SENTENCES[language].get(str(found.get("people")))
    return () if text is None else (text,)
