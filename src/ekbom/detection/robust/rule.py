"""What a leg is judged by: the levels of the standard, the settings and the grids."""

from dataclasses import replace
from typing import NamedTuple

from ekbom.criteria.detector import RobustSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.robust.grids import Grids


class Rule(NamedTuple):
    """Levels and durations of the standard, settings of the detector, grids of the leg."""

    criteria: AmplitudeCriteria
    settings: RobustSettings
    grids: Grids

    @property
    def steady_window(self) -> int:
        """Window over which a movement holds the on level, in fine blocks."""
        return self.grids.odd_blocks(self.settings.onset_window_s)

    def with_onset_level(self, level_uv: float) -> "Rule":
        """Give the same rule with another on level."""
        criteria = replace(self.criteria, onset_above_rest_uv=level_uv)
        return self._replace(criteria=criteria)
