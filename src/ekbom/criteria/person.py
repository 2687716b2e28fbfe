"""Clinical facts: answers, laboratory values and medicines, as the criteria judge them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ekbom.model.assessment import FactValue
from ekbom.model.finding import Reason


@dataclass(frozen=True, kw_only=True)
class Medicine:
    """One medicine in use or tried, as typed.

    `generic` is the name it was recognised as, empty when it was not; `substances` are what it
    holds, as far as that is known.
    """

    name: str
    atc: str = ""
    generic: str = ""
    substances: tuple[str, ...] = ()
    weeks: float | None = None
    otc: bool = False
    dose_mg: float | None = None
    years: float | None = None
    initial_response: str = "unknown"


@dataclass(frozen=True, kw_only=True)
class IronInfusion:
    """One earlier iron infusion."""

    product: str
    weeks_ago: float | None = None


@dataclass(frozen=True, kw_only=True)
class FactProblem:
    """Something about the facts a person must know: a value not used, or a name to confirm.

    `rule_id` is the sentence of the tables that stands for it, `reason` what it was this time.
    """

    fact: str
    rule_id: str
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known about one person, in the schema's units.

    A path that is absent from `values` is not known.

    `person` is a pseudonym, empty where the file names nobody.

    A list that is None was never asked; an empty list is an answer. `rls_treatment_failed` names
    what did not help, `rls_treatment_harmed` what had to be stopped because of harm, `allergies`
    medicines and products that brought an allergy or a severe reaction. `converted` names values
    that came in another unit or were calculated, `provenance` says where a value came from.
    """

    values: Mapping[str, FactValue]
    conditions: frozenset[str] | None = None
    medications: tuple[Medicine, ...] | None = None
    rls_treatment: tuple[Medicine, ...] | None = None
    rls_treatment_failed: tuple[str, ...] | None = None
    rls_treatment_harmed: tuple[str, ...] | None = None
    allergies: tuple[str, ...] | None = None
    iv_iron_history: tuple[IronInfusion, ...] | None = None
    converted: frozenset[str] = frozenset()
    provenance: Mapping[str, Reason] = field(default_factory=dict)
    problems: tuple[FactProblem, ...] = ()
    person: str = ""
