"""The mapping files of a command: those that are named, else the one of the user."""

import os
import sys
from pathlib import Path

OFF = Path("none")
NAME = "mapping.toml"


def mapping_files(named: tuple[Path, ...]) -> tuple[Path, ...]:
    """Give the mapping files to read; ``none`` leaves out that of the user."""
    if named:
        return tuple(path for path in named if path != OFF)
    own = user_folder() / NAME
    return (own,) if own.is_file() else ()


def user_folder() -> Path:
    """Name the folder for the user's own settings, as the system has it."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or home) / "ekbom"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "ekbom"
    return Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "ekbom"
