"""Good input that is damaged: a short night, its result, and a small file of every format."""

import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.result import StudyResult
from ekbom.pipeline.assess import assess
from ekbom.pipeline.score import score_night
from ekbom.report.result_json import (
    assessment_to_dict,
    result_bytes,
    result_to_dict,
)
from ekbom.report.traces import traces_bytes
from ekbom.rules.load_scoring import amplitude_criteria, load_rule_set
from ekbom.simulation.night import simulate_night
from ekbom.simulation.parameters import LegParameters, NightParameters
from ekbom.simulation.write import write_night

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors" / "clinical_vectors.json"
MINUTES = 8
SCORINGS: dict[str, bytes] = {
    "bids_events.tsv": b"onset\tduration\ttrial_type\tstage_hum\n"
    b"0\t30\tn/a\tW\n30\t30\tLM left\t2\n",
    "luna.annot": b"arousal\t.\t.\t10.5\t+3\t.\nN2\t.\t.\te:1\te:1\t.\nLM\tleft\tLAT\t12\t...\t.\n",
    "movements.csv": b"onset_s,duration_s,side\n"
    b"10,2,left\n30.5,1.5,right\n51,0.7,left\n72,3,right\n",
    "stages.csv": b"Start Time,Duration (seconds),Event\n22:00:00,30,Wake\n22:00:30,30,N2\n",
    "hypnogram.csv": b"Epoch,Stage\n0,WAKE\n1,N2\n2,REM\n",
    "hypnogram.eannot": b"W\nN1\nN2\nR\n",
    "remlogic.txt": b"Time [hh:mm:ss]\tEvent\tDuration[s]\n"
    b"22:00:00\tSLEEP-S0\t30\n22:01:00\tLM\t2\n",
    "nsrr.xml": (
        b"<PSGAnnotation><ScoredEvents><ScoredEvent><EventType>Stages|Stages</EventType>"
        b"<EventConcept>Stage 2 sleep|2</EventConcept><Start>0</Start><Duration>60</Duration>"
        b"</ScoredEvent><ScoredEvent><EventConcept>Hypopnea|Hypopnea</EventConcept>"
        b"<Start>10.5</Start><Duration>12</Duration></ScoredEvent></ScoredEvents></PSGAnnotation>"
    ),
    "profusion.xml": (
        b"<CMPStudyConfig><EpochLength>30</EpochLength><ScoredEvents><ScoredEvent>"
        b"<Name>Hypopnea</Name><Start>5</Start><Duration>20</Duration></ScoredEvent></ScoredEvents>"
        b"<SleepStages><SleepStage>0</SleepStage><SleepStage>2</SleepStage></SleepStages>"
        b"</CMPStudyConfig>"
    ),
    "sleepware.rml": (
        b'<PatientStudy><ScoringData><Events><Event Type="LegMovement" Start="10" Duration="2"/>'
        b"</Events></ScoringData></PatientStudy>"
    ),
    "domino.txt": (
        b"Signal ID: Flow\\flow\nStart Time: 23.09.2020 01:00:00\nUnit: s\nSignal Type: Impuls\n\n"
        b"01:04:24,411-01:04:41,671; 17;Hypopnea\n"
    ),
}
BRANDING = b"""language = "en"
[laboratory]
name = "Sleep Laboratory East"
address = "1 Main Street"
logo = "logo.svg"
header = "Department of Neurology"
footer = "Telephone 123"
[page]
size = "Letter"
[locale]
decimal_sign = ","
date = "{day:02d}.{month:02d}.{year}"
[fonts]
family = "DejaVu Sans"
"""
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'


@dataclass(frozen=True, eq=False, kw_only=True)
class Material:
    """What is damaged; `folder` takes the damaged files."""

    folder: Path
    recording: bytes
    result: StudyResult
    result_values: object
    result_text: bytes
    traces: bytes
    facts: tuple[object, ...]
    assessment_values: object
    scorings: dict[str, bytes]


def make_material(folder: Path) -> Material:
    """Simulate and score a short night, and collect the rest."""
    recording = _recording(folder)
    result = score_night(BytesIO(recording), bootstrap_samples=20)
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]
    facts = tuple(_facts_of(vector) for vector in vectors)
    answered = assess(facts[0], night=result)
    (folder / "logo.svg").write_bytes(LOGO)
    return Material(
        folder=folder,
        recording=recording,
        result=result,
        result_values=result_to_dict(result),
        result_text=result_bytes(result),
        traces=traces_bytes(result.traces),
        facts=facts,
        assessment_values=assessment_to_dict(answered),
        scorings=SCORINGS | _real_scorings(),
    )


def _facts_of(vector: dict[str, dict[str, object]]) -> dict[str, object]:
    """Take the answers of a clinical vector."""
    return vector["facts"]


def _recording(folder: Path) -> bytes:
    path = folder / "night.edf"
    legs = LegParameters(fs_hz=200.0)
    parameters = NightParameters(hours=MINUTES / 60, legs=legs)
    night = simulate_night(parameters, amplitude=_amplitude(), seed=7)
    write_night(night, path)
    return path.read_bytes()


def _amplitude() -> AmplitudeCriteria:
    rule = amplitude_criteria(load_rule_set("wasm2016"))
    if rule is None:
        raise SystemExit("the default rule set has no amplitude rule")
    return rule


def _real_scorings() -> dict[str, bytes]:
    """Take small parts of real exports, so that every column of them is met."""
    data = ROOT / "tests" / "data"
    files = [
        *sorted(data.glob("noxturnal_event_csv/*.csv")),
        *sorted(data.glob("somnomedics_domino_txt/*.txt")),
        *sorted(data.glob("bids_sleep_boas/sub-1_*.tsv")),
    ]
    return {
        file.name.replace(" ", "_"): b"".join(
            file.read_bytes().splitlines(keepends=True)[:40]
        )
        for file in files
    }


def small_recording(samples: int = 50, records: int = 4) -> bytes:
    """Make an EDF+D of two legs and marks byte by byte; small, so that headers are hit often."""
    labels = ("LAT", "RAT", "EDF Annotations")
    columns = (
        (16, labels),
        (80, ("", "", "")),
        (8, ("uV", "uV", "")),
        (8, ("-3276.8", "-3276.8", "-1")),
        (8, ("3276.7", "3276.7", "1")),
        (8, ("-32768",) * 3),
        (8, ("32767",) * 3),
        (80, ("HP:10Hz LP:90Hz",) * 2 + ("",)),
        (8, (str(samples), str(samples), "30")),
        (32, ("", "", "")),
    )
    main = (
        ("0", 8),
        ("X X X X", 80),
        ("Startdate 06-FEB-2018 X X X", 80),
        ("06.02.18", 8),
        ("22.30.15", 8),
        ("1024", 8),
        ("EDF+D", 44),
        (str(records), 8),
        ("1", 8),
        ("3", 4),
    )
    header = "".join(text.ljust(width) for text, width in main)
    header += "".join(
        text.ljust(width) for width, texts in columns for text in texts
    )
    digits = np.random.default_rng(1).integers(
        -900, 900, (records, samples * 2)
    )
    rows = [
        row.astype("<i2").tobytes()
        + f"+{at}\x14\x14\x00+{at}.5\x153\x14Arousal\x14\x00".encode().ljust(
            60, b"\0"
        )
        for at, row in enumerate(digits)
    ]
    return header.encode() + b"".join(rows)
