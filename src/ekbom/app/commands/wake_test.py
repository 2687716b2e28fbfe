"""`ekbom wake-test`: the suggested immobilization test, once (SIT) or several times (m-SIT)."""

import dataclasses
import json as json_module
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.table import Table

from ekbom.app.choices import Settings, Switch
from ekbom.app.terminal.screen import screen, standing
from ekbom.app.terminal.tables import plain_table, shown
from ekbom.app.terminal.visible import one_line
from ekbom.model.errors import UsageError
from ekbom.model.finding import Reason
from ekbom.pipeline.request import DEFAULT_DETECTOR, DEFAULT_RULES
from ekbom.pipeline.wake_test import WakeTest, WakeTestSession, score_wake_test
from ekbom.report.words import load_wording
from ekbom.rules.scoring_options import set_options

HEADINGS = (
    "session",
    "start s",
    "min",
    "wake min",
    "PLMW",
    "PLMW/h",
    "discomfort mean",
    "largest",
)


def wake_test(
    *recordings: Path,
    protocol: str = "sit",
    annotations: tuple[Path, ...] = (),
    starts: str = "",
    discomfort: str = "",
    rules: str = DEFAULT_RULES[0],
    options: Settings = (),
    config: Path | None = None,
    detector: str = DEFAULT_DETECTOR,
    left: str | None = None,
    right: str | None = None,
    ignore_dates: Switch = False,
    json: bool = False,
) -> None:
    """Score a suggested immobilization test.

    Periodic leg movements per hour of wake, and discomfort if it was rated.

    Parameters
    ----------
    recordings
        One recording per session, or one that holds them all (with --starts).
    protocol
        "sit" for one session, "msit" for several in one evening.
    annotations
        Stages of the recording, if somebody scored them; sleep then leaves the count.
    starts
        Starts of the sessions in the one recording, in seconds, separated by commas.
    discomfort
        Ratings per session: commas within a session, semicolons between sessions, such as
        "10,20,40;0,5".
    rules
        The rule set; it must count PLM in wake.
    options
        An option of the rule set as name=value; may be given several times.
    config
        A TOML file with options of the rule set.
    detector
        "robust" or "literal".
    left
        Label of the left leg channel.
    right
        Label of the right leg channel.
    ignore_dates
        Take annotations of another date by their clock times, where a date is known to be wrong.
    json
        Print the result as JSON.
    """
    test = score_wake_test(
        recordings,
        protocol=protocol,
        annotations=annotations,
        starts_s=_numbers(starts, name="--starts"),
        discomfort=_ratings(discomfort),
        rules=rules,
        options=set_options(options, config=config),
        detector=detector,
        left=left,
        right=right,
        ignore_dates=ignore_dates,
    )
    if json:
        sys.stdout.write(json_module.dumps(dataclasses.asdict(test)) + "\n")
        return
    _print(test)


def _ratings(discomfort: str) -> list[tuple[float, ...]]:
    """Read the ratings of each session, which are separated by semicolons."""
    if not discomfort:
        return []
    return [
        _numbers(session, name="--discomfort")
        for session in discomfort.split(";")
    ]


def _numbers(text: str, *, name: str) -> tuple[float, ...]:
    try:
        return tuple(float(word) for word in text.split(",") if word.strip())
    except ValueError:
        raise UsageError(
            f"{name} {text!r} holds something that is no number; write numbers separated by commas."
        ) from None


def _print(test: WakeTest) -> None:
    out = screen()
    out.print(_session_table(test.sessions))
    for line in _lines(test):
        out.print(one_line(line), markup=False)
    out.print(standing())


def _session_table(sessions: Sequence[WakeTestSession]) -> Table:
    table = plain_table(*HEADINGS, gap=2)
    for number, session in enumerate(sessions, start=1):
        table.add_row(str(number), *_cells(session))
    return table


def _cells(session: WakeTestSession) -> Iterator[str]:
    yield f"{session.start_s:.0f}"
    yield f"{session.duration_min:.1f}"
    yield shown(session.wake_min, ".1f")
    yield str(session.plmw_count)
    for value in (
        session.plmw_per_h,
        session.discomfort_mean,
        session.discomfort_max,
    ):
        yield shown(value, ".1f")


def _lines(test: WakeTest) -> Iterator[str]:
    """Say the index, and what departs from the protocol."""
    yield f"Rules: {test.rules[0]}"
    yield f"PLMW per hour of wake: {_index(test)}"
    for number, session in enumerate(test.sessions, start=1):
        if session.reasons:
            yield f"Session {number}: {_told(session.reasons)}"
    if not test.valid:
        yield f"Departs from the protocol: {_told(test.reasons)}"


def _index(test: WakeTest) -> str:
    """Write the index, or why there is none."""
    if test.plmw_per_h is not None:
        return f"{test.plmw_per_h:.1f}"
    words = load_wording()
    return f"{words('report.not_computable')}: {words.reason(test.missing)}"


def _told(reasons: Sequence[Reason]) -> str:
    words = load_wording()
    return "; ".join(words.reason(reason) for reason in reasons)
