"""Channel labels as laboratories write them.

Which leg, which kind of derivation, or why it is no leg channel.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ekbom.model.recording import Role

PAIR = "pair"
SINGLE = "single electrode"
ONE_CHANNEL = "one channel"
LEFT_AGAINST_RIGHT = "left against right"

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


@dataclass(frozen=True, kw_only=True)
class LabelMeaning:
    """What a label stands for.

    `side` is left, right, both, unknown, or none for a channel that is no EMG of a leg;
    `derivation` is the kind of leg channel, or the reason why a label that names a leg was refused.
    `partner` is a pattern of the label that would make the two a pair of single electrodes. `note`
    says what had to be assumed.
    """

    role: Role
    side: str
    derivation: str = ""
    partner: str = ""
    note: str = ""

    @property
    def refused(self) -> bool:
        """True where the label names a leg but stands for something else."""
        return self.role is Role.OTHER and bool(self.derivation)


@dataclass(frozen=True, kw_only=True)
class _Pattern:
    match: re.Pattern[str]
    written: re.Pattern[str] | None
    meaning: LabelMeaning


def plain_label(label: str) -> str:
    """Make a label plain: lower case, separators one blank, a leading or trailing modality taken off.

    Examples
    --------
    >>> plain_label("EMG Tib. L")
    'tib l'
    >>> plain_label("EMG")
    'emg'
    """
    plain = _SEPARATORS.sub(" ", label.casefold()).strip()
    return _SUFFIX.sub("", _PREFIX.sub("", plain, count=1))


def recognise_label(label: str) -> LabelMeaning:
    """Understand one channel label.

    Parameters
    ----------
    label : str
        As written in the file.

    Returns
    -------
    LabelMeaning
        With role `OTHER`, side none and an empty derivation for a channel that has nothing to do
        with the legs.

    Examples
    --------
    >>> recognise_label("EMG RLEG+-RLEG-").side
    'right'
    >>> recognise_label("Jambe gauche Imp").derivation
    'impedance, not EMG'
    """
    plain = plain_label(label)
    bare = _SEPARATORS.sub(" ", label.casefold()).strip()
    for pattern in _patterns():
        if pattern.written is not None and pattern.written.fullmatch(label.casefold()) is None:
            continue
        if pattern.match.fullmatch(plain) or (
            pattern.meaning.side == "none" and pattern.match.fullmatch(bare)
        ):
            return pattern.meaning
    return LabelMeaning(role=Role.OTHER, side="none")


def labels_are_partners(label: str, other: str) -> bool:
    """Tell whether `other` is the second electrode that turns `label` from a pair into a first electrode."""
    partner = recognise_label(label).partner
    return bool(partner) and re.fullmatch(partner, plain_label(other)) is not None


@cache
def _patterns() -> tuple[_Pattern, ...]:
    table = tomllib.loads(
        files("ekbom.readers.channels").joinpath("channel_labels.toml").read_text(encoding="utf-8")
    )
    words = {
        "<L>": table["words"]["left"],
        "<R>": table["words"]["right"],
        "<leg>": table["words"]["leg"],
    }
    return tuple(_compile(entry, words) for entry in table["pattern"])


def _compile(entry: Mapping[str, str], words: Mapping[str, str]) -> _Pattern:
    match = entry["match"]
    for placeholder, alternatives in words.items():
        match = match.replace(placeholder, alternatives)
    role = Role(entry["role"]) if "role" in entry else _ROLE_OF_SIDE[entry["side"]]
    return _Pattern(
        match=re.compile(match),
        written=re.compile(entry["written"]) if "written" in entry else None,
        meaning=LabelMeaning(
            role=role,
            side=entry.get("side", "none"),
            derivation=entry.get("derivation", ""),
            partner=entry.get("partner", ""),
            note=entry.get("note", ""),
        ),
    )
