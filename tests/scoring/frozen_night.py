"""Nights drawn by lot, scored by every standard, as rows to be frozen.

``python tests/scoring/frozen_night.py``, with ``tests`` and ``tests/pipeline`` on the path, writes
the list anew. Where an index cannot be computed, the reason stands for it.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from frozen_outcome import condensed, flattened
from frozen_words import write_frozen
from scored_nights import random_marks

from ekbom.model.result import IndexValue, RuleSetScore, StudyResult
from ekbom.pipeline.score import score_night
from ekbom.pipeline.side_by_side.compare import compare_two, scoring_of_result

FROZEN = Path(__file__).with_name("frozen_night.yaml")
STANDARDS = ("wasm2016", "aasm", "wasm2006", "asda1993", "coleman1982")
STAGES = ("W", "N1", "N2", "N2", "N3", "R", "N2", "W")
LENGTH_S = 3 * 3600.0
SAMPLES = 20
EVENTS = {
    "arousals": ("EEG arousal", 5.0, 70.0),
    "breathing": ("Obstructive apnea", 14.0, 160.0),
}


def night(
    folder: Path, seed: int, scored: tuple[str, ...] = ("arousals", "breathing")
) -> StudyResult:
    """Score a night of awkward movements, with arousals and apnoeas where these were scored."""
    rng = np.random.default_rng(seed)
    movements, annotations = (
        folder / f"{seed}.csv",
        folder / f"{seed}_events.tsv",
    )
    sides = {"L": "left", "R": "right"}
    marks = random_marks(rng, n=400, length_s=LENGTH_S - 60.0)
    rows = [f"{on},{lasts},{sides[leg]}" for leg, on, lasts in marks]
    movements.write_text(
        "\n".join(["onset_s,duration_s,side", *rows]) + "\n", encoding="utf-8"
    )
    epochs = np.repeat(rng.choice(STAGES, size=36), 10)
    told = [
        (30.0 * place, 30.0, f"Sleep stage {stage}")
        for place, stage in enumerate(epochs)
    ]
    for label, lasts, every_s in [EVENTS[kind] for kind in scored]:
        onsets = np.arange(30.0, LENGTH_S - 60.0, every_s) + rng.uniform(0, 40)
        told += [(float(on), lasts, label) for on in np.round(onsets, 3)]
    lines = [f"{on}\t{lasts}\t{label}" for on, lasts, label in sorted(told)]
    annotations.write_text(
        "\n".join(["onset\tduration\ttrial_type", *lines]) + "\n", "utf-8"
    )
    return score_night(
        movements=movements,
        annotations=[annotations],
        rules=STANDARDS,
        scored=scored,
        bootstrap_samples=SAMPLES,
    )


def rows() -> dict[str, Mapping[str, str]]:
    """Score the nights and write what every standard says."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = (night(Path(folder), seed) for seed in (11, 12))
        partly = {
            kinds: night(Path(folder), 13, kinds)
            for kinds in (("arousals",), ("breathing",), ())
        }
    found = {name: score_rows(score) for name, score in first.scores.items()}
    found |= {
        f"{name} again": score_rows(second.scores[name])
        for name in STANDARDS[:2]
    }
    for kinds, one in partly.items():
        found[f"scored: {' '.join(kinds) or 'nothing'}"] = score_rows(
            one.scores["wasm2016"]
        )
    found["sleep"] = {
        key: f"{one.value:.9g}" for key, one in first.sleep.items() if one.value
    }
    pair = [
        scoring_of_result(one, name=name)
        for one, name in ((first, "a"), (second, "b"))
    ]
    return {**found, "compared": condensed(flattened(compare_two(*pair)))}


def score_rows(score: RuleSetScore) -> dict[str, str]:
    """Write the indices of a score, its rows, and what else was computed, each family as sums."""
    indices = {name: written(one) for name, one in score.indices.items()}
    found = condensed(indices) | {
        "rows": joined_rows(flattened(score.movements))
    }
    parts: dict[str, object] = {
        "interval": score.intervals,
        "profile": score.profile,
    }
    parts |= {"uncertainty": score.uncertainty, "limit": score.limits}
    for name, one in parts.items():
        found |= {
            f"{name} {key}": value
            for key, value in condensed(flattened(one)).items()
        }
    return found


def written(index: IndexValue) -> str:
    """Write the number of an index, or why there is none."""
    if index.value is not None:
        return f"{index.value:.9g}"
    return index.reason.code if index.reason else "none"


def joined_rows(rows: Mapping[str, str]) -> str:
    """Write all rows of a table as one family."""
    return condensed({f"rows_{name}": value for name, value in rows.items()})[
        "rows"
    ]


if __name__ == "__main__":
    write_frozen(
        FROZEN,
        rows(),
        about="Nights drawn by lot, as every standard scores them.",
    )
