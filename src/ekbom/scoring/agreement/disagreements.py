"""Where two scorings of one night differ: marks, borders of marks, stages."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ekbom.criteria.indices import AgreementSettings
from ekbom.model.events import Hypnogram
from ekbom.model.finding import Reason, Values
from ekbom.model.recording import IntArray
from ekbom.scoring.agreement.kappa import CommonEpochs, common_epochs, epoch_ms
from ekbom.scoring.agreement.records import Disagreement, EventAgreement
from ekbom.scoring.stage_time import Spans

ALONE = {"only_a": "only-first-moves", "only_b": "only-second-moves"}


class OneSide(NamedTuple):
    """The movements of one leg, or of any leg, by both scorings."""

    name: str
    a: Spans
    b: Spans


def event_disagreements(
    side: OneSide, found: EventAgreement, settings: AgreementSettings
) -> Iterator[Disagreement]:
    """List marks that one scoring alone holds, and pairs whose borders lie far apart."""
    yield from _alone(side.name, side.a, found.matched_a, "only_a")
    yield from _alone(side.name, side.b, found.matched_b, "only_b")
    for pair in np.flatnonzero(found.pair_iou < settings.listed_iou).tolist():
        values: Values = {
            "side": side.name,
            "begins_s": float(found.onset_difference_s[pair]),
            "ends_s": float(found.offset_difference_s[pair]),
        }
        onset_s, duration_s = _times_s(side.a, int(found.matched_a[pair]))
        yield Disagreement(
            onset_s=onset_s,
            duration_s=duration_s,
            side=side.name,
            kind="borders",
            reason=Reason("borders-differ", values),
        )


def _alone(
    side: str, spans: Spans, matched: IntArray, kind: str
) -> Iterator[Disagreement]:
    """List the marks of one scoring that have no partner."""
    for row in np.setdiff1d(np.arange(len(spans.onset_ms)), matched).tolist():
        onset_s, duration_s = _times_s(spans, row)
        values: Values = {"side": side, "duration_s": duration_s}
        yield Disagreement(
            onset_s=onset_s,
            duration_s=duration_s,
            side=side,
            kind=kind,
            reason=Reason(ALONE[kind], values),
        )


def _times_s(spans: Spans, row: int) -> tuple[float, float]:
    """Onset and duration of one event in seconds."""
    onset_ms = int(spans.onset_ms[row])
    end_ms = int(spans.end_ms[row])
    return onset_ms / 1000, (end_ms - onset_ms) / 1000


def stage_disagreements(a: Hypnogram, b: Hypnogram) -> Iterator[Disagreement]:
    """List stretches that both staged, but differently.

    Neighbouring epochs with the same two stages are one.
    """
    epochs, lasting_ms = common_epochs(a, b), epoch_ms(a, b)
    for rows in _stretches(epochs, lasting_ms):
        at = rows[0]
        values = {
            "first": str(epochs.stages_a[at]),
            "second": str(epochs.stages_b[at]),
        }
        yield Disagreement(
            onset_s=float(epochs.onset_ms[at] / 1000),
            duration_s=len(rows) * lasting_ms / 1000,
            side="",
            kind="stage",
            reason=Reason("stages-differ", values),
        )


def _stretches(epochs: CommonEpochs, epoch_ms: int) -> list[IntArray]:
    """Group the epochs that differ: neighbours with the same two stages are one stretch."""
    differ = np.flatnonzero(epochs.stages_a != epochs.stages_b)
    if not len(differ):
        return []
    onset_ms, *stages = (column[differ] for column in epochs)
    pauses = np.diff(onset_ms) != epoch_ms
    changes = [one[1:] != one[:-1] for one in stages]
    return np.split(
        differ, np.flatnonzero(pauses | np.any(changes, axis=0)) + 1
    )
