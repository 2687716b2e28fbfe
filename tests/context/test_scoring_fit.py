"""A scoring moved against its recording is noticed; one that fits or tells nothing is not."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from ekbom.context.scoring_fit import awakenings, scoring_shift
from ekbom.criteria.input_limits import ScoringFit
from ekbom.model.events import Event, EventKind, Hypnogram
from ekbom.model.finding import Finding
from ekbom.model.movements import LegMovements
from ekbom.model.recording import FloatArray
from ekbom.rules.load_detection import load_scoring_fit

HOURS = 7.0
DURATION_S = HOURS * 3600.0
TABLE = load_scoring_fit()
Marks = Callable[[FloatArray, float], tuple[Event, ...]]


def moving(onset_s: FloatArray, duration_s: float = 2.0) -> LegMovements:
    ordered = np.sort(onset_s)
    return LegMovements(
        onset_s=ordered,
        duration_s=np.full(ordered.size, duration_s),
        side=np.full(ordered.size, "left"),
        truncated=np.zeros(ordered.size, np.bool_),
    )


def joined(first: LegMovements, second: LegMovements) -> LegMovements:
    order = np.argsort(np.concatenate((first.onset_s, second.onset_s)))
    lasting_s = np.concatenate((first.duration_s, second.duration_s))[order]
    both = moving(np.concatenate((first.onset_s, second.onset_s)))
    return replace(both, duration_s=lasting_s)


def scattered(n: int, *, seed: int) -> FloatArray:
    """Times of a night at random."""
    rng = np.random.default_rng(seed)
    return np.sort(rng.uniform(300.0, DURATION_S - 300.0, n))


def periodic(seed: int) -> FloatArray:
    """Series of movements, every 25 s or so."""
    rng = np.random.default_rng(seed)
    starts = np.arange(900.0, DURATION_S - 1500.0, 1800.0)
    steps_s = 25.0 * np.exp(0.25 * rng.standard_normal((starts.size, 30)))
    return np.sort((starts[:, None] + np.cumsum(steps_s, axis=1)).ravel())


def arousals(onset_s: FloatArray, shift_s: float) -> tuple[Event, ...]:
    return tuple(
        Event(
            onset_s=at_s + shift_s,
            duration_s=6.0,
            kind=EventKind.AROUSAL,
            label="Arousal",
        )
        for at_s in onset_s.tolist()
        if 0.0 <= at_s + shift_s < DURATION_S
    )


def apneas(end_s: FloatArray, shift_s: float) -> tuple[Event, ...]:
    return tuple(
        Event(
            onset_s=at_s + shift_s - 20.0,
            duration_s=20.0,
            kind=EventKind.APNEA_OBSTRUCTIVE,
            label="Apnea",
        )
        for at_s in end_s.tolist()
        if 20.0 <= at_s + shift_s < DURATION_S
    )


def waking(onset_s: FloatArray, shift_s: float = 0.0) -> Hypnogram:
    """Sleep with an epoch of wake at some times."""
    epochs = np.arange(0.0, DURATION_S, 30.0)
    stage = np.full(epochs.size, "N2")
    stage[(onset_s / 30.0).astype(np.int64)] = "W"
    return Hypnogram(
        onset_s=epochs + shift_s,
        duration_s=np.full(epochs.size, 30.0),
        stage=stage,
        epoch_s=30.0,
    )


def shift_of(found: tuple[Finding, ...]) -> float:
    """The shift that was found with its sign, 0 for none."""
    if not found:
        return 0.0
    (finding,) = found
    size_s = finding.values["shift_s"]
    assert isinstance(size_s, float)
    return size_s if finding.code == "scoring-late" else -size_s


def found_by(
    movements: LegMovements,
    events: tuple[Event, ...] = (),
    hypnogram: Hypnogram | None = None,
    settings: ScoringFit = TABLE,
) -> float:
    return shift_of(
        scoring_shift(
            movements,
            hypnogram,
            events,
            duration_s=DURATION_S,
            settings=settings,
        )
    )


SHIFTS_S = (300.0, 600.0, 1800.0, 3600.0, -300.0, -1800.0, -3600.0)


@pytest.mark.parametrize("shift_s", SHIFTS_S)
@pytest.mark.parametrize("marks", [arousals, apneas])
def test_marks_that_meet_the_movements_elsewhere_were_moved(
    marks: Marks, shift_s: float
) -> None:
    onset_s = periodic(1)
    events = marks(onset_s[::6], shift_s)
    assert found_by(moving(onset_s), events) == pytest.approx(shift_s, abs=4.0)


@pytest.mark.parametrize("shift_s", SHIFTS_S)
def test_awakenings_that_meet_body_movements_elsewhere_were_moved(
    shift_s: float,
) -> None:
    waking_s = scattered(25, seed=2)
    movements = joined(moving(periodic(3)), moving(waking_s, 12.0))
    found_s = found_by(movements, hypnogram=waking(waking_s, shift_s))
    assert found_s == pytest.approx(shift_s, abs=60.0)


@pytest.mark.parametrize("seed", range(12))
def test_a_scoring_that_fits_is_left_alone(seed: int) -> None:
    onset_s = periodic(seed)
    waking_s = scattered(25, seed=seed + 50)
    movements = joined(moving(onset_s), moving(waking_s, 12.0))
    assert found_by(movements, arousals(onset_s[::6], 0.0)) == 0.0
    assert found_by(movements, apneas(onset_s[::6], 0.0)) == 0.0
    assert found_by(movements, hypnogram=waking(waking_s)) == 0.0


@pytest.mark.parametrize("seed", range(12))
def test_a_scoring_that_meets_nothing_anywhere_is_left_alone(seed: int) -> None:
    movements = moving(periodic(seed))
    marks = arousals(scattered(120, seed=seed + 100), 0.0)
    stages = waking(scattered(25, seed=seed + 200))
    assert found_by(movements, marks, stages) == 0.0


def test_a_night_without_movements_or_scoring_tells_nothing() -> None:
    assert found_by(moving(np.zeros(0)), arousals(periodic(1), 0.0)) == 0.0
    assert found_by(moving(periodic(1))) == 0.0
    assert awakenings(None).size == 0


def test_only_wake_between_sleep_is_an_awakening() -> None:
    stage = np.array(["W", "W", "N1", "W", "W", "N2", "R", "W"])
    stages = Hypnogram(
        onset_s=np.arange(0.0, 240.0, 30.0),
        duration_s=np.full(8, 30.0),
        stage=stage,
        epoch_s=30.0,
    )
    assert awakenings(stages).tolist() == [90.0]


def arousal_case(
    settings: ScoringFit, *, every: int = 6, late_s: float = 1200.0
) -> float:
    onset_s = periodic(1)
    return found_by(
        moving(onset_s), arousals(onset_s[::every], late_s), None, settings
    )


def waking_case(
    settings: ScoringFit,
    *,
    n: int = 25,
    lasting_s: float = 12.0,
    late_s: float = 1200.0,
) -> float:
    waking_s = scattered(n, seed=2)
    movements = joined(moving(periodic(3)), moving(waking_s, lasting_s))
    return found_by(movements, (), waking(waking_s, late_s), settings)


def doubled_case(settings: ScoringFit) -> float:
    """Two arousals where they belong for three twenty minutes later."""
    onset_s = periodic(1)
    events = (*arousals(onset_s[::6], 1200.0), *arousals(onset_s[3::9], 0.0))
    return found_by(moving(onset_s), events, None, settings)


@pytest.mark.parametrize(
    ("changes", "case", "before_s", "after_s"),
    [
        ({"longest_shift_s": 900.0}, arousal_case, 1200.0, 0.0),
        (
            {"smallest_shift_s": 10.0},
            lambda s: arousal_case(s, late_s=15.0),
            0.0,
            15.0,
        ),
        ({"hits_least": 90.0}, arousal_case, 1200.0, 0.0),
        ({"chance_sd": 60.0}, arousal_case, 1200.0, 0.0),
        ({"fits_sd": 60.0}, doubled_case, 0.0, 1200.0),
        ({"fits_share": 0.9}, doubled_case, 0.0, 1200.0),
        ({"awakenings_least": 30.0}, waking_case, 1200.0, 0.0),
        ({"active_least_s": 14.0}, waking_case, 1200.0, 0.0),
        ({"awake_smallest_s": 1300.0}, waking_case, 1200.0, 0.0),
        ({"awake_sd": 60.0}, waking_case, 1200.0, 0.0),
    ],
)
def test_a_number_of_the_table_does_what_it_is_there_for(
    changes: dict[str, float],
    case: Callable[[ScoringFit], float],
    before_s: float,
    after_s: float,
) -> None:
    assert case(TABLE) == pytest.approx(before_s, abs=60.0)
    assert case(replace(TABLE, **changes)) == pytest.approx(after_s, abs=60.0)
