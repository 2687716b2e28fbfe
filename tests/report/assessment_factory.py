"""A fabricated assessment for the tests of reports.

One entry of every kind, nothing that any rule says.
"""

from ekbom.model.assessment import (
    AnsweredFact,
    Assessment,
    Cause,
    Change,
    CodedLine,
    CriterionResult,
    DiagnosisResult,
    IronResult,
    Line,
    MedicineNote,
    MissingFact,
    OptionResult,
    Recommendation,
    Verdict,
)
from ekbom.model.person import FactKind
from ekbom.model.source import EvidenceMark, Source

READ = Source(
    evidence=EvidenceMark.READ,
    citation="guide2025",
    locator="recommendation 1",
    guideline="Guide",
    edition="2025",
)
RECALLED = Source(evidence=EvidenceMark.RECALLED, to_verify=True)


def make_fact(path: str, value: float, unit: str) -> AnsweredFact:
    """Make one number a person was asked for."""
    return AnsweredFact(
        fact=path, title=f"Title of {path}", kind=FactKind.NUMBER, value=value, unit=unit
    )


def make_change(kind: str, code: str) -> Change:
    """Make what an answer would change."""
    return Change(kind=kind, code=code, title=f"Title of {code}", before=(), after=("known",))


def make_line(rule_id: str, *, source: Source = READ, plain: str = "") -> Line:
    """Make one sentence that names its own rule."""
    return Line(
        rule_id=rule_id,
        text=f"Sentence of {rule_id}.",
        source=source,
        facts=(make_fact("labs.ferritin_ng_ml", 40.0, "ng/mL"),),
        plain=plain,
    )


def make_coded(code: str, *, urgency: str = "", plain: str = "") -> CodedLine:
    """Make one coded line."""
    return CodedLine(
        code=code,
        title=f"Title of {code}",
        line=make_line(code.lower(), plain=plain),
        urgency=urgency,
    )


def make_assessment() -> Assessment:
    """Make an assessment with one entry of every kind."""
    recommendation = Recommendation(
        direction="for",
        strength="conditional",
        certainty="low",
        label="A label",
        line=make_line("tx.1", plain="Plain option."),
    )
    option = OptionResult(
        code="TX_ONE",
        title="Option one",
        kind="measure",
        placed="offered",
        recommendations=(recommendation,),
        barred=(),
        cautions=(make_line("tx.caution", source=RECALLED),),
        doses=(),
        cannot_check=("labs.creatinine",),
        labels=(),
    )
    reasons = (make_line("rls.1"), make_line("rls.2", source=RECALLED))
    diagnosis = DiagnosisResult(
        code="RLS",
        title="Restless legs",
        plain="Restless legs",
        kind="disease",
        status="indeterminate",
        reasons=reasons,
        criteria=(CriterionResult(verdict=Verdict.UNKNOWN, line=make_line("rls.c1")),),
    )
    medicine = MedicineNote(
        name="Pill",
        generic="pill",
        effect_rls="worse",
        effect_plms="unknown",
        level="low",
        line=make_line("med.1"),
        aggravates=True,
    )
    return Assessment(
        overall=CodedLine(
            code="OVERALL", title="Overall", line=make_line("overall", plain="Plain overall.")
        ),
        causes=(
            Cause(
                rank=1,
                code="RLS",
                title="Restless legs",
                plain="Restless legs",
                status="indeterminate",
                certainty="possible",
                plain_certainty="possible",
                reasons=reasons,
            ),
            Cause(
                rank=2,
                code="TR_IRON",
                title="Low iron",
                plain="Low iron",
                status="met",
                certainty="likely",
                plain_certainty="likely",
                reasons=reasons,
            ),
        ),
        alerts=(
            make_coded("AL_NOTE", urgency="note"),
            make_coded("AL_NOW", urgency="now", plain="Plain alert."),
        ),
        criteria_sets=(),
        diagnoses=(diagnosis,),
        triggers=(make_coded("TR_IRON"),),
        medicines=(medicine,),
        workup=(make_coded("WU_FERRITIN", plain="Plain check."),),
        iron=IronResult(
            action="oral", routes=("oral",), line=make_line("iron.1", plain="Plain iron.")
        ),
        options=(option,),
        screens=(make_coded("SC_ONE"),),
        conflicts=(make_coded("CO_ONE"),),
        boundaries=(make_line("b.1"),),
        messages=(make_coded("ME_ONE"),),
        safety=(make_coded("SA_ONE"),),
        problems=(),
        missing=(
            MissingFact(
                fact="labs.tsat_percent",
                title="Transferrin saturation",
                weight=1.0,
                changes=(make_change("iron", "supplementation"),),
            ),
            MissingFact(
                fact="rls.urge",
                title="Urge to move",
                weight=3.0,
                changes=(make_change("diagnosis", "RLS"), make_change("option", "TX_ONE")),
            ),
        ),
        facts=(
            make_fact("age_years", 54.0, "years"),
            make_fact("labs.ferritin_ng_ml", 40.0, "ng/mL"),
        ),
        verdicts={"rls.c1": Verdict.UNKNOWN},
        settings={},
        edition="2026",
        last_checked="2026-11-22",
        tables_digest="sha256:" + "3" * 64,
    )
