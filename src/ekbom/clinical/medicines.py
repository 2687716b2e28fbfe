"""Medicines in use: what each does to RLS and to periodic leg movements, and which are triggers."""

from ekbom.clinical.derive import aggravates
from ekbom.clinical.evaluate import Context
from ekbom.clinical.lines import line
from ekbom.model.assessment import CodedLine, MedicineNote


def medicine_notes(context: Context) -> tuple[MedicineNote, ...]:
    """Say about every recognised medicine what the table knows."""
    known = {medicine.generic: medicine for medicine in context.tables.medicines}
    notes: list[MedicineNote] = []
    for medicine in context.facts.medications or ():
        entry = known.get(medicine.generic)
        if entry is None:
            continue
        notes.append(
            MedicineNote(
                name=medicine.name,
                generic=entry.generic,
                effect_rls=entry.effect_rls,
                effect_plms=entry.effect_plms,
                level=entry.level,
                line=line(entry.rule, context, facts=("medications",)),
                aggravates=aggravates(entry),
            )
        )
    return tuple(notes)


def medicine_triggers(notes: tuple[MedicineNote, ...]) -> tuple[CodedLine, ...]:
    """Make a trigger of every medicine that aggravates or may aggravate."""
    return tuple(
        CodedLine(code=f"TR_DRUG:{note.generic}", title=note.generic.capitalize(), line=note.line)
        for note in notes
        if note.aggravates
    )
