"""The answer to "what causes these leg movements?".

Diagnoses, then what adds to them, ranked by how sure each is; and what the medicines in use do.
"""

from collections.abc import Iterable
from dataclasses import replace

from ekbom.clinical.judge import MEDICATIONS, State
from ekbom.clinical.lines import line
from ekbom.clinical.medicines import aggravates, entries, trigger_code
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.assessment import (
    Cause,
    CodedLine,
    DiagnosisResult,
    MedicineNote,
)

TRIGGER = "trigger"
HARM = "harm"
"""The kind of a diagnosis that moves no legs: what a treatment does to the person."""


def rank_causes(
    diagnoses: Iterable[DiagnosisResult],
    triggers: Iterable[CodedLine],
    tables: ClinicalTables,
) -> tuple[Cause, ...]:
    """Rank what explains or adds to the movements.

    A status without certainty in the table is no cause, nor is what a treatment does elsewhere.
    """
    known = [
        one
        for one in diagnoses
        if one.status in tables.certainty and one.kind != HARM
    ]
    causes = (
        *(_diagnosis(one, tables) for one in known),
        *(_trigger(t, tables) for t in triggers),
    )
    ordered = sorted(causes, key=lambda cause: cause.rank)
    return tuple(
        replace(cause, rank=rank) for rank, cause in enumerate(ordered, start=1)
    )


def _diagnosis(diagnosis: DiagnosisResult, tables: ClinicalTables) -> Cause:
    rank, certainty, plain_certainty = tables.certainty[diagnosis.status]
    return Cause(
        rank=rank,
        code=diagnosis.code,
        title=diagnosis.title,
        plain=diagnosis.plain,
        status=diagnosis.status,
        certainty=certainty,
        plain_certainty=plain_certainty,
        reasons=diagnosis.reasons,
    )


def _trigger(trigger: CodedLine, tables: ClinicalTables) -> Cause:
    rank, certainty, plain_certainty = tables.certainty[TRIGGER]
    return Cause(
        rank=rank,
        code=trigger.code,
        title=trigger.title,
        plain=trigger.title.lower(),
        status=TRIGGER,
        certainty=certainty,
        plain_certainty=plain_certainty,
        reasons=(trigger.line,),
    )


def medicine_notes(state: State) -> tuple[MedicineNote, ...]:
    """Say about every recognised medicine what the table knows."""
    return tuple(
        MedicineNote(
            name=medicine.name,
            generic=entry.generic,
            effect_rls=entry.effect_rls,
            effect_plms=entry.effect_plms,
            level=entry.level,
            line=line(entry.rule, state, facts=(MEDICATIONS,)),
            aggravates=aggravates(entry),
        )
        for medicine, entry in entries(state.facts, state.tables)
    )


def tell_medicine_triggers(
    notes: Iterable[MedicineNote], tables: ClinicalTables
) -> tuple[CodedLine, ...]:
    """Make a trigger of every medicine that aggravates or may aggravate."""
    titles = {medicine.generic: medicine.title for medicine in tables.medicines}
    return tuple(
        CodedLine(
            code=trigger_code(note.generic),
            title=titles[note.generic],
            line=note.line,
        )
        for note in notes
        if note.aggravates
    )
