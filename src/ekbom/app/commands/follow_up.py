"""`ekbom follow-up`: several visits of one person.

Response, augmentation, what changed, and what is due.
"""

import sys
from pathlib import Path

from ekbom.app.files import json_text
from ekbom.app.terminal.follow_up_lines import follow_up_lines
from ekbom.app.terminal.screen import show
from ekbom.app.terminal.visible import escaped
from ekbom.codec.codec import as_json
from ekbom.pipeline.facts_file import read_object
from ekbom.pipeline.follow_up import follow_up as follow_visits
from ekbom.report.result_json import PROGRAM

SCHEMA_VERSION = "1.0"


def follow_up(visits: Path, /, *, json: bool = False) -> None:
    """Compare several visits of one person.

    Response, augmentation, what changed, and when to look again.

    Parameters
    ----------
    visits
        A visits file (JSON): days with the facts of each; see the documentation of the follow-up.
    json
        Print the result as JSON instead of lines.
    """
    course = follow_visits(read_object(visits))
    if not json:
        show(follow_up_lines(course))
        return
    written = {
        "schema_version": SCHEMA_VERSION,
        "program": PROGRAM,
        "follow_up": as_json(course),
    }
    sys.stdout.write(escaped(json_text(written)) + "\n")
