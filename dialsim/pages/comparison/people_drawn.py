"""The line on whether replications drew their contacts anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from rich.text import Text

from dialsim.pages.layout import QUIET, paragraph

Language = Literal["en", "zh"]

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "redrawn": "Each replication draws its contacts anew: what is not known of them is part of "
        "every interval.",
        "fixed": "All replications have the same contacts: intervals hold for these contacts only.",
    },
    "zh": {
        "redrawn": "每次重复仿真都重新抽取客户：客户的未知特征已计入各置信区间。",
        "fixed": "各次重复仿真使用同一批客户：置信区间仅对这批客户成立。",
    },
}


def people_lines(found: Mapping[str, Any], width: int, lang: Language = "en") -> list[Text]:
    """Return the line on whether the replications of `found` share their contacts.

    `found` has under ``people`` ``"redrawn"`` or ``"fixed"``; nothing if an older version wrote it
    without the key.
    """
    texts = SENTENCES[lang].get(str(found.get("people")))
    return [] if texts is None else list(paragraph(texts, width, 0, QUIET))
