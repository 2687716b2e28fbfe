"""NSRR and Profusion XML.

Stages, sided movements, arousals in notes, and XML that is not to be trusted.
"""

import datetime as dt
from pathlib import Path

import pytest

from ekbom.model.errors import InputError
from ekbom.model.events import EventKind
from ekbom.readers.formats.registry import format_of, read_annotations
from ekbom.report.words import load_wording

NSRR = """<?xml version="1.0" encoding="UTF-8"?>
<PSGAnnotation><SoftwareVersion>x</SoftwareVersion><EpochLength>30</EpochLength><ScoredEvents>
<ScoredEvent><EventType/><EventConcept>Recording Start Time</EventConcept><Start>0</Start>
<Duration>240.0</Duration>
 <ClockTime>00.00.00 22.00.00</ClockTime></ScoredEvent>
<ScoredEvent><EventType>Stages|Stages</EventType>
 <EventConcept>Wake|0</EventConcept><Start>0</Start><Duration>60</Duration></ScoredEvent>
<ScoredEvent><EventType>Stages|Stages</EventType>
 <EventConcept>Stage 2 sleep|2</EventConcept><Start>60</Start><Duration>90</Duration></ScoredEvent>
<ScoredEvent><EventType>Stages|Stages</EventType>
 <EventConcept>Stage 4 sleep|4</EventConcept><Start>150</Start><Duration>60</Duration></ScoredEvent>
<ScoredEvent><EventType>Stages|Stages</EventType>
 <EventConcept>REM sleep|5</EventConcept><Start>210</Start><Duration>30</Duration></ScoredEvent>
<ScoredEvent><EventType>Limb Movement|Limb Movement</EventType>
<EventConcept>Limb movement - left|Limb Movement (Left)</EventConcept>
 <Start>70.2</Start><Duration>2.5</Duration><SignalLocation>Leg</SignalLocation></ScoredEvent>
<ScoredEvent><EventType>Limb Movement|Limb Movement</EventType>
<EventConcept>Periodic leg movement - right|PLM (Right)</EventConcept>
 <Start>95</Start><Duration>1.5</Duration></ScoredEvent>
<ScoredEvent><EventType>Respiratory|Respiratory</EventType>
<EventConcept>Hypopnea|Hypopnea</EventConcept><Start>100</Start>
 <Duration>15</Duration></ScoredEvent>
<ScoredEvent><EventType>Arousals|Arousals</EventType><EventConcept>Technician Notes</EventConcept>
<Start>71</Start><Duration>4</Duration>
 <Notes>Arousal (ARO Limb)</Notes></ScoredEvent>
<ScoredEvent><EventType/><EventConcept>Technician Notes</EventConcept><Start>90</Start>
<Duration>1</Duration>
 <Notes>spoke to the technician</Notes></ScoredEvent>
</ScoredEvents></PSGAnnotation>"""

PROFUSION = """<?xml version="1.0"?>
<CMPStudyConfig><EpochLength>30</EpochLength><ScoredEvents>
<ScoredEvent><Name>PLM (Left)</Name><Start>31.5</Start><Duration>2</Duration><Input>L Leg</Input>
</ScoredEvent>
<ScoredEvent><Name>Limb Movement</Name><Start>61.5</Start><Duration>2</Duration>
<Input>Leg R</Input></ScoredEvent>
<ScoredEvent><Name>Arousal (ARO PLM)</Name><Start>32</Start><Duration>5</Duration>
<Input>EEG</Input></ScoredEvent>
</ScoredEvents><SleepStages>{}</SleepStages></CMPStudyConfig>"""

RML = """<?xml version="1.0"?>
<PatientStudy xmlns="http://www.respironics.com/PatientStudy.xsd">
<Acquisition><Sessions><Session><RecordingStart>2018-03-14T21:27:48</RecordingStart>
<Duration>240</Duration></Session></Sessions></Acquisition>
<ChannelConfig><Channels><Channel EdfSignal="4" Label="Leg L"/>
<Channel EdfSignal="5"><Label>Leg R</Label></Channel></Channels></ChannelConfig>
<ScoringData><StagingData><UserStaging><NeuroAdultAASMStaging>
<Stage Type="Wake" Start="0"/><Stage Type="NonREM2" Start="60"/><Stage Type="REM" Start="150"/>
<Stage Type="NotScored" Start="210"/>
</NeuroAdultAASMStaging></UserStaging></StagingData>
<Events>
<Event Family="Limb" Type="LegMovement" Start="70.5" Duration="1.5" Machine="true">
<LegMovement EdfSignal="4"/></Event>
<Event Family="Limb" Type="LegMovement" Start="90" Duration="2"><LegMovement EdfSignal="5"/></Event>
<Event Family="Limb" Type="LegMovement" Start="110" Duration="2"><LegMovement EdfSignal="-1"/>
</Event>
<Event Family="Respiratory" Type="ObstructiveApnea" Start="120" Duration="12"/>
</Events></ScoringData></PatientStudy>"""


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_nsrr_stages_and_events(tmp_path: Path) -> None:
    annotations = read_annotations(write(tmp_path / "a-nsrr.xml", NSRR))
    assert annotations.format == "nsrr-xml"
    assert annotations.hypnogram is not None
    assert annotations.hypnogram.stage.tolist() == ["W", "N2", "N3", "R"]
    assert annotations.hypnogram.epoch_s == 30
    found = [
        (event.kind, event.onset_s, event.side)
        for event in annotations.events
        if event.kind is not EventKind.OTHER
    ]
    assert found == [
        (EventKind.LM, 70.2, "left"),
        (EventKind.AROUSAL_LM, 71.0, "unknown"),
        (EventKind.PLM, 95.0, "right"),
        (EventKind.HYPOPNEA, 100.0, "unknown"),
    ]
    assert annotations.scored == {
        "stages",
        "movements",
        "arousals",
        "breathing",
    }


def test_nsrr_notes_do_not_get_into_events(tmp_path: Path) -> None:
    annotations = read_annotations(write(tmp_path / "a-nsrr.xml", NSRR))
    assert "spoke" not in " ".join(event.label for event in annotations.events)


def test_nsrr_old_dialect(tmp_path: Path) -> None:
    rows = [
        ("SDO:WakeState", 0, 30),
        ("SDO:NonRapidEyeMovementSleep-N2", 30, 60),
        ("SDO:RightLegLimpMovement", 40, 2),
    ]
    body = "".join(
        f"<ScoredEvent><EventConcept>{text}</EventConcept><Starttime>"
        f"{start}</Starttime><Duration>{length}</Duration></ScoredEvent>"
        for text, start, length in rows
    )
    annotations = read_annotations(
        write(
            tmp_path / "o.xml",
            f"<PSGAnnotation><ScoredEvents>{body}</ScoredEvents></PSGAnnotation>",
        )
    )
    assert annotations.hypnogram is not None
    assert annotations.hypnogram.stage.tolist() == ["W", "N2"]
    assert [(event.kind, event.side) for event in annotations.events] == [
        (EventKind.LM, "right")
    ]


def test_profusion_stages_by_epoch_and_sides_from_text_or_channel(
    tmp_path: Path,
) -> None:
    stages = "".join(
        f"<SleepStage>{code}</SleepStage>" for code in (0, 1, 4, 5, 9)
    )
    annotations = read_annotations(
        write(tmp_path / "p.xml", PROFUSION.format(stages))
    )
    assert annotations.hypnogram is not None
    assert annotations.hypnogram.stage.tolist() == [
        "W",
        "N1",
        "N3",
        "R",
        "UNSCORED",
    ]
    assert annotations.hypnogram.onset_s.tolist() == [0, 30, 60, 90, 120]
    assert [(event.kind, event.side) for event in annotations.events] == [
        (EventKind.PLM, "left"),
        (EventKind.AROUSAL_PLM, "unknown"),
        (EventKind.LM, "right"),
    ]


def test_sleepware_stage_changes_and_legs_by_signal(tmp_path: Path) -> None:
    annotations = read_annotations(write(tmp_path / "s.rml", RML))
    assert annotations.start == dt.datetime(2018, 3, 14, 21, 27, 48)
    assert annotations.hypnogram is not None
    assert annotations.hypnogram.stage.tolist() == ["W", "N2", "R", "UNSCORED"]
    assert annotations.hypnogram.duration_s.tolist() == [60, 90, 60, 30]
    assert [
        (event.kind, event.onset_s, event.side) for event in annotations.events
    ] == [
        (EventKind.LM, 70.5, "left"),
        (EventKind.LM, 90.0, "right"),
        (EventKind.LM, 110.0, "unknown"),
        (EventKind.APNEA_OBSTRUCTIVE, 120.0, "unknown"),
    ]
    words = load_wording()
    assert [words.finding(finding) for finding in annotations.findings] == [
        "1 of 4 events were marked by the program and by no person."
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_with_a_document_type_is_refused(
    tmp_path: Path, encoding: str
) -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE PSGAnnotation [<!ENTITY a "aaaa">'
        '<!ENTITY b "&a;&a;&a;">]><PSGAnnotation>&b;</PSGAnnotation>'
    )
    path = tmp_path / "bomb.xml"
    path.write_bytes(bomb.encode(encoding))
    assert format_of(path).name == "nsrr-xml"
    with pytest.raises(
        InputError, match=r"bomb.xml: the XML declares a document type"
    ):
        read_annotations(path)
