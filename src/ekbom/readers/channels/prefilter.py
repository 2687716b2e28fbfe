"""The filter a recorder declares for a channel, as far as its header field can be understood."""

import re
from typing import NamedTuple

_NUMBER = r"([0-9]+(?:[.,][0-9]+)?)"
_HIGH_PASS = re.compile(
    rf"(?:HPF?|HIGH ?-?PASS|LOW ?CUT|LFF)\s*[:=]?\s*{_NUMBER}\s*(M?HZ)?"
)
_LOW_PASS = re.compile(
    rf"(?:LPF?|LOW ?-?PASS|HIGH ?CUT|HFF)\s*[:=]?\s*{_NUMBER}\s*(K?HZ)?"
)
_BAND = re.compile(
    rf"(?:BPF?|BAND ?-?PASS)?\s*[:=]?\s*{_NUMBER}\s*(?:HZ)?\s*(?:-|TO|\.\.)\s*{_NUMBER}\s*(?:HZ)?"
)
_NOTCH = re.compile(
    rf"(?<![A-Z])(?:N|NOTCH|BS|BAND ?-?STOP)\s*[:=]?\s*{_NUMBER}"
)


class Prefilter(NamedTuple):
    """Corner frequencies in Hz as declared; None where the field does not tell."""

    high_pass_hz: float | None
    low_pass_hz: float | None
    notch_hz: float | None


def parse_prefilter(written: str) -> Prefilter:
    """Understand a header's filter field; what cannot be understood is None, never a guess.

    Examples
    --------
    >>> parse_prefilter("HP:10Hz LP:100Hz N:50Hz")
    Prefilter(high_pass_hz=10.0, low_pass_hz=100.0, notch_hz=50.0)
    >>> parse_prefilter("")
    Prefilter(high_pass_hz=None, low_pass_hz=None, notch_hz=None)
    """
    text = written.upper()
    high_pass, low_pass, notch = (
        _first(pattern.search(text))
        for pattern in (_HIGH_PASS, _LOW_PASS, _NOTCH)
    )
    if high_pass is None and low_pass is None and (band := _BAND.search(text)):
        high_pass = _decimal(band[1])
        low_pass = _decimal(band[2])
    return Prefilter(high_pass, low_pass, notch)


def _first(match: re.Match[str] | None) -> float | None:
    if match is None:
        return None
    unit = match[2] if match.re.groups > 1 else None
    return _decimal(match[1]) * {"MHZ": 1e-3, "KHZ": 1e3}.get(unit or "", 1.0)


def _decimal(text: str) -> float:
    return float(text.replace(",", "."))
