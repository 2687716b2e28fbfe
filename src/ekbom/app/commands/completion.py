"""`ekbom --install-completion`: the shell completes commands and options."""

from pathlib import Path
from typing import Literal

from cyclopts.completion.detect import ShellDetectionError

from ekbom.app.cli import build_app
from ekbom.app.terminal.visible import say
from ekbom.model.errors import UsageError


def install(
    shell: Literal["bash", "zsh", "fish"] | None = None,
    *,
    output: Path | None = None,
) -> None:
    """Install the completion of commands and options for a shell.

    Parameters
    ----------
    shell
        The shell; the one that runs this command when left out.
    output
        Write the completion to this file alone, and change no file of the shell.
    """
    if output is not None and output.exists():
        raise UsageError(
            f"{output} is there already; name a file that is not, or remove it."
        )
    app = build_app()
    try:
        place = app.install_completion(
            shell=shell, output=output, add_to_startup=output is None
        )
    except ShellDetectionError as error:
        raise UsageError(
            "The shell cannot be told; name it: ekbom --install-completion bash "
            "(or zsh, fish)."
        ) from error
    say(f"Completion is written to {place}; open a new terminal to use it.")
