"""`ekbom wake-test`: the suggested immobilization test, once (SIT) or several times an evening (m-SIT)."""

import dataclasses
import json as json_module
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from ekbom.app.terminal.screen import standing
from ekbom.model.errors import UsageError
from ekbom.model.finding import Reason
from ekbom.model.index import WakeTest
from ekbom.pipeline.score import DEFAULT_DETECTOR, DEFAULT_RULES
from ekbom.pipeline.wake_test import score_wake_test
from ekbom.report.words import load_wording
from ekbom.rules.scoring_options import set_options


def wake_test(
    *recordings: Path,
    protocol: str = "sit",
    annotations: tuple[Path, ...] = (),
    starts: str = "",
    discomfort: str = "",
    rules: str = DEFAULT_RULES[0],
    options: Annotated[tuple[str, ...], Parameter(name="--set", negative="")] = (),
    config: Path | None = None,
    detector: str = DEFAULT_DETECTOR,
    left: str | None = None,
    right: str | None = None,
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
    json
        Print the result as JSON.
    """
    test = score_wake_test(
        recordings,
        protocol=protocol,
        annotations=annotations,
        starts_s=_numbers(starts, name="--starts"),
        discomfort=[_numbers(session, name="--discomfort") for session in discomfort.split(";")]
        if discomfort
        else (),
        rules=rules,
        options=set_options(options, config=config),
        detector=detector,
        left=left,
        right=right,
    )
    if json:
        sys.stdout.write(json_module.dumps(dataclasses.asdict(test)) + "\n")
        return
    _print(test)


def _numbers(text: str, *, name: str) -> tuple[float, ...]:
    try:
        return tuple(float(word) for word in text.split(",") if word.strip())
    except ValueError:
        raise UsageError(
            f"{name} {text!r} holds something that is no number; write numbers separated by commas."
        ) from None


def _print(test: WakeTest) -> None:
    out = Console(highlight=False, soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in (
        "session",
        "start s",
        "min",
        "wake min",
        "PLMW",
        "PLMW/h",
        "discomfort mean",
        "largest",
    ):
        table.add_column(title, justify="right")
    for number, session in enumerate(test.sessions, start=1):
        rates = (session.plmw_per_h, session.discomfort_mean, session.discomfort_max)
        shown = ("-" if rate is None else f"{rate:.1f}" for rate in rates)
        wake = "-" if session.wake_min is None else f"{session.wake_min:.1f}"
        table.add_row(
            str(number),
            f"{session.start_s:.0f}",
            f"{session.duration_min:.1f}",
            wake,
            str(session.plmw_count),
            *shown,
        )
    out.print(table)
    out.print(f"Rules: {test.rules[0]}", markup=False)
    out.print(
        "PLMW per hour of wake: "
        + ("not computable" if test.plmw_per_h is None else f"{test.plmw_per_h:.1f}")
    )
    for number, session in enumerate(test.sessions, start=1):
        if session.reasons:
            out.print(f"Session {number}: {_told(session.reasons)}", markup=False)
    if not test.valid:
        out.print(f"Departs from the protocol: {_told(test.reasons)}", markup=False)
    out.print(standing())


def _told(reasons: tuple[Reason, ...]) -> str:
    words = load_wording()
    return "; ".join(words.reason(reason) for reason in reasons)
