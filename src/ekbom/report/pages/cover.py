"""What stands around a report: its titles, the laboratory's lines, and the lines of its head."""

from ekbom.report.figures.figure import Scene
from ekbom.report.options import ReportOptions
from ekbom.report.pages.document import Cover


def cover_of(scene: Scene, options: ReportOptions) -> Cover:
    """Give titles, laboratory and head of a report."""
    words, look = scene.words, options.branding
    return Cover(
        language=look.language,
        title=words("report.title"),
        standing=words("report.standing"),
        standing_long=words("report.standing_long"),
        status=words("report.preliminary"),
        made_by=words("report.made_by", version=scene.result.software_version),
        laboratory=look.laboratory,
        address=look.address,
        header=look.header,
        footer=look.footer,
        page=look.page,
        person=options.person,
        identity=identity(scene, person=options.person),
    )


def identity(scene: Scene, *, person: str = "") -> dict[str, str]:
    """Give the lines of the head: who, which recording, when, how long, by which standard."""
    words, recording = scene.words, scene.result.recording
    start, unknown = recording.start, words("identity.unknown")
    lines = {
        "person": person,
        "recording": recording.name,
        "date": words.night_date(recording),
        "start": words.clock(start) if start else unknown,
        "duration": words.span(recording.duration_s / 60),
        "lights": _lights(scene),
        "rule_set": _rule_set(scene),
        "stages": _stages(scene),
        "status": words("report.preliminary"),
    }
    return {
        words(f"identity.{name}"): text for name, text in lines.items() if text
    }


def _rule_set(scene: Scene) -> str:
    rule_set = scene.score.rule_set
    return scene.words(
        "cover.rule_set",
        title=rule_set.title,
        id=rule_set.id,
        edition=rule_set.edition,
    )


def _stages(scene: Scene) -> str:
    """Say where the sleep stages come from."""
    hypnogram = scene.result.hypnogram
    if hypnogram is None:
        return scene.words("identity.no_stages")
    return hypnogram.source or scene.words("identity.given")


def _lights(scene: Scene) -> str:
    """Say when the lights went off and on."""
    marks_s = (scene.result.lights_off_s, scene.result.lights_on_s)
    return " – ".join(_moment(scene, at_s) for at_s in marks_s)


def _moment(scene: Scene, at_s: float | None) -> str:
    if at_s is None:
        return scene.words("identity.not_marked")
    return scene.clock(at_s) or scene.words.span(at_s / 60)
