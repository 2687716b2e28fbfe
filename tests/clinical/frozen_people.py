"""Whole assessments and a whole course of visits as rows of codes, to be frozen.

``python tests/clinical/frozen_people.py``, with ``tests`` on the path, writes the list anew.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clinical_cases import VECTOR_CASES, plmd, rls
from frozen_outcome import flattened
from frozen_words import write_frozen

from ekbom.pipeline.assess import assess
from ekbom.pipeline.follow_up import follow_up

FROZEN = Path(__file__).with_name("frozen_people.yaml")
LEFT_OUT = (
    "verdicts",
    "settings",
    "tables_digest",
    "edition",
    "last_checked",
    "follow_up_digest",
)
EVERY = 12
ENTRY = re.compile(r"[a-z_]+(\[\d+\])?(\.[a-z_]+\[\d+\])?")

VISITS: list[tuple[str, dict[str, Any]]] = [
    (
        "2026-01-12",
        rls(
            scores={"irls": 24},
            labs__ferritin_ng_ml=60,
            medications=[],
            rls_treatment=[],
        ),
    ),
    (
        "2026-03-02",
        rls(
            scores={"irls": 15},
            labs__ferritin_ng_ml=90,
            medications=[{"name": "ferrous sulfate", "weeks": 4}],
            rls_treatment=[
                {
                    "name": "pramipexole",
                    "dose_mg": 0.25,
                    "initial_response": "good",
                }
            ],
            iv_iron_history=[
                {"product": "ferric carboxymaltose", "weeks_ago": 6}
            ],
            symptoms__absent_pulses="no",
        ),
    ),
    (
        "2026-07-20",
        rls(
            scores={"irls": 31},
            labs__ferritin_ng_ml=40,
            medications=[{"name": "mirtazapine", "weeks": 3}],
            rls_treatment=[
                {
                    "name": "pramipexole",
                    "dose_mg": 0.75,
                    "initial_response": "good",
                }
            ],
            symptoms__absent_pulses="yes",
            symptoms__acute_unilateral_swelling="yes",
            augmentation={
                "days_worse_per_week": 7,
                "onset_advance_h": 5,
                "other_cause": "no",
            },
        ),
    ),
    (
        "2027-08-02",
        rls(
            scores={"irls": 9},
            medications=[{"name": "mirtazapine"}, {"name": "clonazepam"}],
            rls_treatment=[{"name": "gabapentin", "dose_mg": 600}],
            psg={"done": "yes", "plmi": 12, "tst_min": 400},
        ),
    ),
]


def rows() -> dict[str, Mapping[str, str]]:
    """Assess people and follow one of them."""
    cases = {
        name: case["facts"]
        for name, case in list(VECTOR_CASES.items())[::EVERY]
    }
    cases |= {"adult with RLS": rls(), "adult with PLMD": plmd()}
    found: dict[str, Mapping[str, str]] = {
        name: codes(flattened(assess(facts))) for name, facts in cases.items()
    }
    visits = [{"date": day, "facts": facts} for day, facts in VISITS]
    course = follow_up(
        {"schema_version": "1.0", "visits": json.loads(json.dumps(visits))}
    )
    return {**found, "a course of visits": codes(flattened(course))}


def codes(told: Mapping[str, str]) -> dict[str, str]:
    """Write what one entry of a result says on one line; leave out what other lists hold."""
    lines: dict[str, list[str]] = {}
    for path, word in told.items():
        entry = ENTRY.match(path)
        if (
            entry
            and not path.startswith(LEFT_OUT)
            and not path.endswith((".kind", ".origin"))
        ):
            lines.setdefault(entry.group(), []).append(word)
    return {path: " ".join(words).strip() for path, words in lines.items()}


if __name__ == "__main__":
    write_frozen(
        FROZEN, rows(), about="Whole assessments and a course of visits."
    )
