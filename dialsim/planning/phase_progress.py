"""Progress of a computation in phases, on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialsim.scheduler.replication_progress import OnRepeat, Repeats


class PhaseProgress:
    """Progress of a computation in phases; `progress` as for :func:`dialsim.replicate`."""

    progress: bool | OnRepeat
    repeats: Repeats | None

    def begin_phase(self, what: str, runs: int) -> None:
        """Start the progress line of a phase of so many runs."""
        from dialsim.scheduler.replication_progress import Repeats

        self.clear()
        if runs:
            self.repeats = Repeats(what, runs, self.progress)

    def count(self, runs: int = 1) -> None:
        """Count finished runs."""
        if self.repeats is not None:
            for _ in range(runs):
                self.repeats.one_more()

    def clear(self) -> None:
        """Clear the progress line."""
        if self.repeats is not None:
            self.repeats.clear()
        self.repeats = None
