"""One try under guard: what is no answer and no refusal of Ekbom is a fault, with its place."""

import resource
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from ekbom.model.errors import EkbomError

LIMIT_S = 10.0
ROOM_BYTES = 1_500_000_000
"""What one try may take beside what the process has already."""


class HangError(BaseException):
    """A try took too long; no handler of the program may take it for an error of its own."""


class Fault(NamedTuple):
    """What went wrong, and where: two faults are one if these three are the same."""

    subject: str
    kind: str
    place: str


@dataclass(frozen=True)
class Found:
    """A fault, the number of the try that showed it first, and its words."""

    fault: Fault
    seed: int
    told: str


def guarded(
    subject: str, seed: int, task: Callable[[], object]
) -> Found | None:
    """Run one try; None where it ended with an answer or a refusal in one sentence."""
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, LIMIT_S)
    try:
        task()
    except EkbomError as error:
        return _unless_sentence(subject, seed, error)
    except (Exception, HangError) as error:
        kind = type(error).__name__
        fault = Fault(subject, kind, _place(error))
        return Found(fault, seed, f"{error}"[:200])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return None


def limit_memory() -> None:
    """Let a try that takes far too much memory fail instead of the computer."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    size = int(pages) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size + ROOM_BYTES, hard))


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise HangError(f"more than {LIMIT_S:g} s of CPU time")


def _unless_sentence(
    subject: str, seed: int, error: EkbomError
) -> Found | None:
    """Accept a refusal that can be printed and is no longer than a paragraph."""
    told = str(error)
    try:
        told.encode()
    except UnicodeEncodeError:
        fault = Fault(subject, "refusal that cannot be printed", _place(error))
        return Found(fault, seed, repr(told)[:200])
    if len(told) > 3000:
        fault = Fault(subject, "refusal without end", _place(error))
        return Found(fault, seed, told[:200])
    return None


def _place(error: BaseException) -> str:
    """Name the last line of Ekbom that was on the way to an error."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "ekbom" in Path(frame.filename).parts]
    last = (own or frames)[-1]
    return f"{Path(last.filename).name}:{last.name}"
