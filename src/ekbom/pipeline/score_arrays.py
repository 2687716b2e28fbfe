"""A night scored from arrays: the same hops as from a file, without one."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from numpy.typing import ArrayLike

from ekbom.model.events import Hypnogram
from ekbom.model.result import StudyResult
from ekbom.pipeline.request import (
    DEFAULT_DETECTOR,
    DEFAULT_RULES,
    ScoringRequest,
    wanted_rule_sets,
)
from ekbom.pipeline.score import score_study
from ekbom.readers.arrays import ARRAYS, ArrayNight, study_of_arrays
from ekbom.rules.load_detection import (
    load_detector,
    load_event_limits,
    load_physical_limits,
)

_NO_OPTIONS: Mapping[str, object] = {}


def score_arrays(
    left_uv: ArrayLike | None = None,
    right_uv: ArrayLike | None = None,
    *,
    fs_hz: float,
    hypnogram: Hypnogram | ArrayLike | None = None,
    epoch_s: float = 30.0,
    events: Sequence[tuple[float, float, str]] = (),
    scored: str | Collection[str] = (),
    lights_off_s: float | None = None,
    lights_on_s: float | None = None,
    ecg_uv: ArrayLike | None = None,
    ecg_fs_hz: float | None = None,
    start: dt.datetime | None = None,
    name: str = ARRAYS,
    rules: str | Sequence[str] = DEFAULT_RULES,
    options: Mapping[str, object] = _NO_OPTIONS,
    detector: str = DEFAULT_DETECTOR,
    seed: int = 0,
    bootstrap_samples: int = 1000,
) -> StudyResult:
    """Score one night whose signals are already in memory.

    Parameters
    ----------
    left_uv, right_uv
        EMG of the legs in uV, shape (n_samples,) each, unfiltered or as the standard asks; NaN
        where nothing was recorded. One of the two may be missing.
    fs_hz
        Sampling rate of both legs.
    hypnogram
        One stage for each epoch: W, N1, N2, N3, R, or the numbers of YASA and BIDS (0 to 4, -1 for
        unscored); or a `Hypnogram`.
    epoch_s
        Length of an epoch of `hypnogram`.
    events
        Onset and duration in s from the first sample, and the text, as in a file of annotations:
        ``(812.0, 6.5, "Arousal")``. Stages in it count where no `hypnogram` is given.
    scored
        Kinds declared as scored although no event was found: ``arousals``, ``breathing``.
    lights_off_s, lights_on_s
        When the lights went off and on.
    ecg_uv, ecg_fs_hz
        An ECG of the same time, and its rate where it is another.
    start
        Local time of the first sample, without a time zone.
    name
        How the night is called in the result.
    rules, options, detector, seed, bootstrap_samples
        As for `score_night`.

    Returns
    -------
    StudyResult

    Raises
    ------
    UsageError
        Arrays that are none of one night, volts in the place of microvolts, an unknown stage or
        name; UnscorableError: no leg can be judged.

    Examples
    --------
    >>> from ekbom import score_arrays, open_study
    >>> from ekbom.rules.load_detection import load_physical_limits
    >>> study = open_study("night.edf", limits=load_physical_limits())
    >>> left, right = study.legs
    >>> result = score_arrays(
    ...     left.emg_uv, right.emg_uv, fs_hz=left.fs_hz, hypnogram=study.hypnogram
    ... )
    >>> round(result.scores["wasm2016"].indices["plms_per_h"].value)
    27
    """
    request = ScoringRequest(
        rule_sets=wanted_rule_sets(rules, options),
        detector=load_detector(detector),
        seed=seed,
        bootstrap_samples=bootstrap_samples,
    )
    legs = {"left": left_uv, "right": right_uv}
    night = ArrayNight(
        legs_uv={side: leg for side, leg in legs.items() if leg is not None},
        fs_hz=fs_hz,
        hypnogram=hypnogram,
        epoch_s=epoch_s,
        events=events,
        scored=[scored] if isinstance(scored, str) else scored,
        lights_off_s=lights_off_s,
        lights_on_s=lights_on_s,
        ecg_uv=ecg_uv,
        ecg_fs_hz=ecg_fs_hz,
        start=start,
        name=name,
    )
    study = study_of_arrays(
        night, limits=load_physical_limits(), event_limits=load_event_limits()
    )
    return score_study(study, request)
