"""What the tables may cite."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ekbom.model.source import EvidenceMark


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One source: what it is, where it appeared, and how closely it was read.

    `ceiling` is the best evidence mark that a number or rule citing it may claim. `access` says
    which part was read by the day `checked`; `guideline` and `edition` name what a rule citing it
    belongs to.
    """

    key: str = field(metadata={"from_key": True})
    title: str
    where: str = ""
    identifier: str
    ceiling: EvidenceMark
    guideline: str = ""
    edition: str = ""
    access: str = ""
    checked: str = ""

    @property
    def text(self) -> str:
        """Give what the source is and where it is found, as results print it."""
        identifier = (
            ""
            if self.identifier in f"{self.title} {self.where}"
            else self.identifier
        )
        return ". ".join(filter(None, (self.title, self.where, identifier)))


@dataclass(frozen=True, kw_only=True)
class Bibliography:
    """Every source the tables may cite, by key."""

    references: Mapping[str, Reference]
