"""Sleep statistics against YASA on 31 real hypnograms.

Frozen answers always, live answers where YASA is installed.

``python -m validation.sleep_statistics`` compares; ``python -m validation.sleep_statistics
--freeze`` writes the answers anew (in an environment that holds YASA; the project itself does not
depend on it).
"""

import importlib
import importlib.util
import json
import sys
from pathlib import Path

import numpy as np

from ekbom.model.events import Hypnogram
from ekbom.model.result import ScoredPeriod
from ekbom.scoring.indices.sleep import sleep_statistics

DATA = Path(__file__).parents[1] / "tests" / "data" / "hypnograms"
YASA_STAGES = {
    "W": "WAKE",
    "N1": "N1",
    "N2": "N2",
    "N3": "N3",
    "R": "REM",
    "UNSCORED": "UNS",
}
SAME = {
    "TIB": "tib_min",
    "SPT": "spt_min",
    "WASO": "waso_min",
    "TST": "tst_min",
    "SE": "se_percent",
    "SME": "sme_percent",
    "SFI": "sleep_to_wake_per_h",
    "SOL": "sol_min",
    "SOL_5min": "sol_persistent_min",
    "WAKE": "w_min",
    "N1": "n1_min",
    "N2": "n2_min",
    "N3": "n3_min",
    "REM": "rem_min",
    "%N1": "n1_percent",
    "%N2": "n2_percent",
    "%N3": "n3_percent",
    "%REM": "rem_percent",
}
TOLERANCE = 5.1e-5
"""YASA rounds to four digits."""


def stage_list(runs: str) -> list[str]:
    """Spell out run lengths: ``W*2 N1*1`` becomes W, W, N1."""
    return [
        stage
        for run in runs.split()
        for stage in [run.split("*")[0]] * int(run.split("*")[1])
    ]


def load_hypnograms(folder: Path = DATA) -> dict[str, list[str]]:
    """Read the real hypnograms: one stage per 30 s epoch, by night."""
    nights = json.loads(
        (folder / "hypnograms.json").read_text(encoding="utf-8")
    )
    return {name: stage_list(night["stages"]) for name, night in nights.items()}


def as_hypnogram(stages: list[str], *, epoch_s: float = 30.0) -> Hypnogram:
    """Turn one stage per epoch into a hypnogram that starts with the recording."""
    onset = np.arange(len(stages), dtype=np.float64) * epoch_s
    return Hypnogram(
        onset_s=onset,
        duration_s=np.full(len(stages), epoch_s),
        stage=np.array(stages),
        epoch_s=epoch_s,
    )


def our_statistics(stages: list[str]) -> dict[str, float | None]:
    """Compute ours under YASA's convention that the whole hypnogram is time in bed."""
    length = len(stages) * 30.0
    period = ScoredPeriod(
        recording_s=length, lights_off_s=0.0, lights_on_s=length
    )
    values = sleep_statistics(
        as_hypnogram(stages),
        period=period,
        arousal_onset_s=None,
        persistent_sleep_s=300.0,
    )
    return {name: value.value for name, value in values.items()}


def yasa_statistics(stages: list[str]) -> dict[str, float]:
    """Ask the installed YASA."""
    yasa = importlib.import_module("yasa")
    answers = yasa.Hypnogram(
        [YASA_STAGES[stage] for stage in stages], freq="30s"
    ).sleep_statistics()
    return {name: float(value) for name, value in answers.items()}


def differences(
    ours: dict[str, float | None], theirs: dict[str, float]
) -> list[str]:
    """List every statistic on which the two disagree."""
    found = [
        f"{name}: {ours[SAME[name]]} against {theirs[name]}"
        for name in SAME
        if not _agree(ours[SAME[name]], theirs[name])
    ]
    rem, onset = ours["rem_latency_min"], ours["sol_min"]
    from_lights_off = None if rem is None or onset is None else rem + onset
    if not _agree(from_lights_off, theirs["Lat_REM"]):
        found.append(f"Lat_REM: {from_lights_off} against {theirs['Lat_REM']}")
    return found


def _agree(ours: float | None, theirs: float) -> bool:
    if ours is None:
        return bool(np.isnan(theirs))
    return bool(abs(ours - theirs) <= TOLERANCE)


def freeze(folder: Path = DATA) -> None:
    """Write YASA's answers beside the hypnograms."""
    version = importlib.import_module("yasa").__version__
    nights = {
        name: yasa_statistics(stages)
        for name, stages in load_hypnograms(folder).items()
    }
    rows = ",\n".join(
        f"  {json.dumps(name)}: {json.dumps(values)}"
        for name, values in nights.items()
    )
    text = (
        f'{{\n "yasa": {json.dumps(version)},\n "nights": {{\n{rows}\n }}\n}}\n'
    )
    (folder / "yasa_statistics.json").write_text(text, encoding="utf-8")


def main() -> int:
    """Compare all nights and print each difference; return 1 if there is any."""
    if "--freeze" in sys.argv:
        freeze()
        return 0
    frozen = json.loads(
        (DATA / "yasa_statistics.json").read_text(encoding="utf-8")
    )
    nights = load_hypnograms()
    live = importlib.util.find_spec("yasa") is not None
    found = [
        f"{name}: {line}"
        for name, stages in nights.items()
        for line in differences(our_statistics(stages), frozen["nights"][name])
    ]
    if live:
        found += [
            f"{name} (live): {line}"
            for name, stages in nights.items()
            for line in differences(
                our_statistics(stages), yasa_statistics(stages)
            )
        ]
    print("\n".join(found))
    asked = f"frozen answers of YASA {frozen['yasa']}" + (
        " and the installed one" if live else ""
    )
    print(
        f"sleep statistics: {len(nights)} nights, {len(SAME) + 1} statistics each, "
        f"{len(found)} differences to the {asked}"
    )
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
