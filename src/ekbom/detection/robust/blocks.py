"""A whole recording, block by block.

Memory does not grow with its length, and nothing that is decided near an edge of a block is kept.
"""

import math
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, NamedTuple

import numpy as np

from ekbom.criteria.detector import RobustSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.cleaning.cross_talk import Likeness, cross_talk_at
from ekbom.detection.cleaning.hum import sub_block_samples
from ekbom.detection.evidence import join_evidence, select_rows
from ekbom.detection.levels import LegLevels
from ekbom.detection.robust.candidates import OwnCandidates
from ekbom.detection.robust.detect import RobustFindings, detect_block
from ekbom.detection.robust.grids import Grids, grids_for
from ekbom.detection.runs import Crossings, select_movements
from ekbom.model.heart import BeatSearch
from ekbom.model.recording import LegSignal


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


def plan_blocks(size: int, *, fs_hz: float, grids: Grids, settings: RobustSettings) -> list[Block]:
    """Cut a recording into blocks whose borders lie on every grid that is used within them."""
    hum_window = settings.hum.window_blocks * sub_block_samples(fs_hz, settings.hum)
    unit = math.lcm(grids.step, hum_window)
    if unit > settings.core_s * fs_hz:
        unit = grids.step
    core = unit * max(1, round(settings.core_s * fs_hz / unit))
    margin = unit * math.ceil(settings.margin_s * fs_hz / unit)
    least = int(core * settings.last_core_share)
    starts = range(0, max(1, size - least), core)
    blocks = [Block(max(0, s - margin), min(size, s + core + margin), s, s + core) for s in starts]
    return [*blocks[:-1], blocks[-1]._replace(stop=size, core_stop=size)]


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
    grids = grids_for(leg.fs_hz, settings)
    parts = []
    for block in plan_blocks(leg.emg_uv.size, fs_hz=leg.fs_hz, grids=grids, settings=settings):
        findings = detect_block(
            replace(leg, emg_uv=leg.emg_uv[block.start : block.stop]),
            block.start,
            grids=grids,
            amplitude=amplitude,
            settings=settings,
            search=search,
        )
        parts.append(_core_of(findings, block, grids))
    whole = _joined(parts)
    n_steps, cross_talk = whole.levels.rest_uv.size, settings.cross_talk
    same = cross_talk_at(likeness, n_steps, grids.step_s, settings=cross_talk)
    return replace(whole, levels=replace(whole.levels, cross_talk=same))


def _core_of(findings: RobustFindings, block: Block, grids: Grids) -> RobustFindings:
    """Keep what belongs to the core of a block, in samples of the recording."""
    steps, fine = block.core(grids.step), block.core(grids.block)
    columns = {name: column[steps] for name, column in _columns(findings.levels).items()}
    return replace(
        findings,
        candidates=_candidates_of(findings.candidates, block),
        levels=replace(findings.levels, **columns),
        beats=findings.beats[steps],
        envelope_uv=findings.envelope_uv[fine].copy(),
        fine_rest_uv=findings.fine_rest_uv[fine].copy(),
    )


def _columns(levels: LegLevels) -> dict[str, Any]:  # Any: columns of numbers and of flags
    """Everything that is given for each level step."""
    names = [field.name for field in fields(levels) if field.name != "step_s"]
    return {name: getattr(levels, name) for name in names}


def _candidates_of(candidates: OwnCandidates, block: Block) -> OwnCandidates:
    """Keep the candidates that begin in the core of a block, in samples of the recording."""
    found = candidates.found
    onset = found.onset + block.start
    mine = (onset >= block.core_start) & (onset < block.core_stop)
    moved = Crossings(onset, found.offset + block.start, found.truncated)
    return OwnCandidates(
        found=select_movements(moved, mine),
        evidence=select_rows(candidates.evidence, mine),
        accepted=candidates.accepted[mine],
        muscle=candidates.muscle[mine],
    )


def _joined(parts: Sequence[RobustFindings]) -> RobustFindings:
    """Put the findings of all blocks one after the other."""
    columns = [_columns(part.levels) for part in parts]
    levels: dict[str, Any] = {  # Any: columns of numbers and of flags
        name: np.concatenate([column[name] for column in columns]) for name in columns[0]
    }
    candidates = [part.candidates for part in parts]
    found = zip(*(part.found for part in candidates), strict=True)
    return RobustFindings(
        candidates=OwnCandidates(
            found=Crossings(*(np.concatenate(column) for column in found)),
            evidence=join_evidence([part.evidence for part in candidates]),
            accepted=np.concatenate([part.accepted for part in candidates]),
            muscle=np.concatenate([part.muscle for part in candidates]),
        ),
        levels=replace(parts[0].levels, **levels),
        beats=np.concatenate([part.beats for part in parts]),
        envelope_uv=np.concatenate([part.envelope_uv for part in parts]),
        fine_rest_uv=np.concatenate([part.fine_rest_uv for part in parts]),
        fine_s=parts[0].fine_s,
        mains_hz=tuple(sorted({hz for part in parts for hz in part.mains_hz})),
    )
