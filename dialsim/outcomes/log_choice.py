"""Which attempts a run logs, and in which files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dialsim.errors import Problem, ScenarioError, did_you_mean
from dialsim.messages.text import message

Kept = Literal["parquet", "arrow", "none", "sample"]
CHOICES: tuple[Kept, ...] = ("parquet", "arrow", "none", "sample")
ALLOWED = message("parquet, arrow, none, or sample=1/N with N from 2 to 1,000,000,000")
MOST = 1_000_000_000
_SAMPLE = re.compile(r"sample=1/([0-9]{1,10})")


@dataclass(frozen=True)
class LogChoice:
    """How attempts are logged.

    Attributes
    ----------
    kept
        ``"parquet"``: all, in Parquet files; ``"arrow"``: all, in Arrow IPC files, which are
        written fastest and take most room; ``"none"``; ``"sample"``: those of some people, in
        Parquet files.
    one_in
        Of so many people one is kept with all attempts, the others with none.
    """

    kept: Kept = "parquet"
    one_in: int = 1

    @classmethod
    def of(cls, given: object) -> LogChoice:
        """Return the choice for a value of ``--log``; True is parquet, False none.

        Raises
        ------
        ScenarioError
            It is none of them.
        """
        if isinstance(given, LogChoice):
            return given
        if isinstance(given, bool):
            return cls("parquet" if given else "none")
        text = given if isinstance(given, str) else ""
        for kept in CHOICES[:3]:
            if text == kept:
                return cls(kept)
        sample = _SAMPLE.fullmatch(text)
        if sample is not None and 2 <= int(sample[1]) <= MOST:
            return cls("sample", int(sample[1]))
        raise ScenarioError(
            [
                Problem(
                    "--log",
                    message("no such call log"),
                    found=str(given)[:40],
                    allowed=ALLOWED,
                    remedy=message("sample=1/100 keeps one person in a hundred")
                    if text.startswith("sample")
                    else did_you_mean(text, CHOICES),
                )
            ]
        )

    @property
    def suffix(self) -> Literal[".parquet", ".arrow"] | None:
        """Suffix of the files of calls; None if there are none."""
        if self.kept == "none":
            return None
        return ".arrow" if self.kept == "arrow" else ".parquet"
