"""Clinical test vectors: each case's facts are assessed and compared with what the case expects."""

from collections.abc import Iterable, Mapping, Sequence

from ekbom.clinical.assess import assess_facts
from ekbom.clinical.facts import read_facts
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.assessment import (
    Assessment,
    DiagnosisResult,
    OptionResult,
)
from ekbom.model.source import ParameterValue
from ekbom.pipeline.conformance.vector_result import (
    Difference,
    JsonObject,
    VectorResult,
)
from ekbom.rules.load_clinical import load_clinical

OFFERED, AGAINST, NOT_LISTED, ANY_DRUG = (
    "offered",
    "against_standard_use",
    "not listed",
    "TX_ANY_DRUG",
)
DRUG_KINDS = frozenset({"medicine", "iron"})
_MG = 0.5
"""A calculated amount of iron agrees within half a milligram."""


def run_clinical_vector(case: JsonObject) -> VectorResult:
    """Run one clinical case through the shipped tables, as the command ``conformance`` wants it."""
    expected = _mapping(case.get("expected"))
    why = "; ".join(
        f"{entry.get('code')}: {', '.join(_strings(entry.get('src')))}"
        for entry in _entries(expected.get("diagnoses"))
    )
    return VectorResult(
        id=f"{case.get('id')} {case.get('title', '')}".strip(),
        differences=check_clinical_case(case),
        why=why,
    )


def check_clinical_case(
    case: Mapping[str, object], tables: ClinicalTables | None = None
) -> tuple[Difference, ...]:
    """Assess one case and list every expectation that is not fulfilled; empty means passed.

    Parameters
    ----------
    case
        One case of a clinical vector file: `facts`, `expected`, and `config` where settings differ.
    tables
        The clinical tables; those shipped when left out.

    Examples
    --------
    >>> expected = {"diagnoses": [{"code": "RLS", "status": "indeterminate"}]}
    >>> check_clinical_case({"id": "X", "facts": {}, "expected": expected})
    ()
    """
    tables = tables or load_clinical()
    facts = read_facts(_by_clinician(_mapping(case.get("facts"))), tables)
    assessment = assess_facts(
        facts,
        tables,
        settings=_settings(case.get("config")),
        rank_missing=False,
    )
    expected = _mapping(case.get("expected"))
    return (
        *_diagnoses(_entries(expected.get("diagnoses")), assessment),
        *_found(
            "trigger",
            _entries(expected.get("triggers")),
            {trigger.code for trigger in assessment.triggers},
        ),
        *_found(
            "work-up",
            _open_tests(expected, facts.values, tables),
            {test.code for test in assessment.workup},
        ),
        *_found(
            "alert",
            _entries(expected.get("alerts")),
            {alert.code for alert in assessment.alerts},
        ),
        *_iron(_mapping(expected.get("iron")), assessment),
        *_treatment(_mapping(expected.get("treatment")), assessment.options),
        *_patient_page(expected, assessment),
    )


def _by_clinician(facts: Mapping[str, object]) -> Mapping[str, object]:
    """Say what the vectors mean: other conditions were excluded by a clinician."""
    symptoms = _mapping(facts.get("symptoms"))
    if symptoms.get("mimic_excluded") not in ("yes", "no"):
        return facts
    assessed = {"mimic_excluded_by": "clinician_examined", **symptoms}
    return {**facts, "symptoms": assessed}


def _diagnoses(
    expected: Iterable[Mapping[str, object]], assessment: Assessment
) -> Iterable[Difference]:
    results = {
        result.code: result
        for result in (*assessment.criteria_sets, *assessment.diagnoses)
    }
    for entry in expected:
        code, result = str(entry["code"]), results.get(str(entry["code"]))
        status = _status(result) if result else NOT_LISTED
        if status != entry["status"]:
            yield Difference(
                key=f"diagnosis {code}",
                expected=str(entry["status"]),
                found=status,
            )
        missing = set(_strings(entry.get("specifiers"))) - set(
            result.specifier_codes if result else ()
        )
        if missing:
            yield Difference(
                key=f"specifiers of {code}",
                expected=", ".join(sorted(missing)),
                found=NOT_LISTED,
            )


def _status(result: DiagnosisResult) -> str:
    """Write a status as the vectors do: what excludes a diagnosis stands behind a colon."""
    if result.excluded_by:
        return f"excluded_by:{result.excluded_by}"
    return result.status


def _found(
    kind: str, expected: Iterable[Mapping[str, object]], codes: set[str]
) -> Iterable[Difference]:
    missing = [
        str(entry["code"])
        for entry in expected
        if str(entry["code"]) not in codes
    ]
    return [
        Difference(key=kind, expected=code, found=NOT_LISTED)
        for code in missing
    ]


def _open_tests(
    expected: Mapping[str, object],
    values: Mapping[str, object],
    tables: ClinicalTables,
) -> Sequence[Mapping[str, object]]:
    """Leave out tests whose result is already among the facts."""
    known = {
        rule.code
        for rule in tables.workup
        if any(name in values for name in rule.already_known)
    }
    asked = {rule.code for rule in tables.workup if not rule.already_known}
    return [
        entry
        for entry in _entries(expected.get("workup"))
        if str(entry["code"]) not in known - asked
    ]


def _iron(
    expected: Mapping[str, object], assessment: Assessment
) -> Iterable[Difference]:
    if not expected:
        return
    iron = assessment.iron
    action = iron.action if iron else NOT_LISTED
    if action != expected["action"]:
        yield Difference(
            key="iron action", expected=str(expected["action"]), found=action
        )
    routes, got = (
        sorted(_strings(expected.get("routes"))),
        sorted(iron.routes if iron else ()),
    )
    if routes and routes != got:
        yield Difference(
            key="iron routes",
            expected=", ".join(routes),
            found=", ".join(got) or NOT_LISTED,
        )
    amount, value = expected.get("value_mg"), iron.value_mg if iron else None
    if isinstance(amount, int | float) and (
        value is None or abs(value - amount) > _MG
    ):
        yield Difference(
            key="iron amount in mg", expected=float(amount), found=value
        )


def _treatment(
    expected: Mapping[str, object], options: Sequence[OptionResult]
) -> Iterable[Difference]:
    placed = {option.code: option for option in options}
    for place, name in ((OFFERED, "offer"), (AGAINST, AGAINST)):
        for entry in _entries(expected.get(name)):
            option = placed.get(str(entry["code"]))
            found, label = (
                option.placed if option else NOT_LISTED,
                str(entry.get("label") or ""),
            )
            if found != place:
                yield Difference(
                    key=f"option {entry['code']}", expected=place, found=found
                )
            elif label and option and label not in option.labels:
                yield Difference(
                    key=f"label of {entry['code']}",
                    expected=label,
                    found=", ".join(option.labels) or NOT_LISTED,
                )
    for entry in _entries(expected.get("forbidden")):
        yield from _forbidden(str(entry["code"]), options)


def _forbidden(
    code: str, options: Sequence[OptionResult]
) -> Iterable[Difference]:
    shown = [
        option for option in options if option.placed in (OFFERED, AGAINST)
    ]
    wrong = [
        option
        for option in shown
        if option.code == code
        or (code == ANY_DRUG and option.kind in DRUG_KINDS)
    ]
    return [
        Difference(
            key=f"option {option.code}",
            expected=f"forbidden by {code}",
            found=option.placed,
        )
        for option in wrong
    ]


def _patient_page(
    expected: Mapping[str, object], assessment: Assessment
) -> Iterable[Difference]:
    codes = {message.code for message in assessment.messages}
    missing = [
        code
        for code in _strings(expected.get("patient_messages"))
        if code not in codes
    ]
    page = "\n".join(patient_sentences(assessment)).lower()
    said = [
        words
        for words in _strings(expected.get("must_not_say"))
        if words.lower() in page
    ]
    return (
        *(
            Difference(key="patient message", expected=code, found=NOT_LISTED)
            for code in missing
        ),
        *(
            Difference(
                key="patient page",
                expected=f"not to say {words!r}",
                found="says it",
            )
            for words in said
        ),
    )


def patient_sentences(assessment: Assessment) -> tuple[str, ...]:
    """List every sentence meant for the patient, in the order of the page."""
    coded = (
        assessment.overall,
        *assessment.alerts,
        *assessment.triggers,
        *assessment.workup,
        *assessment.messages,
        *assessment.safety,
    )
    sentences = [item.line.plain for item in coded]
    sentences += [
        f"{cause.plain}: {cause.plain_certainty}" for cause in assessment.causes
    ]
    sentences += [
        line.plain
        for result in assessment.diagnoses
        for line in result.reasons[:1]
    ]
    sentences += [
        advice.line.plain
        for option in assessment.options
        for advice in option.recommendations
    ]
    sentences += [assessment.iron.line.plain] if assessment.iron else []
    return tuple(sentence for sentence in sentences if sentence)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _entries(value: object) -> Sequence[Mapping[str, object]]:
    return (
        [entry for entry in value if isinstance(entry, Mapping)]
        if isinstance(value, list)
        else []
    )


def _strings(value: object) -> Sequence[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _settings(value: object) -> dict[str, ParameterValue]:
    settings: dict[str, ParameterValue] = {}
    for name, item in _mapping(value).items():
        if isinstance(item, list):
            settings[str(name)] = tuple(float(number) for number in item)
        elif isinstance(item, bool | int | float | str):
            settings[str(name)] = item
    return settings
