"""A whole recording, block by block.

Memory does not grow with its length, and no edge of a block is ever seen.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ekbom.criteria.detector import RobustSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.cleaning.hum import sub_block_samples
from ekbom.detection.evidence import join_evidence, select_rows
from ekbom.detection.literal.crossings import Crossings, select_movements
from ekbom.detection.quality import LegLevels
from ekbom.detection.robust.detect import BlockFindings, Grids, detect_block, grids_for
from ekbom.detection.shared import SharedWork
from ekbom.model.movements import MovementEvidence
from ekbom.model.recording import BoolArray, FloatArray, LegSignal, SignalArray

_HUM_WINDOW_BLOCKS = 50


class Block(NamedTuple):
    """One block in samples: [start, stop) is worked on, only what begins in [core_start, core_stop) is kept."""

    start: int
    stop: int
    core_start: int
    core_stop: int


@dataclass(frozen=True, eq=False, kw_only=True)
class RobustFindings:
    """What the robust detector found in a whole leg.

    `found`, `evidence`, `muscle`: candidates in samples, `accepted` those that are movements;
    levels, and envelope and rest on the fine grid of `fine_s` seconds.
    """

    found: Crossings
    evidence: MovementEvidence
    accepted: BoolArray
    muscle: FloatArray
    levels: LegLevels
    envelope_uv: SignalArray
    fine_rest_uv: SignalArray
    fine_s: float
    mains_hz: tuple[float, ...]
    n_beats: int


def plan_blocks(size: int, *, fs_hz: float, grids: Grids, settings: RobustSettings) -> list[Block]:
    """Cut a recording into blocks whose borders lie on every grid that is used within them."""
    unit = math.lcm(grids.step, _HUM_WINDOW_BLOCKS * sub_block_samples(fs_hz))
    if unit > settings.core_s * fs_hz:
        unit = grids.step
    core = unit * max(1, round(settings.core_s * fs_hz / unit))
    margin = unit * math.ceil(settings.margin_s * fs_hz / unit)
    starts = range(0, max(1, size - core // 4), core)
    last = starts[-1]
    return [
        Block(
            max(0, s - margin),
            size if s == last else min(size, s + core + margin),
            s,
            size if s == last else s + core,
        )
        for s in starts
    ]


def detect_robustly(
    leg: LegSignal,
    *,
    amplitude: AmplitudeCriteria,
    settings: RobustSettings,
    ecg: LegSignal | None,
    other_leg: LegSignal | None,
    shared: SharedWork | None = None,
) -> RobustFindings:
    """Run the robust detector over a whole leg; `shared` keeps for the other leg what both need."""
    shared = SharedWork() if shared is None else shared
    grids = grids_for(leg.fs_hz, settings)
    blocks = plan_blocks(leg.emg_uv.size, fs_hz=leg.fs_hz, grids=grids, settings=settings)
    parts = list(
        _parts(
            leg, blocks, grids=grids, amplitude=amplitude, settings=settings, ecg=ecg, shared=shared
        )
    )
    levels = LegLevels(
        step_s=grids.step_s,
        rest_uv=_joined(parts, "rest_uv"),
        noise_uv=np.sqrt(_joined(parts, "as_recorded_uv2")),
        hum_uv=_joined(parts, "hum_uv"),
        ecg_uv=_joined(parts, "ecg_uv"),
        cross_talk=np.zeros(0, np.bool_),
        clipped=_joined(parts, "clipped"),
        flat=_joined(parts, "flat"),
        missing=_joined(parts, "missing"),
    )
    cross_talk = _cross_talk(
        leg, other_leg, levels.rest_uv.size, grids.step_s, settings=settings, shared=shared
    )
    return RobustFindings(
        found=Crossings(
            *(np.concatenate([part.found[column] for part in parts]) for column in range(3))
        ),
        evidence=join_evidence([part.evidence for part in parts]),
        accepted=np.concatenate([part.accepted for part in parts]),
        muscle=np.concatenate([part.muscle for part in parts]),
        levels=replace(levels, cross_talk=cross_talk),
        envelope_uv=np.concatenate([part.envelope_uv for part in parts]),
        fine_rest_uv=np.concatenate([part.fine_rest_uv for part in parts]),
        fine_s=grids.block / grids.fs_hz,
        mains_hz=tuple(sorted({hz for part in parts for hz in part.mains_hz})),
        n_beats=int(sum(part.n_beats for part in parts)),
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class _Part:
    """What is kept of one block."""

    found: Crossings
    evidence: MovementEvidence
    accepted: BoolArray
    muscle: FloatArray
    steps: dict[str, FloatArray]
    envelope_uv: SignalArray
    fine_rest_uv: SignalArray
    mains_hz: tuple[float, ...]
    n_beats: float


def _joined(parts: list[_Part], name: str) -> FloatArray:
    """Put the level steps of all blocks one after the other."""
    return np.concatenate([part.steps[name] for part in parts])


def _parts(
    leg: LegSignal,
    blocks: list[Block],
    *,
    grids: Grids,
    amplitude: AmplitudeCriteria,
    settings: RobustSettings,
    ecg: LegSignal | None,
    shared: SharedWork,
) -> Iterator[_Part]:
    """Work on the blocks one by one."""
    for block in blocks:
        piece = replace(leg, emg_uv=leg.emg_uv[block.start : block.stop])
        heart = None
        if ecg is not None:
            scale = ecg.fs_hz / leg.fs_hz
            heart = shared.beats(ecg, round(block.start * scale), round(block.stop * scale))
        findings = detect_block(
            piece, grids=grids, amplitude=amplitude, settings=settings, ecg=heart
        )
        yield _keep_core(findings, block, grids)


def _keep_core(findings: BlockFindings, block: Block, grids: Grids) -> _Part:
    """Keep what belongs to the core of a block, in samples of the recording."""
    candidates = findings.candidates
    found = Crossings(
        candidates.found.onset + block.start,
        candidates.found.offset + block.start,
        candidates.found.truncated,
    )
    mine: BoolArray = (found.onset >= block.core_start) & (found.onset < block.core_stop)
    first, last = (
        (block.core_start - block.start) // grids.step,
        (block.core_stop - block.start) // grids.step,
    )
    steps = slice(first, max(last, first + 1))
    fine = slice(
        (block.core_start - block.start) // grids.block,
        (block.core_stop - block.start) // grids.block,
    )
    columns = {
        name: getattr(findings, name)
        for name in ("rest_uv", "as_recorded_uv2", "hum_uv", "ecg_uv", "beats")
    }
    columns |= {name: getattr(findings.lost, name) for name in ("clipped", "flat", "missing")}
    kept = {name: values[steps] for name, values in columns.items()}
    return _Part(
        found=select_movements(found, mine),
        evidence=select_rows(candidates.evidence, mine),
        accepted=candidates.accepted[mine],
        muscle=candidates.muscle[mine],
        steps=kept,
        envelope_uv=findings.envelope.above_uv[fine].copy(),
        fine_rest_uv=np.sqrt(findings.envelope.rest_uv2[fine]),
        mains_hz=findings.mains_hz,
        n_beats=float(kept["beats"].sum()),
    )


def _cross_talk(
    leg: LegSignal,
    other: LegSignal | None,
    n_steps: int,
    step_s: float,
    *,
    settings: RobustSettings,
    shared: SharedWork,
) -> BoolArray:
    """Level steps at which both legs carry the same waveform."""
    if other is None:
        return np.zeros(n_steps, np.bool_)
    times_s, likeness = shared.likeness(
        leg, other, mains_hz=settings.mains_hz, harmonics=int(settings.hum_harmonics)
    )
    if not times_s.size:
        return np.zeros(n_steps, np.bool_)
    nearest = np.clip(np.searchsorted(times_s, np.arange(n_steps) * step_s), 0, times_s.size - 1)
    return np.asarray(likeness[nearest] > settings.cross_talk_likeness)
