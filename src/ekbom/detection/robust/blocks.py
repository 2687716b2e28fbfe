"""A whole recording, block by block.

Memory does not grow with its length, and nothing that is decided near an edge of a block is kept.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ekbom.criteria.detector import RobustSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.cleaning.cross_talk import Likeness, cross_talk_at
from ekbom.detection.cleaning.hum import sub_block_samples
from ekbom.detection.records import join_rows, map_rows
from ekbom.detection.robust.candidates import OwnCandidates
from ekbom.detection.robust.detect import RobustFindings, detect_block
from ekbom.detection.robust.grids import Grids, grids_for
from ekbom.detection.robust.rule import Rule
from ekbom.detection.runs import Crossings
from ekbom.detection.surface.looks import Looks
from ekbom.detection.trace import BinnedLevels
from ekbom.model.recording import BeatSearch, LegSignal


class Block(NamedTuple):
    """One block in samples.

    [start, stop) is worked on, only what begins in [core_start, core_stop) is kept.
    """

    start: int
    stop: int
    core_start: int
    core_stop: int

    def core(self, unit: int) -> slice:
        """Give the core within the block, in whole units of so many samples, at least one."""
        first = (self.core_start - self.start) // unit
        last = (self.core_stop - self.start) // unit
        return slice(first, max(last, first + 1))

    def steps(self, unit: int) -> int:
        """Count the whole units of the core that the block holds."""
        whole = range((self.stop - self.start) // unit)
        return len(whole[self.core(unit)])


def plan_blocks(
    size: int, *, fs_hz: float, grids: Grids, settings: RobustSettings
) -> list[Block]:
    """Cut a recording into blocks whose borders lie on every grid that is used within them."""
    longest = _longest_core(fs_hz, settings)
    unit = _unit(fs_hz, grids, settings, longest=longest)
    core = unit * max(1, round(longest / unit))
    margin = unit * math.ceil(settings.margin_s * fs_hz / unit)
    least = int(core * settings.last_core_share)
    starts = range(0, max(1, size - least), core)
    blocks = [
        Block(max(0, s - margin), min(size, s + core + margin), s, s + core)
        for s in starts
    ]
    return [*blocks[:-1], blocks[-1]._replace(stop=size, core_stop=size)]


def _longest_core(fs_hz: float, settings: RobustSettings) -> float:
    """Count the samples of a core: less time at a high rate, but no less than a margin lasts."""
    most = min(settings.core_s * fs_hz, settings.core_most_samples)
    return max(most, settings.margin_s * fs_hz)


def _unit(
    fs_hz: float, grids: Grids, settings: RobustSettings, *, longest: float
) -> int:
    """Count the samples of the shortest stretch of whole level steps and hum windows.

    Level steps alone where that stretch is longer than a core.
    """
    hum_window = settings.hum.window_blocks * sub_block_samples(
        fs_hz, settings.hum
    )
    unit = math.lcm(grids.step, hum_window)
    return unit if unit <= longest else grids.step


def detect_robustly(
    leg: LegSignal,
    *,
    amplitude: AmplitudeCriteria,
    settings: RobustSettings,
    search: BeatSearch,
    likeness: Likeness | None = None,
) -> RobustFindings:
    """Run the robust detector over a whole leg.

    Parameters
    ----------
    search
        Gives the heart beats of a stretch of the leg.
    likeness
        Likeness to the other leg, None if there is no other.
    """
    rule = Rule(amplitude, settings, grids_for(leg.fs_hz, settings))
    blocks = plan_blocks(
        len(leg.emg_uv), fs_hz=leg.fs_hz, grids=rule.grids, settings=settings
    )
    drawn = BinnedLevels(
        leg,
        bin_s=settings.trace_bin_s,
        step_s=rule.grids.fine_s,
        size=sum(block.steps(rule.grids.block) for block in blocks),
    )
    whole = _joined(
        [_part(leg, block, rule, search, drawn) for block in blocks]
    )
    levels, step_s = whole.levels, rule.grids.step_s
    same = cross_talk_at(
        likeness, levels.rest_uv.size, step_s, settings=settings.cross_talk
    )
    levels = replace(levels, cross_talk=same)
    return replace(whole, levels=levels, drawn=drawn)


def _part(
    leg: LegSignal,
    block: Block,
    rule: Rule,
    search: BeatSearch,
    drawn: BinnedLevels,
) -> RobustFindings:
    """Run the detector over one block and keep what belongs to its core; add to what is drawn."""
    own = replace(leg, emg_uv=leg.emg_uv[block.start : block.stop])
    findings = detect_block(own, block.start, rule=rule, search=search)
    fine = block.core(rule.grids.block)
    rest_uv = findings.rest_uv[fine]
    drawn.add(np.hypot(findings.envelope_uv[fine], rest_uv), rest_uv)
    return _core_of(findings.found, block, rule.grids)


def _core_of(
    findings: RobustFindings, block: Block, grids: Grids
) -> RobustFindings:
    """Keep what belongs to the core of a block, in samples of the recording."""
    steps = block.core(grids.step)
    return replace(
        findings,
        candidates=_candidates_of(findings.candidates, block),
        bursts=_bursts_of(findings.bursts, block),
        looks=_looks_of(findings.looks, block),
        levels=map_rows(findings.levels, lambda column: column[steps].copy()),
        beats=findings.beats[steps].copy(),
    )


def _candidates_of(candidates: OwnCandidates, block: Block) -> OwnCandidates:
    """Keep the candidates that begin in the core of a block, in samples of the recording."""
    onset = candidates.found.onset + block.start
    mine = (onset >= block.core_start) & (onset < block.core_stop)
    own = map_rows(candidates, lambda column: column[mine])
    found = Crossings(
        onset[mine], own.found.offset + block.start, own.found.truncated
    )
    return replace(own, found=found)


def _bursts_of(bursts: Crossings, block: Block) -> Crossings:
    """Keep the bursts that begin in the core of a block, in samples of the recording."""
    onset, offset = bursts.onset + block.start, bursts.offset + block.start
    mine = (onset >= block.core_start) & (onset < block.core_stop)
    return Crossings(onset[mine], offset[mine], bursts.truncated[mine])


def _looks_of(looks: Looks, block: Block) -> Looks:
    """Keep the looks that begin in the core of a block, in samples of the recording."""
    start = looks.start + block.start
    mine = (start >= block.core_start) & (start < block.core_stop)
    own = map_rows(looks, lambda column: column[mine])
    return own._replace(start=start[mine])


def _joined(parts: Sequence[RobustFindings]) -> RobustFindings:
    """Put the findings of all blocks one after the other."""
    mains_hz = sorted({hz for part in parts for hz in part.mains_hz})
    return replace(join_rows(parts), mains_hz=tuple(mains_hz))
