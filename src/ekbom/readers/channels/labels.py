"""Channel labels as laboratories write them.

Which leg, which kind of derivation, or why it is no leg channel.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from ekbom.model.finding import Reason
from ekbom.model.recording import Derivation, Role

_SEPARATORS = re.compile(r"[\s._]+")
_PREFIX = re.compile(r"(?:emg|eeg)(?: |-|(?=tib|leg))+(?=\S)")
_SUFFIX = re.compile(r"(?<=\S)[ -]+emg")
_ROLE_OF_SIDE = {
    "left": Role.LEFT_LEG,
    "right": Role.RIGHT_LEG,
    "both": Role.LEG,
    "unknown": Role.LEG,
    "none": Role.OTHER,
}


class LabelReason(StrEnum):
    """Why a label is not simply what it says: it leaves the side open, or is no EMG of a leg."""

    SIDE_NOT_NAMED = "side-not-named"
    IMPEDANCE = "impedance-not-emg"
    ECG_AGAINST_LEG = "ecg-against-leg"
    NUMBERED_INPUT = "numbered-input"


@dataclass(frozen=True, kw_only=True)
class LabelMeaning:
    """What a label stands for.

    `side` is left, right, both, unknown, or none for a channel that is no EMG of a leg.
    `partner` is a pattern of the label that would make the two a pair of single electrodes.
    """

    role: Role
    side: str
    derivation: Derivation | None = None
    partner: str = ""
    reason: Reason | None = None

    @property
    def refused(self) -> bool:
        """True where the label names a leg but stands for something else."""
        return self.role is Role.OTHER and self.reason is not None


@dataclass(frozen=True, kw_only=True)
class _Pattern:
    match: re.Pattern[str]
    written: re.Pattern[str] | None
    meaning: LabelMeaning

    def fits(self, label: str) -> bool:
        """Tell whether the pattern matches the whole label."""
        if (
            self.written is not None
            and self.written.fullmatch(label.casefold()) is None
        ):
            return False
        forms = [plain_label(label)]
        if self.meaning.side == "none":
            forms.append(_spaced(label))
        return any(self.match.fullmatch(form) for form in forms)


def plain_label(label: str) -> str:
    """Make a label plain: small letters, separators one blank, the modality at an end taken off.

    Examples
    --------
    >>> plain_label("EMG Tib. L")
    'tib l'
    >>> plain_label("EMG")
    'emg'
    """
    return _SUFFIX.sub("", _PREFIX.sub("", _spaced(label), count=1))


def _spaced(label: str) -> str:
    return _SEPARATORS.sub(" ", label.casefold()).strip()


@lru_cache(maxsize=4096)
def recognise_label(label: str) -> LabelMeaning:
    """Understand one channel label.

    Parameters
    ----------
    label : str
        As written in the file.

    Returns
    -------
    LabelMeaning
        With role `OTHER`, side none and no reason for a channel that has nothing to do with the
        legs.

    Examples
    --------
    >>> recognise_label("EMG RLEG+-RLEG-").side
    'right'
    >>> recognise_label("Jambe gauche Imp").reason.code
    <LabelReason.IMPEDANCE: 'impedance-not-emg'>
    """
    for pattern in _patterns():
        if pattern.fits(label):
            return pattern.meaning
    return LabelMeaning(role=Role.OTHER, side="none")


def labels_are_partners(label: str, other: str) -> bool:
    """Tell whether `other` is the second electrode that makes `label` a first one, not a pair."""
    partner = recognise_label(label).partner
    return (
        bool(partner) and re.fullmatch(partner, plain_label(other)) is not None
    )


@cache
def _patterns() -> tuple[_Pattern, ...]:
    source = files("ekbom.readers.channels").joinpath("channel_labels.toml")
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    words = table["words"]
    places = {
        "<L>": words["left"],
        "<R>": words["right"],
        "<leg>": words["leg"],
    }
    return tuple(_compile(entry, places) for entry in table["pattern"])


def _compile(entry: Mapping[str, str], places: Mapping[str, str]) -> _Pattern:
    match = entry["match"]
    for place, alternatives in places.items():
        match = match.replace(place, alternatives)
    return _Pattern(
        match=re.compile(match),
        written=re.compile(entry["written"]) if "written" in entry else None,
        meaning=_meaning(entry),
    )


def _meaning(entry: Mapping[str, str]) -> LabelMeaning:
    side = entry.get("side", "none")
    return LabelMeaning(
        role=Role(entry["role"]) if "role" in entry else _ROLE_OF_SIDE[side],
        side=side,
        derivation=Derivation(entry["derivation"])
        if "derivation" in entry
        else None,
        partner=entry.get("partner", ""),
        reason=_reason(entry, side),
    )


def _reason(entry: Mapping[str, str], side: str) -> Reason | None:
    if "number" in entry:
        return Reason(
            "side-by-number", {"number": entry["number"], "side": side}
        )
    return Reason(LabelReason(entry["reason"])) if "reason" in entry else None
