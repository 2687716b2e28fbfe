"""The answer to "what causes these leg movements?".

Diagnoses, then triggers, ranked by how sure each is.
"""

from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.assessment import Cause, CodedLine, DiagnosisResult

LAST_SHOWN = 90
"""Certainty ranks from here on are not causes: not met, unlikely."""


def rank_causes(
    diagnoses: tuple[DiagnosisResult, ...], triggers: tuple[CodedLine, ...], tables: ClinicalTables
) -> tuple[Cause, ...]:
    """Rank what explains or adds to the movements.

    A status without certainty in the table is no cause.
    """
    rows = [
        (_rank(result.status, tables), _diagnosis_row(result, tables))
        for result in diagnoses
        if result.status in tables.certainty
    ]
    rows += [(_rank("trigger", tables), _trigger_row(trigger, tables)) for trigger in triggers]
    shown = sorted((row for row in rows if row[0] < LAST_SHOWN), key=lambda row: row[0])
    return tuple(
        Cause(**{**vars(cause), "rank": place}) for place, (_, cause) in enumerate(shown, start=1)
    )


def _rank(status: str, tables: ClinicalTables) -> int:
    return tables.certainty[status][0]


def _diagnosis_row(result: DiagnosisResult, tables: ClinicalTables) -> Cause:
    _, certainty, plain_certainty = tables.certainty[result.status]
    return Cause(
        rank=0,
        code=result.code,
        title=result.title,
        plain=result.plain,
        status=result.status,
        certainty=certainty,
        plain_certainty=plain_certainty,
        reasons=result.reasons,
    )


def _trigger_row(trigger: CodedLine, tables: ClinicalTables) -> Cause:
    _, certainty, plain_certainty = tables.certainty["trigger"]
    return Cause(
        rank=0,
        code=trigger.code,
        title=trigger.title,
        plain=trigger.title.lower(),
        status="trigger",
        certainty=certainty,
        plain_certainty=plain_certainty,
        reasons=(trigger.line,),
    )
