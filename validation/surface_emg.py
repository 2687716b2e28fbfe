"""Whether every leg is taken for a leg: false alarms of the quality on all conditions.

``python3 run.py validate surface [SEEDS [HOURS [RECORDINGS]]]``: every condition of the detector's
validation, synthetic and semi-synthetic; lists each leg of which a minute is called something else
than the surface EMG of a leg, or a movement a copy of the other leg's. Of recordings that are named
it says what every fast channel would be called as a leg.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import edfio
import numpy as np

from ekbom.criteria.detector import DetectorSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.quality import MinuteReason
from ekbom.model.movements import DetectionResult
from ekbom.model.recording import LegSignal
from ekbom.pipeline.detect import find_leg_movements
from ekbom.pipeline.find import detect_legs
from ekbom.rules.load_detection import detector_names, load_detector
from ekbom.rules.load_scoring import amplitude_criteria, load_rule_set
from validation.detector.conditions import (
    Condition,
    paired_conditions,
    single_conditions,
)
from validation.detector.nights import Material, make_night

FIRST_SEED = 7000
UNITS_UV = {"uV": 1.0, "mV": 1e3, "V": 1e6}
LEAST_HZ = 64.0
ASKED = {
    MinuteReason.CROSS_TALK,
    MinuteReason.ELECTRODE_FALLEN,
    MinuteReason.HEART_NOT_MUSCLE,
    MinuteReason.RECTIFIED,
    MinuteReason.REGULAR_WAVE,
    MinuteReason.TOO_SLOW,
}


class Alarm(NamedTuple):
    """What one leg of one night was called."""

    condition: str
    detector: str
    side: str
    minutes: dict[str, int]
    copies: int
    movements: int


def alarm_of(
    leg: DetectionResult, condition: Condition, settings: DetectorSettings
) -> Alarm:
    """Gather what a leg was called."""
    counts = Counter(leg.quality.reason.tolist())
    copies = [
        int(finding.values["count"])
        for finding in leg.quality.findings
        if finding.code == "movements-copied"
        and isinstance(finding.values["count"], int)
    ]
    return Alarm(
        condition.name,
        settings.id,
        leg.quality.side,
        {name: n for name, n in counts.items() if name in ASKED},
        sum(copies),
        leg.movements.onset_s.size,
    )


def alarms(
    seeds: range, *, hours: float, amplitude: AmplitudeCriteria
) -> Iterator[Alarm]:
    """Give what every leg of every night was called by every detector."""
    tables = [load_detector(name) for name in detector_names()]
    for condition in (*single_conditions(), *paired_conditions()):
        for material in Material:
            for seed in seeds:
                night = make_night(
                    condition,
                    material=material,
                    amplitude=amplitude,
                    hours=hours,
                    seed=seed,
                )
                for settings in tables:
                    found = detect_legs(
                        (night.legs.left, night.legs.right),
                        ecg=night.ecg,
                        amplitude=amplitude,
                        settings=settings,
                        keep_trace=False,
                    )
                    for leg in found.legs:
                        yield alarm_of(leg, condition, settings)


def what_channels_are(recording: str) -> Iterator[str]:
    """Say what each fast channel of an EDF file would be called as a leg."""
    for signal in edfio.read_edf(recording).signals:
        unit_uv = UNITS_UV.get(signal.physical_dimension.strip())
        if unit_uv is None or signal.sampling_frequency < LEAST_HZ:
            continue
        leg = LegSignal(
            side="left",
            label=signal.label,
            emg_uv=(unit_uv * signal.data).astype(np.float32),
            fs_hz=float(signal.sampling_frequency),
            step_uv=float(unit_uv * np.diff(signal.physical_range)[0])
            / float(np.diff(signal.digital_range)[0]),
        )
        called = []
        for name in detector_names():
            found = find_leg_movements(
                leg, amplitude=default_amplitude(), settings=load_detector(name)
            )
            reasons = Counter(found.quality.reason.tolist())
            called.append(f"{name}: {dict(reasons)}")
        yield f"{signal.label}: {', '.join(called)}"


def default_amplitude() -> AmplitudeCriteria:
    """Load the amplitude rule of the default standard."""
    amplitude = amplitude_criteria(load_rule_set("wasm2016"))
    if amplitude is None:
        raise SystemExit("the default rule set has no amplitude rule")
    return amplitude


def main(arguments: Sequence[str]) -> int:
    """List the alarms and count the legs."""
    n_seeds = int(arguments[0]) if arguments else 1
    hours = float(arguments[1]) if len(arguments) > 1 else 0.34
    for recording in arguments[2:]:
        for line in what_channels_are(recording):
            sys.stdout.write(f"{line}\n")
    amplitude = default_amplitude()
    seeds = range(FIRST_SEED, FIRST_SEED + n_seeds)
    legs = movements = wrong = 0
    for alarm in alarms(seeds, hours=hours, amplitude=amplitude):
        legs += 1
        movements += alarm.movements
        if alarm.minutes or alarm.copies:
            expected = "electrode off" in alarm.condition
            wrong += not expected
            sys.stdout.write(f"{alarm}\n")
            sys.stdout.flush()
    sys.stdout.write(
        f"{legs} legs, {movements} movements, {wrong} legs with a false alarm\n"
    )
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
