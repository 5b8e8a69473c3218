"""The line on whether replications drew their contacts anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, translated
from dialsim.pages.layout import QUIET, paragraph

SENTENCES: Texts = translated(
    {
        "redrawn": "Each replication draws its contacts anew: what is not known of them is part of "
        "every interval.",
        "fixed": "All replications have the same contacts: intervals hold for these contacts only.",
    }
)


def people_lines(found: Mapping[str, Any], width: int, lang: Language = "en") -> list[Text]:
    """Return the line on whether the replications of `found` share their contacts.

    `found` has under ``people`` ``"redrawn"`` or ``"fixed"``; nothing if an older version wrote it
    without the key.
    """
    texts = SENTENCES[lang].get(str(found.get("people")))
    return [] if texts is None else list(paragraph(texts, width, 0, QUIET))
