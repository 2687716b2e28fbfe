"""Agreement tried on what is known.

Perturbed copies of 60 nights (what was done to them is known), and six people's stages.
"""

import itertools
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ekbom.model.movements import LegMovements
from ekbom.rules.load_indices import agreement_settings, load_index_table
from ekbom.scoring.agreement.bland_altman import bland_altman
from ekbom.scoring.agreement.kappa import stage_kappa
from ekbom.scoring.agreement.records import BlandAltman
from ekbom.scoring.agreement.scorings import Scoring, compare_scorings
from validation.plmscore_statistics import (
    NIGHTS,
    Night,
    indices_of_legs,
    night_hypnogram,
    night_leg_movements,
    read_night,
)
from validation.sleep_statistics import as_hypnogram, load_hypnograms

SETTINGS = agreement_settings(load_index_table())
DROPPED, ADDED, JITTER_S = 0.1, 10, 0.1


class Perturbed(NamedTuple):
    """A changed copy of the movements of a night, and how many were left out and put in."""

    legs: LegMovements
    n_dropped: int
    n_added: int


def perturb(legs: LegMovements, rng: np.random.Generator) -> Perturbed:
    """Leave out a tenth of the movements, move the others by a tenth of a second, put ten in."""
    keep = rng.random(len(legs.onset_s)) >= DROPPED
    n = int(keep.sum())
    onset = np.concatenate(
        [
            legs.onset_s[keep] + rng.normal(0, JITTER_S, n),
            rng.uniform(0, float(legs.onset_s.max()), ADDED),
        ]
    )
    duration = np.concatenate(
        [
            np.maximum(legs.duration_s[keep] + rng.normal(0, JITTER_S, n), 0.3),
            np.full(ADDED, 1.0),
        ]
    )
    side = np.concatenate(
        [legs.side[keep], rng.choice(["left", "right"], ADDED)]
    )
    order = np.argsort(onset, kind="stable")
    copy = LegMovements(
        onset_s=np.maximum(onset[order], 0),
        duration_s=duration[order],
        side=side[order],
        truncated=np.zeros(len(order), dtype=bool),
    )
    return Perturbed(copy, len(keep) - n, ADDED)


def compare_copies(folder: Path) -> tuple[list[str], BlandAltman]:
    """Compare every night with a changed copy of itself.

    Give a line per measure and the limits of agreement of the PLM index.
    """
    recall, precision, kappa, onset, indices = [], [], [], [], []
    for number, path in enumerate(sorted(folder.glob("night_*.json.gz"))):
        night = read_night(path)
        one, other = _scorings(night, np.random.default_rng(number))
        found = compare_scorings(
            one,
            other,
            duration_s=30.0 * len(night["inputs"]["stages"]),
            settings=SETTINGS,
            index_names=("plms_per_h",),
        )
        for side in ("left", "right"):
            recall.append(found.events[side].recall[0])
            precision.append(found.events[side].precision[0])
            onset.append(
                float(np.median(found.events[side].onset_difference_s))
            )
        kappa.append(found.seconds["any"].value or 0.0)
        indices.append(
            [scoring.indices["plms_per_h"].value for scoring in (one, other)]
        )
    table = np.array(indices, dtype=np.float64)
    limits = bland_altman(
        "plms_per_h", table[:, 0], table[:, 1], settings=SETTINGS
    )
    lines = [
        f"{name}: median {np.median(values):.3f}, range {min(values):.3f} to {max(values):.3f}"
        for name, values in (
            (f"recall (expected about {1 - DROPPED:g})", recall),
            ("precision", precision),
            ("kappa per second", kappa),
            ("median onset difference, s (expected about 0)", onset),
        )
    ]
    return lines, limits


def _scorings(
    night: Night, rng: np.random.Generator
) -> tuple[Scoring, Scoring]:
    """Make the two scorings of a night: as it is, and changed."""
    legs, hypnogram = night_leg_movements(night), night_hypnogram(night)
    copy = perturb(legs, rng).legs
    both = [
        Scoring(name, each, hypnogram, indices_of_legs(night, each))
        for name, each in (("night", legs), ("copy", copy))
    ]
    return both[0], both[1]


def stage_lines() -> list[str]:
    """Kappa of every two of the six people who staged one night."""
    people = {
        name[-1]: as_hypnogram(stages)
        for name, stages in load_hypnograms().items()
        if name.startswith("psg_ipa")
    }
    kappas = {
        pair: stage_kappa(people[pair[0]], people[pair[1]]).value
        for pair in itertools.combinations(people, 2)
    }
    values = [value for value in kappas.values() if value is not None]
    lowest, highest = min(values), max(values)
    return [
        f"stages, {len(people)} people, {len(values)} pairs: "
        f"kappa median {np.median(values):.2f}, range {lowest:.2f} to {highest:.2f}"
    ]


def main() -> int:
    """Print the figures; return 1 if what was done to the copies is not found again."""
    lines, limits = compare_copies(NIGHTS)
    print("\n".join([*lines, *stage_lines()]))
    if limits.bias is None or limits.lower is None or limits.upper is None:
        return 1
    span = f"{limits.lower:+.2f} to {limits.upper:+.2f}/h"
    print(
        f"PLM index across {limits.n_nights} nights: "
        f"bias {limits.bias:+.2f}/h, limits of agreement {span}"
    )
    recall = float(lines[0].split("median ")[1].split(",")[0])
    return int(abs(recall - (1 - DROPPED)) > 0.05)


if __name__ == "__main__":
    sys.exit(main())
