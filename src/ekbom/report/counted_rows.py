"""Which movements lie in the time that counts, and which numbers count each of them."""

import numpy as np

from ekbom.model.hypnogram import SLEEP_STAGES
from ekbom.model.movements import ScoredMovements
from ekbom.model.recording import BoolArray, Interval, StrArray
from ekbom.model.result import StudyResult
from ekbom.report.numbers import main_rule_set

MINUTE_S = 60.0


def asleep(stage: StrArray) -> BoolArray:
    """Tell which stages are sleep."""
    return np.isin(stage, [str(name) for name in SLEEP_STAGES])


def counts_in(result: StudyResult) -> list[list[str]]:
    """Name for each movement the indices that count it.

    Rows outside the time that counts have none.

    The names are those of the rates per hour (`plms_per_h` and so on), so that a reader can go from
    a row to an index.
    """
    rows = result.scores[main_rule_set(result)].movements
    sleep, inside = asleep(rows.stage), counted_time(result, rows)
    wake = rows.stage == "W"
    members: dict[str, BoolArray] = {
        "plms_per_h": rows.plm & sleep,
        "plmw_per_h": rows.plm & wake,
        "plms_nr_per_h": rows.plm_nr & sleep & rows.respiratory_scored,
        "plms_arousal_per_h": rows.plm & sleep & rows.arousal_associated,
        "clms_rr_per_h": rows.clm & sleep & rows.rrlm,
        "short_interval_clms_per_h": rows.short_interval & sleep,
        "short_interval_clmw_per_h": rows.short_interval & wake,
        "isolated_clms_per_h": rows.isolated & sleep,
        "isolated_clmw_per_h": rows.isolated & wake,
        "nonclms_per_h": ~rows.clm & sleep,
        "nonclmw_per_h": ~rows.clm & wake,
        "plm_per_recording_h": rows.plm & ~sleep & ~wake,
    }
    found: list[list[str]] = [[] for _ in rows.onset_s]
    for name, chosen in members.items():
        for row in np.flatnonzero(chosen & (inside | (name == "plm_per_recording_h"))).tolist():
            found[row].append(name)
    return found


def counted_time(result: StudyResult, rows: ScoredMovements) -> BoolArray:
    """Tell which onsets lie between lights off and on and outside everything that takes time from both legs (whole milliseconds)."""
    onset_ms = np.rint(rows.onset_s * 1000).astype(np.int64)
    inside = np.ones(len(onset_ms), dtype=np.bool_)
    if result.lights_off_s is not None:
        inside &= onset_ms >= round(result.lights_off_s * 1000)
    if result.lights_on_s is not None:
        inside &= onset_ms < round(result.lights_on_s * 1000)
    for part in lost_time(result):
        start_ms = round(part.onset_s * 1000)
        inside &= (onset_ms < start_ms) | (onset_ms >= start_ms + round(part.duration_s * 1000))
    return inside


def lost_time(result: StudyResult) -> list[Interval]:
    """List the time in which a leg that was scored could not be judged, and the gaps of the recording; parts may overlap.

    A leg that could not be judged at all takes no time away: it counts as not recorded.
    """
    lost = list(result.recording.gaps)
    for leg in result.quality:
        if not leg.unscorable.all():
            lost += [
                Interval(onset_s=at, duration_s=MINUTE_S)
                for at in leg.minute_start_s[leg.unscorable].tolist()
            ]
    return lost
