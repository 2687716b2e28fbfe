"""What to write of a night, for whom, and how it looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ekbom.model.assessment import Assessment
from ekbom.model.errors import InputError
from ekbom.model.finding import Finding
from ekbom.model.result import StudyResult
from ekbom.report.branding import Branding
from ekbom.report.words import Wording, load_wording

SHOWN_DIGITS = 12
KINDS = (
    "html",
    "pdf",
    "fhir",
    "patient",
    "figures",
    "json",
    "redcap",
    "parquet",
)


@dataclass(frozen=True, kw_only=True)
class ReportOptions:
    """What to write of a night, for whom, and how it looks.

    Attributes
    ----------
    kinds
        What to write, names of `KINDS`.
    assessment
        What the clinical rules say; without one the report says that there is none.
    branding
        Laboratory, page size, language and number formats.
    person
        How the person is named; the result itself holds no name.
    other_nights
        Further nights of the same person, drawn beside this one.
    course
        What these nights show together, written below them.
    sources
        Full text of citation keys that the result does not bring itself.
    """

    kinds: frozenset[str] = frozenset({"html", "pdf"})
    assessment: Assessment | None = None
    branding: Branding = field(default_factory=Branding)
    person: str = ""
    other_nights: tuple[StudyResult, ...] = ()
    course: tuple[Finding, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> Wording:
        """The words of the branding's language with its number formats."""
        return load_wording(self.branding.language, locale=self.branding.locale)


PLAIN = ReportOptions()


def require_own_assessment(
    result: StudyResult, assessment: Assessment | None
) -> None:
    """Refuse an assessment that rests on another night.

    One that was made without a night, or by a version that did not name it, belongs to any.

    Raises
    ------
    InputError
        If the assessment names another night than this one.
    """
    night = assessment.night_digest if assessment is not None else ""
    if night not in ("", result.digest):
        raise InputError(
            f"The assessment rests on the night {shown(night)}, this result is "
            f"{shown(result.digest)}; assess the facts anew with this night (ekbom assess --night)."
        )


def shown(digest: str) -> str:
    """Shorten a digest to what tells two nights apart."""
    return digest.partition(":")[2][:SHOWN_DIGITS] or digest[:SHOWN_DIGITS]
