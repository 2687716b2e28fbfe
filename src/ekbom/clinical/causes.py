"""The answer to "what causes these leg movements?".

Diagnoses, then what adds to them, ranked by how sure each is; and what the medicines in use do.
"""

from collections.abc import Iterable

from ekbom.clinical.judge import MEDICATIONS, State
from ekbom.clinical.lines import line
from ekbom.clinical.medicines import DRUG_TRIGGER, aggravates, entries
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.assessment import Cause, CodedLine, DiagnosisResult, MedicineNote

TRIGGER = "trigger"


def rank_causes(
    diagnoses: Iterable[DiagnosisResult], triggers: Iterable[CodedLine], tables: ClinicalTables
) -> tuple[Cause, ...]:
    """Rank what explains or adds to the movements.

    A status without certainty in the table is no cause.
    """
    rows = [(one.status, one.title, one.plain, one.code, one.reasons) for one in diagnoses]
    rows += [(TRIGGER, t.title, t.title.lower(), t.code, (t.line,)) for t in triggers]
    known = [(tables.certainty[row[0]], row) for row in rows if row[0] in tables.certainty]
    ranked = sorted(known, key=lambda pair: pair[0][0])
    return tuple(
        Cause(
            rank=rank,
            code=code,
            title=title,
            plain=plain,
            status=status,
            certainty=certainty,
            plain_certainty=plain_certainty,
            reasons=reasons,
        )
        for rank, (
            (_, certainty, plain_certainty),
            (status, title, plain, code, reasons),
        ) in enumerate(ranked, start=1)
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


def tell_medicine_triggers(notes: Iterable[MedicineNote]) -> tuple[CodedLine, ...]:
    """Make a trigger of every medicine that aggravates or may aggravate."""
    return tuple(
        CodedLine(
            code=f"{DRUG_TRIGGER}{note.generic}", title=note.generic.capitalize(), line=note.line
        )
        for note in notes
        if note.aggravates
    )
