"""The table of follow-up: which change of a number counts, and what is due again when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ekbom.criteria.guidelines import Rule
from ekbom.model.source import Parameter


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A number followed over visits.

    Which fact, from which change on it counts, and what each direction means.

    `limit` names the parameter a change must meet by the parameter's bound; empty: every
    difference counts. `second_limit` is another published limit, shown beside. Facts in `same` must
    not differ between the two visits; a met rule of `unfit` takes a visit out of the comparison,
    one of `cautions` is shown with it.
    """

    fact: str
    limit: str = ""
    second_limit: str = ""
    response: bool = False
    same: tuple[str, ...] = ()
    texts: Mapping[str, Rule]
    unfit: tuple[Rule, ...] = ()
    cautions: tuple[Rule, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CheckRule:
    """What must be looked at again, and when: `interval` (a parameter, weeks) after the `anchor`.

    Anchors: ``iron`` the latest start of iron, ``treatment`` the latest start of a medicine for the
    legs, ``measured`` the last visit at which every fact of `done_by` was known, ``screen`` the
    same with the screening due at every visit. An entry of `done_by` is one fact or several that
    answer alike, joined by ``|``.
    """

    rule: Rule = field(metadata={"inline": True})
    anchor: Literal["iron", "treatment", "measured", "screen"]
    interval: str
    done_by: tuple[str, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class FollowUpTables:
    """The follow-up table.

    Its `parameters` include those of the clinical tables.
    """

    last_checked: str
    digest: str
    parameters: Mapping[str, Parameter]
    measures: tuple[Measure, ...]
    checks: tuple[CheckRule, ...]
    remarks: Mapping[str, Rule]
    texts: Mapping[str, Rule]
