"""Clinical test vectors: each case's facts are assessed and compared with what the case expects."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ekbom.clinical.assess import assess_facts
from ekbom.clinical.facts import read_facts
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.assessment import (
    Assessment,
    CodedLine,
    DiagnosisResult,
    IronResult,
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
    facts = read_facts(by_clinician(_mapping(case.get("facts"))), tables)
    settings = _settings(case.get("config"))
    assessment = assess_facts(
        facts,
        tables,
        settings=settings,
        rank_missing=False,
    )
    expected = _mapping(case.get("expected"))
    triggers = _entries(expected.get("triggers"))
    tests = _open_tests(expected, facts.values, tables)
    alerts = _entries(expected.get("alerts"))
    return (
        *_diagnoses(_entries(expected.get("diagnoses")), assessment),
        *_found("trigger", triggers, assessment.triggers),
        *_found("work-up", tests, assessment.workup),
        *_found("alert", alerts, assessment.alerts),
        *_iron(_mapping(expected.get("iron")), assessment.iron),
        *_treatment(_mapping(expected.get("treatment")), assessment.options),
        *_patient_page(expected, assessment),
    )


def by_clinician(facts: Mapping[str, object]) -> Mapping[str, object]:
    """Say what the vectors mean: other conditions were excluded by a clinician."""
    symptoms = _mapping(facts.get("symptoms"))
    if symptoms.get("mimic_excluded") not in ("yes", "no"):
        return facts
    assessed = {"mimic_excluded_by": "clinician_examined", **symptoms}
    return {**facts, "symptoms": assessed}


def _unequal(
    key: str,
    expected: str | float,
    found: str | float | None,
) -> Iterator[Difference]:
    """Say that something else was found than expected."""
    if found != expected:
        yield Difference(
            key=key,
            expected=expected,
            found=found,
        )


def _diagnoses(
    expected: Iterable[Mapping[str, object]], assessment: Assessment
) -> Iterable[Difference]:
    listed = (*assessment.criteria_sets, *assessment.diagnoses)
    results = {result.code: result for result in listed}
    for entry in expected:
        code = str(entry["code"])
        result = results.get(code)
        status = _status(result) if result else NOT_LISTED
        specifiers = result.specifier_codes if result else ()
        wanted = set(_strings(entry.get("specifiers"))) - {*specifiers}
        yield from _unequal(f"diagnosis {code}", str(entry["status"]), status)
        if wanted:
            missing = ", ".join(sorted(wanted))
            yield from _unequal(f"specifiers of {code}", missing, NOT_LISTED)


def _status(result: DiagnosisResult) -> str:
    """Write a status as the vectors do: what excludes a diagnosis stands behind a colon."""
    if result.excluded_by:
        return f"excluded_by:{result.excluded_by}"
    return result.status


def _found(
    kind: str,
    expected: Iterable[Mapping[str, object]],
    lines: Iterable[CodedLine],
) -> Iterable[Difference]:
    codes = {line.code for line in lines}
    for code in (str(entry["code"]) for entry in expected):
        if code not in codes:
            yield from _unequal(kind, code, NOT_LISTED)


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
    expected: Mapping[str, object], iron: IronResult | None
) -> Iterable[Difference]:
    if not expected:
        return
    action = iron.action if iron else NOT_LISTED
    yield from _unequal("iron action", str(expected["action"]), action)
    routes = ", ".join(sorted(_strings(expected.get("routes"))))
    given = ", ".join(sorted(iron.routes if iron else ())) or NOT_LISTED
    if routes:
        yield from _unequal("iron routes", routes, given)
    amount = expected.get("value_mg")
    value = iron.value_mg if iron else None
    if isinstance(amount, int | float) and (
        value is None or abs(value - amount) > _MG
    ):
        yield from _unequal("iron amount in mg", float(amount), value)


def _treatment(
    expected: Mapping[str, object], options: Sequence[OptionResult]
) -> Iterable[Difference]:
    placed = {option.code: option for option in options}
    for place, name in ((OFFERED, "offer"), (AGAINST, AGAINST)):
        for entry in _entries(expected.get(name)):
            yield from _option(entry, place, placed.get(str(entry["code"])))
    for entry in _entries(expected.get("forbidden")):
        yield from _forbidden(str(entry["code"]), options)


def _option(
    entry: Mapping[str, object],
    place: str,
    option: OptionResult | None,
) -> Iterator[Difference]:
    """Look at one option: where it is placed, and its label."""
    code = entry["code"]
    label = str(entry.get("label") or "")
    if option is None or option.placed != place:
        found = option.placed if option else NOT_LISTED
        yield from _unequal(f"option {code}", place, found)
    elif label and label not in option.labels:
        found = ", ".join(option.labels) or NOT_LISTED
        yield from _unequal(f"label of {code}", label, found)


def _forbidden(
    code: str, options: Sequence[OptionResult]
) -> Iterable[Difference]:
    for option in options:
        named = option.code == code
        meant = named or (code == ANY_DRUG and option.kind in DRUG_KINDS)
        if meant and option.placed in (OFFERED, AGAINST):
            key = f"option {option.code}"
            wanted = f"forbidden by {code}"
            yield from _unequal(key, wanted, option.placed)


def _patient_page(
    expected: Mapping[str, object], assessment: Assessment
) -> Iterable[Difference]:
    codes = {message.code for message in assessment.messages}
    page = "\n".join(patient_sentences(assessment)).lower()
    for code in _strings(expected.get("patient_messages")):
        if code not in codes:
            yield from _unequal("patient message", code, NOT_LISTED)
    for words in _strings(expected.get("must_not_say")):
        if words.lower() in page:
            yield from _unequal(
                "patient page", f"not to say {words!r}", "says it"
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
