"""Which movements lie in the time that counts, and which numbers count each of them."""

import numpy as np

from ekbom.model.events import SLEEP_STAGES
from ekbom.model.movements import ScoredMovements
from ekbom.model.recording import BoolArray, Interval, StrArray
from ekbom.model.result import StudyResult
from ekbom.report.numbers import main_score

MINUTE_S = 60.0
SLEEP, WAKE = tuple(str(stage) for stage in SLEEP_STAGES), "W"


def asleep(stage: StrArray) -> BoolArray:
    """Tell which stages are sleep."""
    return np.isin(stage, SLEEP)


def counts_in(result: StudyResult) -> list[list[str]]:
    """Name for each movement the indices that count it.

    The names are those of the rates per hour (`plms_per_h` and so on), so that a reader can go from
    a row to an index. Rows outside the time that counts have none.
    """
    rows = main_score(result).movements
    inside = counted_time(result, rows)
    members = {
        name: chosen & inside for name, chosen in staged_members(rows).items()
    }
    members["plm_per_recording_h"] = rows.plm & ~np.isin(
        rows.stage, [*SLEEP, WAKE]
    )
    names: list[list[str]] = [[] for _ in rows.onset_s]
    for name, chosen in members.items():
        for row in np.flatnonzero(chosen).tolist():
            names[row].append(name)
    return names


def staged_members(rows: ScoredMovements) -> dict[str, BoolArray]:
    """Tell for each rate of sleep or wake which movements belong to it, wherever they lie."""
    sleep, wake = asleep(rows.stage), rows.stage == WAKE
    plms = rows.plm & sleep
    return {
        "plms_per_h": plms,
        "plmw_per_h": rows.plm & wake,
        "plms_nr_per_h": rows.plm_nr & sleep & rows.respiratory_scored,
        "plms_arousal_per_h": plms & rows.arousal_associated,
        "clms_rr_per_h": rows.clm & sleep & rows.rrlm,
        "short_interval_clms_per_h": rows.short_interval & sleep,
        "short_interval_clmw_per_h": rows.short_interval & wake,
        "isolated_clms_per_h": rows.isolated & sleep,
        "isolated_clmw_per_h": rows.isolated & wake,
        "nonclms_per_h": ~rows.clm & sleep,
        "nonclmw_per_h": ~rows.clm & wake,
    }


def counted_time(result: StudyResult, rows: ScoredMovements) -> BoolArray:
    """Tell which onsets lie in the time that counts, compared in whole milliseconds.

    It runs from lights off to lights on and leaves out whatever takes time from both legs.
    """
    onset_ms = np.rint(rows.onset_s * 1000).astype(np.int64)
    inside = np.ones(len(onset_ms), dtype=np.bool_)
    if result.lights_off_s is not None:
        inside &= onset_ms >= round(result.lights_off_s * 1000)
    if result.lights_on_s is not None:
        inside &= onset_ms < round(result.lights_on_s * 1000)
    for part in lost_time(result):
        start_ms = round(part.onset_s * 1000)
        inside &= (onset_ms < start_ms) | (
            onset_ms >= start_ms + round(part.duration_s * 1000)
        )
    return inside


def lost_time(result: StudyResult) -> list[Interval]:
    """List the gaps and the minutes in which a scored leg could not be judged; they may overlap.

    A leg that could not be judged at all takes no time away: it counts as not recorded.
    """
    scored = [leg for leg in result.quality if not leg.unscorable.all()]
    minutes_s = [
        at_s
        for leg in scored
        for at_s in leg.minute_start_s[leg.unscorable].tolist()
    ]
    lost = [Interval(onset_s=at_s, duration_s=MINUTE_S) for at_s in minutes_s]
    return [*result.recording.gaps, *lost]
