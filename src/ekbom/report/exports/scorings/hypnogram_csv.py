"""A hypnogram as YASA has it: ``Epoch,Stage``, one row for every 30 s from the first sample on."""

from collections import Counter
from typing import NamedTuple

from ekbom.model.events import Stage
from ekbom.report.exports.scorings.marks import NightMarks

EPOCH_MS = 30_000
WORDS = {
    Stage.WAKE: "WAKE",
    Stage.N1: "N1",
    Stage.N2: "N2",
    Stage.N3: "N3",
    Stage.REM: "REM",
    Stage.UNSCORED: "UNS",
}


class Epochs(NamedTuple):
    """The stage of every epoch of 30 s, and how many of them hold more than one stage."""

    stages: list[Stage]
    mixed: int


def hypnogram_bytes(night: NightMarks) -> bytes:
    """Write the stage that lasts longest in every epoch."""
    stages = epochs_of(night).stages
    rows = [f"{i},{WORDS[stage]}" for i, stage in enumerate(stages)]
    return "".join(f"{row}\n" for row in ["Epoch,Stage", *rows]).encode()


def epochs_of(night: NightMarks) -> Epochs:
    """Cut the hypnogram into epochs of 30 s; time in no interval is unscored."""
    shares: dict[int, Counter[Stage]] = {}
    for row in night.stages():
        begin_ms = max(0, round(row.onset_s * 1000))
        end_ms = round((row.onset_s + row.duration_s) * 1000)
        for epoch in range(begin_ms // EPOCH_MS, -(-end_ms // EPOCH_MS)):
            first_ms, last_ms = epoch * EPOCH_MS, (epoch + 1) * EPOCH_MS
            inside_ms = min(end_ms, last_ms) - max(begin_ms, first_ms)
            shares.setdefault(epoch, Counter())[row.stage] += inside_ms
    n_epochs = max(shares, default=-1) + 1
    for share in shares.values():
        share[Stage.UNSCORED] += EPOCH_MS - share.total()
    held = [shares.get(epoch, Counter()) for epoch in range(n_epochs)]
    stages = [
        max(share, key=lambda stage: share[stage], default=Stage.UNSCORED)
        for share in held
    ]
    mixed = sum(len(+share) > 1 for share in held)
    return Epochs(stages, mixed)
