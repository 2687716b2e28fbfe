"""A night as a FHIR R4 Bundle.

Preliminary, with every number's method and device, never a condition.

Departures a receiver must know: times are sent as days, because a recording carries local time
without a zone; a number that cannot be computed is sent without a value and with the reason; codes
of other bodies are sent only where `fhir_codes.toml` says where they were seen, otherwise the code
system of this program, which travels in the Bundle.
"""

import base64
import json
import tomllib
import uuid
from collections.abc import Mapping
from functools import cache
from importlib import resources

from ekbom.codec.hooks import JsonValue
from ekbom.model.assessment import AnsweredFact, Assessment, FactKind
from ekbom.model.result import IndexValue, StudyResult
from ekbom.report.branding import Branding
from ekbom.report.numbers import (
    load_layout,
    main_rule_set,
    number_of,
    values_of,
)
from ekbom.report.options import require_own_assessment
from ekbom.report.sentences.card_sentences import card_texts
from ekbom.report.sentences.night_sentences import night_statements
from ekbom.report.words import Wording, load_wording

Resource = dict[str, JsonValue]
NAMESPACE = uuid.UUID("4f7cf2c6-52de-5c0f-9a4e-6b1c7a52d7b1")
OWN_SYSTEM = f"urn:uuid:{uuid.uuid5(NAMESPACE, 'code system')}"
LOINC, ICD10CM, SNOMED = (
    "http://loinc.org",
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://snomed.info/sct",
)
UCUM, ABSENT = (
    "http://unitsofmeasure.org",
    "http://terminology.hl7.org/CodeSystem/data-absent-reason",
)
DATA_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
PRELIMINARY = "preliminary"
REPORT_CODE = "leg-movements-during-sleep"


def fhir_bundle(
    result: StudyResult,
    *,
    assessment: Assessment | None = None,
    branding: Branding | None = None,
    person: str = "",
    pdf: bytes = b"",
) -> Resource:
    """Build the Bundle (type ``collection``): the same result always gives the same identifiers.

    Parameters
    ----------
    result
        A scored night.
    assessment
        Adds a QuestionnaireResponse with the facts and a ClinicalImpression with possible causes.
    branding
        Language and laboratory.
    person
        Name of the person; without one the Patient resource is anonymous.
    pdf
        The report that is attached to the DiagnosticReport.
    """
    require_own_assessment(result, assessment)
    look = branding or Branding()
    words = load_wording(look.language, locale=look.locale)
    observations = [
        _observation(result, value, words=words) for value in key_values(result)
    ]
    impression = (
        [
            _impression(result, assessment, words=words),
            _answers(result, assessment, words=words),
        ]
        if assessment is not None
        else []
    )
    report = _diagnostic_report(
        result, observations, assessment, words=words, pdf=pdf
    )
    resources_ = [
        report,
        _patient(result, person),
        _device(result),
        *observations,
        *impression,
        _code_system(result, assessment, words=words),
    ]
    entries: list[JsonValue] = [
        {"fullUrl": f"urn:uuid:{item['id']}", "resource": item}
        for item in resources_
    ]
    return {
        "resourceType": "Bundle",
        "id": identity_of(result, "bundle"),
        "type": "collection",
        "entry": entries,
    }


def fhir_bytes(bundle: Resource) -> bytes:
    """Give the content of the FHIR file."""
    return (
        json.dumps(bundle, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    ).encode()


def key_values(result: StudyResult) -> list[IndexValue]:
    """List the numbers that are sent.

    Those of the first pages and the durations that have a code.
    """
    values, layout = values_of(result), load_layout()
    names = [
        name for heading in layout.key.values() for name in heading
    ] + list(codes()["loinc"])
    return [values[name] for name in dict.fromkeys(names) if name in values]


def identity_of(result: StudyResult, part: str) -> str:
    """Give the identifier of a part of this result, always the same for the same result."""
    return str(uuid.uuid5(NAMESPACE, f"{result.digest}/{part}"))


@cache
def codes() -> Mapping[str, Mapping[str, str]]:
    """Read the codes of other bodies that may be sent, and the types of some answers."""
    text = (
        resources.files("ekbom.report")
        .joinpath("fhir_codes.toml")
        .read_text(encoding="utf-8")
    )
    return tomllib.loads(text)


def _link(result: StudyResult, part: str) -> Resource:
    return {"reference": f"urn:uuid:{identity_of(result, part)}"}


def _own(code: str, display: str) -> Resource:
    return {"system": OWN_SYSTEM, "code": code, "display": display}


def _day(result: StudyResult) -> Resource:
    """Give the day of the night; where it is withheld, say that it is masked."""
    recording = result.recording
    if recording.date is not None:
        return {"effectiveDateTime": f"{recording.date:%Y-%m-%d}"}
    why = "unknown" if recording.start is None else "masked"
    absent: Resource = {"url": DATA_ABSENT, "valueCode": why}
    return {"_effectiveDateTime": {"extension": [absent]}}


def _patient(result: StudyResult, person: str) -> Resource:
    name: Resource = {"name": [{"text": person}]} if person else {}
    return {
        "resourceType": "Patient",
        "id": identity_of(result, "patient"),
        **name,
    }


def _device(result: StudyResult) -> Resource:
    return {
        "resourceType": "Device",
        "id": identity_of(result, "device"),
        "deviceName": [{"name": "Ekbom", "type": "manufacturer-name"}],
        "version": [{"value": result.software_version}],
        "note": [
            {
                "text": f"Detector: {result.detector}. Decision support, not a medical device."
            }
        ],
    }


def _observation(
    result: StudyResult, value: IndexValue, *, words: Wording
) -> Resource:
    number = number_of(result, value, words=words)
    coding: list[JsonValue] = [_own(value.name, number.label)]
    if value.name in codes()["loinc"]:
        coding.insert(
            0, {"system": LOINC, "code": codes()["loinc"][value.name]}
        )
    rule_set = result.scores[main_rule_set(result)].rule_set
    return {
        "resourceType": "Observation",
        "id": identity_of(result, f"observation/{value.name}"),
        "status": PRELIMINARY,
        "code": {"coding": coding, "text": number.label},
        "subject": _link(result, "patient"),
        **_day(result),
        **_quantity(value, words=words),
        "method": {
            "coding": [_own(rule_set.id, rule_set.title)],
            "text": f"{rule_set.title}, {rule_set.edition}",
        },
        "device": _link(result, "device"),
    }


def _quantity(value: IndexValue, *, words: Wording) -> Resource:
    if value.value is None:
        coding: list[JsonValue] = [{"system": ABSENT, "code": "unknown"}]
        return {
            "dataAbsentReason": {
                "coding": coding,
                "text": words.reason(value.reason),
            }
        }
    return {"valueQuantity": quantity(value.value, value.unit)}


def quantity(value: float, unit: str) -> Resource:
    """Write a number with its unit, and with the UCUM code where the table has one."""
    code = codes()["ucum"].get(unit)
    if code is None:
        return {"value": value, "unit": unit}
    return {"value": value, "unit": unit or "1", "system": UCUM, "code": code}


def _diagnostic_report(
    result: StudyResult,
    observations: list[Resource],
    assessment: Assessment | None,
    *,
    words: Wording,
    pdf: bytes,
) -> Resource:
    said = [
        *card_texts(assessment, words=words),
        *(one.text for one in night_statements(result, words=words)),
    ]
    title = words("report.title")
    attached: Resource = {}
    if pdf:
        form: Resource = {
            "contentType": "application/pdf",
            "title": title,
            "data": base64.b64encode(pdf).decode(),
        }
        attached = {"presentedForm": [form]}
    return {
        "resourceType": "DiagnosticReport",
        "id": identity_of(result, "report"),
        "identifier": [{"value": result.digest}],
        "status": PRELIMINARY,
        "code": {"coding": [_own(REPORT_CODE, title)], "text": title},
        "subject": _link(result, "patient"),
        **_day(result),
        "result": [
            {"reference": f"urn:uuid:{item['id']}"} for item in observations
        ],
        "conclusion": " ".join([words("report.standing"), *said]),
        **attached,
    }


def _impression(
    result: StudyResult, assessment: Assessment, *, words: Wording
) -> Resource:
    findings: list[JsonValue] = [
        {
            "itemCodeableConcept": _concept(
                cause.code, f"{cause.title} ({cause.certainty})"
            ),
            "basis": "; ".join(line.text for line in cause.reasons),
        }
        for cause in assessment.causes
    ]
    overall = assessment.overall
    edition = f"{assessment.edition}, {assessment.last_checked}"
    return {
        "resourceType": "ClinicalImpression",
        "id": identity_of(result, "impression"),
        "status": "in-progress",
        "description": words("report.standing_long"),
        "subject": _link(result, "patient"),
        "summary": f"{overall.title}: {overall.line.text}"
        if overall.line.text
        else overall.title,
        **({"finding": findings} if findings else {}),
        "note": [{"text": f"{words('report.standing')} {edition}"}],
    }


def _concept(code: str, text: str) -> Resource:
    coding: list[JsonValue] = [_own(code, text)]
    for name, system in (("icd10cm", ICD10CM), ("snomed", SNOMED)):
        if code in codes()[name]:
            coding.append({"system": system, "code": codes()[name][code]})
    return {"coding": coding, "text": text}


def _answers(
    result: StudyResult, assessment: Assessment, *, words: Wording
) -> Resource:
    items: list[JsonValue] = [
        _item(fact, words=words) for fact in assessment.facts
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "id": identity_of(result, "answers"),
        "status": "in-progress" if assessment.missing else "completed",
        "subject": _link(result, "patient"),
        **({"item": items} if items else {}),
    }


def _item(fact: AnsweredFact, *, words: Wording) -> Resource:
    """Write one question with its answers; what nobody knows is asked without an answer."""
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    answers: list[JsonValue] = [
        _answer(fact, value, words=words)
        for value in values
        if value is not None
    ]
    item: Resource = {"linkId": fact.fact, "text": fact.title}
    return item | ({"answer": answers} if answers else {})


def _answer(
    fact: AnsweredFact, value: str | float, *, words: Wording
) -> Resource:
    """Write one answer in the type of its fact."""
    if isinstance(value, str):
        if fact.kind is FactKind.FLAG:
            return {"valueBoolean": value == "yes"}
        coded = fact.kind is FactKind.CHOICE
        return (
            {"valueCoding": _own(value, words.code("answer_code", value))}
            if coded
            else {"valueString": value}
        )
    if fact.fact in codes()["answer_type"]:
        whole = value == int(value)
        return (
            {codes()["answer_type"][fact.fact]: int(value)}
            if whole
            else {"valueDecimal": value}
        )
    return {"valueQuantity": quantity(value, fact.unit)}


def _code_system(
    result: StudyResult, assessment: Assessment | None, *, words: Wording
) -> Resource:
    """Send what our own codes mean, so that the Bundle explains itself."""
    table = (
        result.index_table.definitions if result.index_table is not None else {}
    )
    concepts: list[JsonValue] = []
    for value in key_values(result):
        meaning: Resource = (
            {"definition": table[value.name].formula}
            if value.name in table
            else {}
        )
        concepts.append(
            {
                "code": value.name,
                "display": number_of(result, value, words=words).label,
                **meaning,
            }
        )
    facts = assessment.facts if assessment is not None else ()
    chosen = {
        str(fact.value)
        for fact in facts
        if fact.kind is FactKind.CHOICE and fact.value
    }
    concepts += [
        {"code": word, "display": words.code("answer_code", word)}
        for word in sorted(chosen)
    ]
    return {
        "resourceType": "CodeSystem",
        "id": identity_of(result, "codes"),
        "url": OWN_SYSTEM,
        "version": result.software_version,
        "name": "EkbomIndices",
        "status": "draft",
        "content": "fragment",
        "concept": concepts,
    }
