"""Make single changes in code and tables by lot, run the tests, say which changes nobody noticed.

``python3 run.py validate mutation --seed 1 --sample 24 --minutes 20 --room clinical``. A change
that lives must stand in ``survivors.yaml`` beside this file with the reason why no test can or
need notice it. The exit code is not 0 if one is missing there or a room keeps less than is asked.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import yaml

from validation.mutation.rooms import ROOMS, Room, sample
from validation.mutation.trials import Trial, run_trials

ROOT = Path(__file__).resolve().parents[2]
SURVIVORS = Path(__file__).with_name("survivors.yaml")
SEED, SAMPLE, MINUTES = 1, 24, 20.0
ASKED_OVERALL = 0.85


def main(arguments: Sequence[str]) -> int:
    """Draw the lot, try it, print the table and the survivors."""
    chosen = parse(arguments)
    rooms = [
        room for room in ROOMS if not chosen.room or room.name in chosen.room
    ]
    lots = [
        [
            (room, change)
            for change in sample(
                room, ROOT, seed=chosen.seed, size=chosen.sample
            )
        ]
        for room in rooms
    ]
    turns = [
        lot[place]
        for place in range(chosen.sample)
        for lot in lots
        if place < len(lot)
    ]
    until = time.monotonic() + 60 * chosen.minutes
    trials = run_trials(
        turns, ROOT, until=until, show=_show if chosen.loud else _dot
    )
    print(
        f"\nSeed {chosen.seed}: {len(trials)} of {len(turns)} changes tried.\n"
    )
    short = print_table(trials, rooms)
    unlisted = print_survivors(trials)
    return int(bool(short or unlisted))


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(
        prog="run.py validate mutation", description=__doc__
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--sample", type=int, default=SAMPLE, help="changes in each room"
    )
    parser.add_argument(
        "--minutes", type=float, default=MINUTES, help="begin none after these"
    )
    parser.add_argument(
        "--room", action="append", choices=[room.name for room in ROOMS]
    )
    parser.add_argument(
        "--loud", action="store_true", help="one line for every change"
    )
    return parser.parse_args(arguments)


def print_table(trials: Sequence[Trial], rooms: Sequence[Room]) -> list[str]:
    """Print killed and alive by room; name the rooms that keep less than is asked."""
    print(
        f"{'room':<26}{'tried':>6}{'killed':>8}{'import':>8}{'time':>6}{'alive':>7}{'share':>8}"
    )
    short = []
    for room in rooms:
        outcomes = [
            trial.outcome for trial in trials if trial.room == room.name
        ]
        if not outcomes or _print_row(room.name, outcomes) < room.asked:
            short.append(f"{room.name} (asked {room.asked:.0%})")
    outcomes = [trial.outcome for trial in trials]
    if outcomes and _print_row("overall", outcomes) < ASKED_OVERALL:
        short.append(f"overall (asked {ASKED_OVERALL:.0%})")
    if short:
        print(f"\nBelow what is asked: {', '.join(short)}")
    return short


def _print_row(name: str, outcomes: Sequence[str]) -> float:
    alive = outcomes.count("alive")
    share = 1 - alive / len(outcomes)
    numbers = [
        outcomes.count(outcome) for outcome in ("killed", "import", "time")
    ]
    print(
        f"{name:<26}{len(outcomes):>6}{numbers[0]:>8}{numbers[1]:>8}{numbers[2]:>6}"
        f"{alive:>7}{share:>8.0%}"
    )
    return share


def print_survivors(trials: Sequence[Trial]) -> list[Trial]:
    """Print every change that lived with its reason; give those that have none."""
    reasons = read_reasons()
    unlisted = []
    for trial in trials:
        if trial.outcome != "alive":
            continue
        change = trial.change
        reason = reasons.get((change.path, change.old_line, change.new_line))
        if reason is None:
            unlisted.append(trial)
        print(f"\nalive: {change.path}:{change.line} ({change.operator})")
        print(f"  - {change.old_line}\n  + {change.new_line}")
        print(f"  {reason or 'NO REASON is given in ' + SURVIVORS.name}")
    return unlisted


def read_reasons() -> dict[tuple[str, str, str], str]:
    """Read the reasons of the changes that may live, by file, old and new line."""
    if not SURVIVORS.exists():
        return {}
    listed = yaml.safe_load(SURVIVORS.read_text(encoding="utf-8")) or []
    return {
        (entry["file"], entry["old"], entry["new"]): entry["reason"]
        for entry in listed
    }


def _dot(trial: Trial) -> None:
    print("A" if trial.outcome == "alive" else ".", end="", flush=True)


def _show(trial: Trial) -> None:
    change = trial.change
    print(
        f"{trial.outcome:<7}{trial.seconds:>6.1f} s  {change.path}:{change.line}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
