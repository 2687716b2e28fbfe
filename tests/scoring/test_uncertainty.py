"""How sure an index is: the bootstrap against a slow twin, reasons, the distance from a line."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scored_nights import (
    BOTH,
    WASM,
    ScoredNight,
    count,
    counted_night,
    hypnogram_of,
    random_marks,
    scored_night,
)
from told import told

from ekbom.model.result import ResampledIndex, ScoredPeriod
from ekbom.rules.load_indices import index_settings, load_index_table
from ekbom.rules.load_scoring import load_rule_set, scoring_criteria
from ekbom.scoring.indices import uncertainty
from ekbom.scoring.indices.intervals import interval_columns
from ekbom.scoring.indices.uncertainty import (
    NightBlocks,
    Resampling,
    bootstrap_indices,
    limit_distances,
    night_blocks,
)

SETTINGS = index_settings(load_index_table())
LENGTH = 14_400.0
WHOLE = ScoredPeriod(recording_s=LENGTH)
RNG = np.random.default_rng(7)
HYPNOGRAM = hypnogram_of(
    *[
        (30.0 * i, 30.0 * i + 30, str(RNG.choice(["W", "N1", "N2", "N3", "R"])))
        for i in range(480)
    ]
)
NIGHT = scored_night(random_marks(RNG, n=600, length_s=LENGTH), HYPNOGRAM)


def resampled(
    night: ScoredNight,
    *,
    seed: int = 1,
    n: int = 100,
    period: ScoredPeriod = WHOLE,
) -> tuple[ResampledIndex, ...]:
    resampling = Resampling(np.random.default_rng(seed), n)
    return bootstrap_indices(
        counted_night(night, period=period), SETTINGS, resampling
    )


def bootstrap(
    *, seed: int = 1, n: int = 400, hypnogram: object = HYPNOGRAM
) -> dict[str, ResampledIndex]:
    night = (
        NIGHT
        if hypnogram is not None
        else scored_night(
            random_marks(np.random.default_rng(7), n=600, length_s=LENGTH), None
        )
    )
    found = resampled(night, seed=seed, n=n)
    return {item.name: item for item in found}


def blocks() -> NightBlocks:
    return night_blocks(
        counted_night(NIGHT, period=WHOLE), interval_columns(NIGHT.movements)[0]
    )


def slow_twin(*, seed: int, n: int) -> list[float]:
    """Resample block by block; draws blocks in the same order as the fast version."""
    rng, cut = np.random.default_rng(seed), blocks()
    out = []
    for row in rng.integers(
        0, len(cut.plm), size=(n, len(cut.plm)), dtype=np.int32
    ):
        plm = minutes = 0.0
        for block in row:
            plm += cut.plm[block]
            minutes += cut.minutes[block]
        out.append(60 * plm / minutes)
    return out


def test_bootstrap_agrees_with_its_slow_twin() -> None:
    values = slow_twin(seed=1, n=400)
    found = bootstrap()["plms_per_h"]
    assert (found.low, found.high) == pytest.approx(
        tuple(np.percentile(values, [2.5, 97.5]))
    )
    assert found.standard_error == pytest.approx(np.std(values, ddof=1))
    assert found.share_above_limit == pytest.approx(
        np.mean(np.array(values) > 15)
    )


def test_bootstrap_of_a_night_larger_than_a_piece_draws_row_by_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = resampled(NIGHT)
    monkeypatch.setattr(uncertainty, "CHUNK", len(blocks().plm) - 1)
    assert resampled(NIGHT) == whole


def test_bootstrap_estimates_are_the_indices_themselves() -> None:
    indices = count(NIGHT, period=WHOLE)
    for name, found in bootstrap().items():
        assert found.estimate == pytest.approx(indices[name].value)
        assert found.low is not None
        assert found.high is not None
        assert found.low <= found.high


def test_bootstrap_blocks_hold_the_whole_night_once() -> None:
    indices, cut = count(NIGHT, period=WHOLE), blocks()
    assert cut.plm.sum() == indices["plms_count"].value
    assert cut.clm.sum() == indices["clms_count"].value
    assert cut.minutes.sum() == pytest.approx(
        indices["analysed_sleep_min"].value
    )
    assert cut.plm[-1] == 0
    assert len(cut.plm) == cut.n_series + 1


def test_bootstrap_same_seed_same_answer() -> None:
    assert bootstrap() == bootstrap()
    assert bootstrap() != bootstrap(seed=2)


def test_bootstrap_without_hypnogram_is_per_hour_of_recording() -> None:
    found = bootstrap(hypnogram=None)
    assert list(found) == [
        "plm_per_recording_h",
        "plm_nr_per_recording_h",
        "pi_movements",
        "pi_intervals",
    ]
    assert found["plm_per_recording_h"].low is not None


def test_bootstrap_of_a_night_with_one_series_gives_no_interval() -> None:
    night = scored_night(
        [("L", 100.0 + 20 * i, 1.0) for i in range(6)], HYPNOGRAM
    )
    found = resampled(night)[0]
    assert (found.low, found.high, told(found.reason)) == (
        None,
        None,
        "1 series cannot be resampled; it takes 2",
    )
    assert found.estimate is not None


def test_bootstrap_without_breathing_scored_does_not_know_the_count_without_breathing() -> (
    None
):
    night = scored_night(
        [("L", 100.0 + 20 * i, 1.0) for i in range(6)],
        HYPNOGRAM,
        scored=BOTH - {"breathing"},
    )
    found = resampled(night)[1]
    assert (found.estimate, told(found.reason)) == (
        None,
        "breathing events were not scored",
    )


@pytest.mark.parametrize(
    ("count_", "minutes", "above", "movements", "distance_min"),
    [
        (80, 300.0, True, -5, 20.0),
        (75, 300.0, False, 1, 0.0),
        (60, 300.0, False, 16, -60.0),
        (0, 300.0, False, 76, -300.0),
        (1, 3.9, True, -1, 0.1),
    ],
)
def test_limit_distance_from_the_adult_line(
    count_: int,
    minutes: float,
    above: bool,
    movements: int,
    distance_min: float,
) -> None:
    found = limit_distances(count_, minutes, criteria=WASM)[0]
    assert (
        found.population,
        found.limit_per_h,
        found.above,
        found.movements,
    ) == (
        "adult",
        15,
        above,
        movements,
    )
    assert found.minutes == pytest.approx(distance_min)


def test_limit_distance_where_the_line_itself_counts_as_above() -> None:
    inclusive = scoring_criteria(
        load_rule_set("wasm2016", options={"plmi_limit_adult_inclusive": True})
    )
    found = limit_distances(75, 300.0, criteria=inclusive)[0]
    assert (found.above, found.movements) == (True, -1)


@pytest.mark.parametrize(
    ("count_", "minutes", "reason"),
    [(None, 300.0, "not known"), (5, None, "hypnogram"), (0, 0.0, "no sleep")],
)
def test_limit_distance_of_an_unknown_index_says_why(
    count_: int | None, minutes: float | None, reason: str
) -> None:
    found = limit_distances(count_, minutes, criteria=WASM)
    assert {item.population for item in found} == {"adult", "child"}
    assert all(
        item.movements is None and reason in told(item.reason) for item in found
    )


@given(plms=st.integers(0, 900), minutes=st.integers(1, 600))
def test_limit_distance_is_the_smallest_change_that_changes_the_answer(
    plms: int, minutes: int
) -> None:
    for found in limit_distances(plms, float(minutes), criteria=WASM):
        assert found.movements is not None
        assert found.above == (60 * plms > found.limit_per_h * minutes)
        assert (
            60 * (plms + found.movements) > found.limit_per_h * minutes
        ) != found.above
        nearer = found.movements + (1 if found.movements < 0 else -1)
        assert (
            60 * (plms + nearer) > found.limit_per_h * minutes
        ) == found.above
