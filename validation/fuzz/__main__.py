"""Damage good input in many ways and count what Ekbom neither answers nor refuses.

``python3 run.py validate fuzz --minutes 60``. In one process, seeded: the same seed makes the same
tries. A fault is an exception that is no refusal, a try longer than ten seconds, or one that takes
more than 1.5 GB. Every fault is printed once with the number of the try (``--try N --subject NAME``
repeats it). The exit code is 1 if there is one.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from validation.fuzz.guard import Fault, Found, guarded, limit_memory
from validation.fuzz.subjects import Subject, all_subjects

MINUTES = 5.0


def main(arguments: Sequence[str]) -> int:
    """Try until the time is over, and print the table and the faults."""
    asked = _parse(arguments)
    with TemporaryDirectory() as folder:
        subjects = all_subjects(Path(folder))
        limit_memory()
        if asked.seed is not None:
            return _repeat(subjects, asked.subject, asked.seed)
        chosen = [each for each in subjects if asked.subject in ("", each.name)]
        end = time.monotonic() + asked.minutes * 60
        tried, found = run(chosen, asked.first, until=end, told=_tell)
    busy_s = time.process_time()
    print(f"{'subject':<22}{'inputs tried':>14}{'unique faults':>15}")
    for subject in chosen:
        faults = sum(fault.subject == subject.name for fault in found)
        print(f"{subject.name:<22}{tried[subject.name]:>14,}{faults:>15}")
    print(f"{'all':<22}{tried.total():>14,}{len(found):>15}")
    print(f"{tried.total() / busy_s * 3600:,.0f} inputs in an hour of one core")
    return 1 if found else 0


def _tell(each: Found) -> None:
    """Print a fault when it is found, so that a run that is ended has told it."""
    fault = each.fault
    print(f"{fault.subject} try {each.seed}: {fault.kind} in {fault.place}")
    print(f"    {each.told!r}", flush=True)


def run(
    subjects: Sequence[Subject],
    first: int,
    *,
    until: float,
    most: int = 0,
    told: Callable[[Found], None] = lambda _found: None,
) -> tuple[Counter[str], dict[Fault, Found]]:
    """Try one subject after the other until a time, or until each had `most` tries."""
    tried: Counter[str] = Counter()
    found: dict[Fault, Found] = {}
    for number, subject in _turns(subjects, first):
        if time.monotonic() > until or (most and number >= first + most):
            break
        each = try_once(subject, number)
        tried[subject.name] += 1
        if each is not None and each.fault not in found:
            found[each.fault] = each
            told(each)
    return tried, found


def try_once(subject: Subject, number: int) -> Found | None:
    """Make the input with this number and hand it to Ekbom."""
    random = Random(f"{subject.name} {number}")  # noqa: S311 - repeatable, not secret
    return guarded(subject.name, number, lambda: subject.attempt(random))


def _turns(
    subjects: Sequence[Subject], first: int
) -> Iterator[tuple[int, Subject]]:
    """Give every subject its turn; a costly one has fewer."""
    number = first
    while True:
        yield from (
            (number, subject)
            for subject in subjects
            if number % subject.every == 0
        )
        number += 1


def _repeat(subjects: Sequence[Subject], name: str, number: int) -> int:
    """Repeat one try without guard, so that the whole traceback is shown."""
    (subject,) = (each for each in subjects if each.name == name)
    subject.attempt(Random(f"{name} {number}"))  # noqa: S311 - as above
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 run.py validate fuzz", description=__doc__
    )
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument(
        "--first", type=int, default=0, help="number of the first try"
    )
    parser.add_argument("--subject", default="", help="only this one")
    parser.add_argument("--try", dest="seed", type=int, help="repeat this try")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
