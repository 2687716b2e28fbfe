"""What to write of a night, for whom, and how it looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ekbom.model.assessment import Assessment
from ekbom.model.result import StudyResult
from ekbom.report.branding import Branding
from ekbom.report.words import Wording, load_wording

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
    sources
        Full text of citation keys that the result does not bring itself.
    """

    kinds: frozenset[str] = frozenset({"html", "pdf"})
    assessment: Assessment | None = None
    branding: Branding = field(default_factory=Branding)
    person: str = ""
    other_nights: tuple[StudyResult, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> Wording:
        """The words of the branding's language with its number formats."""
        return load_wording(self.branding.language, locale=self.branding.locale)


PLAIN = ReportOptions()
