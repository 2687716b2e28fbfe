"""One small night for every bound and every choice of the scoring tables, and what becomes of it.

`python tests/scoring/bound_probes.py` writes the frozen lists anew; each line is then to be checked
by a person against the tables.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scored_nights import count, scored_night
from scored_nights import hypnogram_of as stages_of
from scoring_cases import (
    ALL_REM,
    ALL_SLEEP,
    Scored,
    criteria_of,
    every,
    leg_movements,
    score,
)

from ekbom.detection.literal.crossings import find_threshold_crossings
from ekbom.model.errors import UsageError
from ekbom.model.result import ScoredPeriod
from ekbom.rules.load_indices import load_index_table
from ekbom.rules.load_scoring import (
    amplitude_criteria,
    load_rule_set,
    rule_set_names,
)
from ekbom.scoring.indices.uncertainty import limit_distances

FOLDER = Path(__file__).parent
BOUNDS, CHOICES, VALUES = (
    FOLDER / f"frozen_{name}.tsv" for name in ("bounds", "choices", "values")
)
FS_HZ, MS, SLEEP = 1000.0, 0.001, stages_of((0, 3600, "N2"))
Options = Mapping[str, object]
NONE: Options = {}


class Probe(NamedTuple):
    """How a bound is tried: the night at a value, and the step to the next value."""

    verdict: Callable[[str, float, Options], str]
    step: float = MS


def told(scored: Scored) -> str:
    """Write the rows that count, and the series."""
    series = " ".join(f"series of {len(members)}" for members in scored.series)
    return f"{', '.join(scored.events) or 'nothing'}; {series or 'no series'}"


def n_movements(rules: str, marks: list[str], options: Options) -> str:
    rows = score(rules, marks, options=options).rows
    parts = ", ".join(str(n) for n in rows.n_parts.tolist())
    return f"movements with parts {parts}" if parts else "no movement"


def candidate(rules: str, marks: list[str], options: Options) -> str:
    rows = score(rules, marks, options=options).all_rows
    return (
        ", ".join("candidate" if clm else "no candidate" for clm in rows.clm)
        or "no movement"
    )


def series(rules: str, marks: list[str], options: Options) -> str:
    found = score(rules, marks, options=options).series
    return f"series of {len(found[0])}" if found else "no series"


def related(rules: str, marks: list[str], options: Options) -> str:
    rows = score(
        rules, marks, respiratory=[(100, 120)], options=options
    ).all_rows
    return "breathing-related" if rows.rrlm.any() else "not related"


def aroused(rules: str, marks: list[str], options: Options) -> str:
    rows = score(rules, marks, arousals=[(100, 105)], options=options).all_rows
    return (
        "with arousal" if rows.arousal_associated.any() else "without arousal"
    )


def index(rules: str, onsets: list[float], name: str, options: Options) -> str:
    criteria = criteria_of(rules, **options)
    night = scored_night(
        [("L", onset, 1.0) for onset in onsets], SLEEP, criteria=criteria
    )
    value = count(
        night, period=ScoredPeriod(recording_s=3600), criteria=criteria
    )[name].value
    return "none" if value is None else f"{value:.3g}"


def above_line(
    rules: str, plms: float, options: Options, *, population: int
) -> str:
    found = limit_distances(
        round(plms), 60.0, criteria=criteria_of(rules, **options)
    )
    return "above" if found[population].above else "not above"


def crossings(
    rules: str, pieces: list[tuple[float, float]], options: Options
) -> str:
    """Detect in an envelope of (seconds, uV above a rest of 1 uV)."""
    amplitude = amplitude_criteria(load_rule_set(rules, options=options))
    if amplitude is None:
        return "undefined"
    envelope = np.concatenate(
        [np.full(round(s * FS_HZ), 1 + uv) for s, uv in pieces]
    )
    found = find_threshold_crossings(
        envelope, 1.0, fs_hz=FS_HZ, criteria=amplitude
    )
    lengths = (found.offset - found.onset) / FS_HZ
    return (
        ", ".join(f"{length:g} s" for length in lengths.tolist())
        or "no movement"
    )


def mark(leg: str, on: float, off: float) -> str:
    return f"{leg} {on:.4f}-{off:.4f}"


def parts(n: float) -> list[str]:
    return [
        mark("LR"[i % 2], 10 + 1.2 * i, 11 + 1.2 * i) for i in range(round(n))
    ]


PROBES: Mapping[str, Probe] = {
    "onset_above_rest_uv": Probe(
        lambda r, v, o: crossings(r, [(2, 0), (2, v), (2, 0)], o), step=0.001
    ),
    "offset_above_rest_uv": Probe(
        lambda r, v, o: crossings(r, [(2, 0), (2, 50), (2, v), (2, 0)], o),
        step=0.001,
    ),
    "offset_hold_s": Probe(
        lambda r, v, o: crossings(
            r, [(2, 0), (2, 50), (v, 0), (2, 50), (2, 0)], o
        )
    ),
    "lm_min_duration_s": Probe(
        lambda r, v, o: n_movements(r, [mark("L", 10, 10 + v)], o)
    ),
    "same_leg_gap_s": Probe(
        lambda r, v, o: n_movements(
            r, [mark("L", 10, 11), mark("L", 11 + v, 12 + v)], o
        )
    ),
    "clm_max_duration_s": Probe(
        lambda r, v, o: candidate(r, [mark("L", 10, 10 + v)], o)
    ),
    "bilateral_gap_s": Probe(
        lambda r, v, o: n_movements(
            r, [mark("L", 10, 11), mark("R", 11 + v, 12 + v)], o
        )
    ),
    "leg_merge_onset_s": Probe(
        lambda r, v, o: n_movements(
            r, [mark("L", 10, 11), mark("R", 10 + v, 11 + v)], o
        )
    ),
    "bilateral_max_duration_s": Probe(
        lambda r, v, o: candidate(
            r, [mark("L", 10, 18), mark("R", 17, 10 + v)], o
        )
    ),
    "bilateral_max_parts": Probe(
        lambda r, v, o: candidate(r, parts(v), o), step=1
    ),
    "imi_min_s": Probe(lambda r, v, o: series(r, every(v, 4), o)),
    "imi_max_s": Probe(lambda r, v, o: series(r, every(v, 4), o)),
    "series_min_count": Probe(
        lambda r, v, o: series(r, every(30, round(v)), o), step=1
    ),
    "respiratory_window_s start": Probe(
        lambda r, v, o: related(r, [mark("L", 119 + v, 120 + v)], o)
    ),
    "respiratory_window_s end": Probe(
        lambda r, v, o: related(r, [mark("L", 120 + v, 121 + v)], o)
    ),
    "respiratory_margin_s": Probe(
        lambda r, v, o: related(r, [mark("L", 120 + v, 121 + v)], o)
    ),
    "arousal_gap_s": Probe(
        lambda r, v, o: aroused(r, [mark("L", 105 + v, 106 + v)], o)
    ),
    "pi_imi_min_s": Probe(
        lambda r, v, o: index(
            r, [10 + v * i for i in range(5)], "pi_intervals", o
        )
    ),
    "pi_imi_max_s": Probe(
        lambda r, v, o: index(
            r, [10 + v * i for i in range(5)], "pi_intervals", o
        )
    ),
    "pi_min_intervals": Probe(
        lambda r, v, o: index(
            r, [10 + 30.0 * i for i in range(round(v) + 1)], "pi_intervals", o
        ),
        step=1,
    ),
    "ln_imi_min_s": Probe(
        lambda r, v, o: index(r, [10, 10 + v], "imi_periodic_ln_mean", o)
    ),
    "ln_imi_max_s": Probe(
        lambda r, v, o: index(r, [10, 10 + v], "imi_periodic_ln_mean", o)
    ),
    "plmi_limit_adult_per_h": Probe(
        lambda r, v, o: above_line(r, v, o, population=0), step=1
    ),
    "plmi_limit_child_per_h": Probe(
        lambda r, v, o: above_line(r, v, o, population=1), step=1
    ),
}


def plmw(rules: str, options: Options) -> str:
    criteria = criteria_of(rules, **options)
    marks = [("L", 20.0 * i, 1.0) for i in range(6)]
    night = scored_night(marks, stages_of((0, 3600, "W")), criteria=criteria)
    found = count(
        night, period=ScoredPeriod(recording_s=3600), criteria=criteria
    )
    return "counted" if found["plmw_count"].value is not None else "not counted"


def periodicity(rules: str, options: Options) -> str:
    onsets = [20.0 * i for i in range(6)]
    names = ("pi_intervals", "pi_movements")
    return ", ".join(
        f"{name} {index(rules, onsets, name, options)}" for name in names
    )


def breathing(rules: str, options: Options) -> str:
    near = [mark("L", 99, 100.2), mark("L", 117, 119.7), mark("L", 125.1, 127)]
    marks = [*every(20, 4, start_s=21), *near]
    scored = score(rules, marks, respiratory=[(100, 120)], options=options)
    return f"{told(scored)}; related {int(scored.all_rows.rrlm.sum())}"


def plain(rules: str, marks: list[str], options: Options) -> str:
    return told(score(rules, marks, options=options))


def intervals(rules: str, options: Options) -> str:
    marks = [mark("L", 10, 11), mark("R", 11.2, 12.2), mark("L", 41, 42)]
    return str(score(rules, marks, options=options).imi)


HALF_AWAKE = ((0.0, 50.0, "N2"), (50.0, 1000.0, "W"))
CHOICE_PROBES: Mapping[str, Callable[[str, Options], str]] = {
    "over_long_is_lm": lambda r, o: plain(r, [mark("L", 10, 30)], o),
    "leg_combination": lambda r, o: n_movements(
        r, [mark("L", 10, 14), mark("R", 14.3, 16)], o
    ),
    "group_reference": intervals,
    "short_imi": lambda r, o: plain(
        r, [mark("L", at, at + 1) for at in (0, 20, 23, 40, 60, 80)], o
    ),
    "series_start_after_short_imi": lambda r, o: plain(
        r, [mark("L", at, at + 1) for at in (0, 3, 23, 43, 63)], o
    ),
    "nonclm_breaks": lambda r, o: plain(
        r, [*every(20, 3), mark("L", 50, 70.5), *every(20, 2, start_s=75)], o
    ),
    "series_cross_wake": lambda r, o: told(
        score(r, every(20, 5), stages=HALF_AWAKE, options=o)
    ),
    "gap_breaks_series": lambda r, o: told(
        score(r, every(20, 5), gaps=[(45, 50)], options=o)
    ),
    "require_portion_in_sleep": lambda r, o: told(
        score(r, [mark("L", 60, 61)], stages=HALF_AWAKE, options=o)
    ),
    "plmw_defined": plmw,
    "respiratory_rule": breathing,
    "respiratory_overlap": breathing,
    "respiratory_excluded_before_series": breathing,
    "rhythmic_policy": lambda r, o: told(
        score(
            r,
            leg_movements(every(20, 5), rhythmic=[2]),
            stages=ALL_SLEEP,
            options=o,
        )
    ),
    "rem_twitch_policy": lambda r, o: told(
        score(
            r,
            leg_movements(every(20, 5), twitches=[2]),
            stages=ALL_REM,
            options=o,
        )
    ),
    "pi_formula": periodicity,
}


def bound_lines() -> Iterator[tuple[str, ...]]:
    """Try every bound of every standard just below it, at it and just above it."""
    for rules in rule_set_names():
        parameters = load_rule_set(rules).parameters
        for name, probe in PROBES.items():
            field, _, edge = name.partition(" ")
            value = parameters[field].value
            if isinstance(value, tuple):
                value = value[0 if edge == "start" else 1]
            if isinstance(value, int | float):
                tried = (value - probe.step, value, value + probe.step)
                verdicts = tuple(probe.verdict(rules, at, NONE) for at in tried)
                word = "inside" if parameters[field].inclusive else "outside"
                yield rules, name, f"{value:g}", word, *verdicts


def choice_lines() -> Iterator[tuple[str, ...]]:
    """Try every choice of every standard as it is, and every other way it could be."""
    for rules in rule_set_names():
        for name, probe in CHOICE_PROBES.items():
            parameter = load_rule_set(rules).parameters[name]
            choices = parameter.choices or (True, False)
            others = [choice for choice in choices if choice != parameter.value]
            changed = [
                f"{other}: {_otherwise(probe, rules, {name: other})}"
                for other in others
            ]
            yield (
                rules,
                name,
                str(parameter.value),
                probe(rules, NONE),
                " | ".join(changed),
            )


def _otherwise(
    probe: Callable[[str, Options], str], rules: str, options: Options
) -> str:
    try:
        return probe(rules, options)
    except UsageError:
        return "refused"


def value_lines() -> Iterator[tuple[str, ...]]:
    """List every value of every standard and of the table of indices."""
    for rules in rule_set_names():
        for name, item in load_rule_set(rules).parameters.items():
            yield rules, name, str(item.value), str(item.inclusive)
    for name, item in load_index_table().parameters.items():
        yield "indices", name, str(item.value), str(item.inclusive)


def read(path: Path) -> list[tuple[str, ...]]:
    """Read a frozen list without its head."""
    with path.open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file, delimiter="\t")][1:]


LISTS = {
    BOUNDS: (bound_lines, "rules\tparameter\tvalue\tbound\tbelow\tat\tabove"),
    CHOICES: (choice_lines, "rules\tparameter\tvalue\tverdict\totherwise"),
    VALUES: (value_lines, "rules\tparameter\tvalue\tinclusive"),
}

if __name__ == "__main__":
    for path, (lines, head) in LISTS.items():
        text = "\n".join([head, *("\t".join(line) for line in lines())])
        path.write_text(text + "\n", encoding="utf-8")
