"""What an index is: a key of kind, state, side and measure.

Its name is printed here and never taken apart.

A name that comes from a file or a person is looked up among the names of all keys.
"""

from collections.abc import Mapping
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

STATES = ("tib", "sleep", "w", "n1", "n2", "n3", "rem", "nrem")
"""States of the night that are counted; `tib` is the whole staged time in bed."""
RECORDING = "recording"
SIDES = ("", "left", "right", "bilateral", "monolateral")
"""Sides of a combined movement; empty for all of them, monolateral for left or right."""
MOVEMENTS: Mapping[str, tuple[str, ...]] = {
    "lm": ("", "arousal"),
    "clm": ("", "arousal", "no_arousal", "rr", "nr"),
    "nonclm": ("", "rr", "nr"),
    "plm": (
        "",
        "arousal",
        "no_arousal",
        "rr",
        "nr",
        "nr_arousal",
        "nr_no_arousal",
    ),
    "short_interval_clm": ("",),
    "isolated_clm": ("",),
}
"""Kinds of movement after both legs were combined, each with its subsets."""
LEG_MOVEMENT = "leg_lm"
EVENTS = ("arousals", "breathing_events")
PERIODICITY = ("pi_intervals", "pi_movements")
ALL_AND_NR = ("", "nr")
"""All intervals or series, and those built anew without breathing-related CLM."""
COUNTS = ("count", "short_count", "periodic_count", "long_count")
"""Measures that are whole numbers."""
RATES = ("count", "per_h")
DURATIONS = tuple(
    f"duration_{what}_s" for what in ("mean", "sd", "median", "min", "max")
)
INTERVAL_MEASURES = (
    *(
        "short_count",
        "periodic_count",
        "long_count",
        "mean_s",
        "sd_s",
        "median_s",
    ),
    *("geometric_mean_s", "geometric_sd", "periodic_ln_mean", "periodic_ln_sd"),
)
SERIES_MEASURES = (
    *("length_mean", "length_median", "length_max"),
    *(
        "duration_mean_min",
        "duration_median_min",
        "duration_total_min",
        "count",
    ),
)
SLEEP_MEASURES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("tib", "spt", "tst", "unscored", "w"), ("min",)),
    **dict.fromkeys(("sol", "sol_persistent", "rem_latency"), ("min",)),
    **dict.fromkeys(("waso", "waso_lights_on"), ("min",)),
    **dict.fromkeys(("n1", "n2", "n3", "rem", "nrem"), ("min", "percent")),
    **dict.fromkeys(("se", "sme"), ("percent",)),
    "awakenings": RATES,
    "sleep_to_wake": ("per_h",),
}
"""Statistics of sleep, each with its measures."""

_NONE = ("",)
_FAMILIES = (
    *(
        (kind, subsets, STATES, SIDES, (*RATES, *DURATIONS))
        for kind, subsets in MOVEMENTS.items()
    ),
    *(
        (kind, subsets, (RECORDING,), _NONE, RATES)
        for kind, subsets in MOVEMENTS.items()
    ),
    *(
        (kind, ("arousal", "rr"), ("sleep",), _NONE, ("percent",))
        for kind in ("plm", "clm")
    ),
    (LEG_MOVEMENT, _NONE, STATES, ("left", "right"), RATES),
    *((kind, ALL_AND_NR, STATES, _NONE, _NONE) for kind in PERIODICITY),
    ("imi", ALL_AND_NR, STATES, _NONE, INTERVAL_MEASURES),
    ("series", ALL_AND_NR, ("tib",), _NONE, SERIES_MEASURES),
    *(
        (kind, _NONE, STATES, _NONE, (*RATES, "with_clm_percent"))
        for kind in EVENTS
    ),
    ("analysed", _NONE, STATES, ("", "left", "right"), ("min",)),
    ("analysed", _NONE, (RECORDING,), _NONE, ("min",)),
    *(
        (kind, _NONE, _NONE, _NONE, measures)
        for kind, measures in SLEEP_MEASURES.items()
    ),
)
"""Every index: kind, then the subsets, states, sides and measures it comes with."""
_LETTERS = {"tib": "", RECORDING: "", "w": "w"}
_RECORDING_MEASURES = {"count": "recording_count", "per_h": "per_recording_h"}
_LETTERED = (*MOVEMENTS, LEG_MOVEMENT)
_SILENT = {
    **dict.fromkeys(("imi", "series", *PERIODICITY), ("tib",)),
    **dict.fromkeys(EVENTS, ("sleep",)),
    **dict.fromkeys(_LETTERED, ("sleep", "w", RECORDING)),
}


class IndexKey(NamedTuple):
    """What an index counts or measures.

    `kind` with `subset` says of what (PLM with arousal: ``plm``, ``arousal``), `state` and `side`
    where, `measure` how. An empty part does not apply.
    """

    kind: str
    subset: str = ""
    state: str = ""
    side: str = ""
    measure: str = ""

    @property
    def counts(self) -> bool:
        """Whether the index is a whole number."""
        return self.measure in COUNTS

    @property
    def name(self) -> str:
        """The printed name; made nowhere else.

        A kind of movement carries a letter for sleep (s) or wake (w). The state follows as a word
        unless it is the one that the kind is silent about.

        Examples
        --------
        >>> IndexKey("plm", "nr_arousal", "n2", "left", "per_h").name
        'plms_nr_arousal_n2_left_per_h'
        """
        return IndexKey._printed(self)

    @staticmethod
    @cache
    def _printed(key: "IndexKey") -> str:
        letter = _LETTERS.get(key.state, "s") if key.kind in _LETTERED else ""
        word = "" if key.state in _SILENT.get(key.kind, ()) else key.state
        measure = key.measure
        if key.kind in _LETTERED and key.state == RECORDING:
            measure = _RECORDING_MEASURES[measure]
        parts = (key.kind + letter, key.subset, word, key.side, measure)
        return "_".join(part for part in parts if part)

    @staticmethod
    @cache
    def by_name() -> Mapping[str, "IndexKey"]:
        """Give every key there is by its printed name."""
        keys = (
            IndexKey(kind, *parts)
            for kind, *places in _FAMILIES
            for parts in product(*places)
        )
        return MappingProxyType({key.name: key for key in keys})
