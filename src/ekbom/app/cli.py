"""The command `ekbom`: names every command and turns errors into one sentence.

The module of a command is imported when the command is called.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from types import ModuleType

from cyclopts import App, CycloptsError, CycloptsPanel

from ekbom.model.errors import EkbomError, InputError

COMMANDS = {
    "score": (
        "score:score",
        "Score a night: leg movements, series, indices, report.",
    ),
    "inspect": (
        "inspect:inspect",
        "List the channels of a recording and say which would be used, and why.",
    ),
    "simulate": (
        "simulate:simulate",
        "Write a synthetic night and the truth about it.",
    ),
    "demo": (
        "demo:demo",
        "Simulate a full night, score it and say where the report is.",
    ),
    "assess": (
        "assess:assess",
        "From clinical facts to causes, checks and options, each with its reasons.",
    ),
    "interview": (
        "interview:interview",
        "Ask the clinical questions and write a facts file.",
    ),
    "follow-up": (
        "follow_up:follow_up",
        "Several visits of one person: response, augmentation, next check.",
    ),
    "report": (
        "report:report",
        "Write a scored night as HTML, PDF, FHIR or a page for the patient.",
    ),
    "convert": (
        "convert:convert",
        "Write a scoring or a scored night in the format of another program.",
    ),
    "anonymise": (
        "anonymise:anonymise",
        "Write a recording or a scoring without names, free text and dates.",
    ),
    "compare": ("compare:compare", "How well two scorings of one night agree."),
    "nights": (
        "nights:nights",
        "Several scored nights of one person side by side.",
    ),
    "explain": (
        "explain:explain",
        "Which movements an index counts, which almost, and which rule kept each out.",
    ),
    "wake-test": (
        "wake_test:wake_test",
        "Score a suggested immobilization test (SIT, m-SIT).",
    ),
    "rules": ("rules:app", "List, show and compare the scoring standards."),
    "conformance": (
        "conformance:conformance",
        "Run a file of test vectors through this build.",
    ),
}
COMPLETION = "install-completion"
USAGE, INTERRUPTED = 2, 130


def _version() -> str:
    # It costs as much as half the help page, and only --version needs it.
    from importlib import metadata

    return metadata.version("ekbom")


def build_app() -> App:
    """Register every command by name; the module of a command is imported when it runs."""
    app = App(
        name="ekbom",
        version=_version,
        help_format="plaintext",
        help="Why do these legs move at night, does it matter, and what helps?",
    )
    app.command(
        "ekbom.app.commands.completion:install",
        name=f"--{COMPLETION}",
        help="Let the shell (bash, zsh, fish) complete commands and options.",
    )
    for name, (target, summary) in COMMANDS.items():
        app.command(f"ekbom.app.commands.{target}", name=name, help=summary)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 done, 2 usage, 3 unscorable, 4 bad input.

    Parameters
    ----------
    arguments
        The words after ``ekbom``; those of the process when left out.
    """
    _print_whatever_comes()
    try:
        build_app()(arguments, exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except CycloptsError as error:
        _terminal().VisibleConsole(stderr=True).print(CycloptsPanel(error))
        sys.exit(USAGE)
    except EkbomError as error:
        _tell(f"ekbom: {error.brief}{_basis(error)}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        _tell(f"ekbom: {_told(error)}")
        sys.exit(InputError.exit_code)
    except (MemoryError, RecursionError) as error:
        _tell(f"ekbom: {_too_much(error)}")
        sys.exit(InputError.exit_code)
    sys.exit(0)


def _print_whatever_comes() -> None:
    """Write what the encoding of a terminal lacks as its number, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _terminal() -> ModuleType:
    """Load what shows text on a terminal; only an error needs it here."""
    return import_module("ekbom.app.terminal.visible")


def _tell(sentence: str) -> None:
    """Write one sentence to standard error."""
    _terminal().say(sentence, file=sys.stderr)


def _told(error: OSError) -> str:
    """Say which file the system refused, and why."""
    place = error.filename2 or error.filename or "a file"
    cause = error.strerror or error
    return f"{place}: {cause}; check the path, its rights and the space left."


def _too_much(error: MemoryError | RecursionError) -> str:
    """Say that the input is larger than this computer can take."""
    if isinstance(error, RecursionError):
        return "the input is nested too deeply to be read; check the files."
    cause = f" ({error})" if str(error) else ""
    return (
        f"the memory of this computer is not enough for this input{cause}; "
        "close other programs, or give a smaller file."
    )


def _basis(error: EkbomError) -> str:
    """Say after an error what it rests on; the catalogue of words is loaded only for that."""
    if not error.findings:
        return ""
    words = import_module("ekbom.report.words").load_wording()
    told = [words.finding(finding) for finding in error.findings]
    return "".join(f" {sentence.rstrip('.')}." for sentence in told)
