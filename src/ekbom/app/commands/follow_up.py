"""`ekbom follow-up`: several visits of one person.

Response, augmentation, what changed, and what is due.
"""

import json as json_module
from pathlib import Path

from ekbom.app.commands.assess import read_answers, show
from ekbom.app.terminal.follow_up_lines import follow_up_lines
from ekbom.pipeline.follow_up import follow_up as follow_visits
from ekbom.report.codec import encode
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
    course = follow_visits(read_answers(visits))
    if json:
        written = {
            "schema_version": SCHEMA_VERSION,
            "program": PROGRAM,
            "follow_up": encode(course),
        }
        print(json_module.dumps(written, indent=2, ensure_ascii=False))
        return
    show(follow_up_lines(course))
