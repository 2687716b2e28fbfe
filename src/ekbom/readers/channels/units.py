"""Physical dimensions as laboratories write them, made canonical once: every voltage becomes uV."""

import re
from typing import NamedTuple

VOLTAGE_UNIT = "uV"

# The micro sign comes as U+00B5, as the Greek letter, as code page 437 read in Latin-1, or lost to
# a question mark.
_VOLTAGE = re.compile(
    r"(?P<prefix>n|u|µ|μ|æ|\?|\ufffd|mc|mic|micro|m|milli)?[ ]?v(?:olts?)?\.?",
    re.IGNORECASE,
)
_UV_PER_PREFIX = {"": 1e6, "m": 1e3, "milli": 1e3, "n": 1e-3}


class Unit(NamedTuple):
    """A canonical unit and the factor that leads to it; `is_voltage` where the unit is uV now."""

    name: str
    factor: float
    is_voltage: bool


def canonical_unit(written: str) -> Unit:
    """Understand a physical dimension as written in a header.

    Parameters
    ----------
    written : str
        The field without its padding, such as ``mV``, ``µV``, ``V``, ``%`` or an empty text.

    Returns
    -------
    Unit
        uV with the factor to it for every voltage; anything else as written with factor 1.

    Examples
    --------
    >>> canonical_unit("mV")
    Unit(name='uV', factor=1000.0, is_voltage=True)
    >>> canonical_unit("%").is_voltage
    False
    """
    match = _VOLTAGE.fullmatch(written.strip())
    if match is None:
        return Unit(written.strip(), 1.0, is_voltage=False)
    prefix = (match["prefix"] or "").lower()
    return Unit(VOLTAGE_UNIT, _UV_PER_PREFIX.get(prefix, 1.0), is_voltage=True)
