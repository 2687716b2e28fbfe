"""What differs between two assessments of one person: for what-if, and for ranking missing answers."""

from collections.abc import Iterable, Mapping

from ekbom.model.assessment import Assessment, Change

NOTHING = "-"
_KINDS = ("diagnosis", "iron", "option", "alert", "trigger", "test")


def compare_assessments(before: Assessment, after: Assessment) -> tuple[Change, ...]:
    """List the differences, the weightiest kinds first."""
    old, new = _statements(before), _statements(after)
    return tuple(
        Change(about=name, before=old.get(name, NOTHING), after=new.get(name, NOTHING))
        for name in sorted({*old, *new}, key=lambda name: (_KINDS.index(kind_of(name)), name))
        if old.get(name, NOTHING) != new.get(name, NOTHING)
    )


def kind_of(about: str) -> str:
    """Name the kind of a change: diagnosis, iron, option, alert, trigger or test."""
    return about.split(" ", 1)[0]


def _statements(assessment: Assessment) -> Mapping[str, str]:
    """Flatten an assessment to statements that can be compared."""
    found = {f"diagnosis {result.title}": _diagnosis(result.status, result.specifier_codes) for result in assessment.diagnoses}
    if assessment.iron is not None:
        found["iron supplementation"] = " ".join((assessment.iron.action, *assessment.iron.routes)).replace("_", " ")
    for option in assessment.options:
        unchecked = f" (cannot check: {', '.join(option.cannot_check)})" if option.cannot_check else ""
        found[f"option {option.title}"] = option.placed.replace("_", " ") + unchecked
    found.update(_present("alert", (alert.title for alert in assessment.alerts)))
    found.update(_present("trigger", (trigger.title for trigger in assessment.triggers)))
    found.update(_present("test", (test.title for test in assessment.workup)))
    return found


def _diagnosis(status: str, specifiers: Iterable[str]) -> str:
    return ", ".join((status, *specifiers)).replace("_", " ")


def _present(kind: str, titles: Iterable[str]) -> dict[str, str]:
    return {f"{kind} {title}": "shown" for title in titles}
