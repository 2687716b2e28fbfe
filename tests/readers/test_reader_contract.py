"""Every reader of annotations passes the contract: one case or more for each."""

import datetime as dt
from pathlib import Path

from edf_bytes import Main, Tals, edf_bytes
from reader_contract import Case, ReaderContract

from ekbom.readers.formats.registry import BUILT_IN
from ekbom.report.exports.parquet import parquet_table

DATA = Path(__file__).parents[1] / "data"
ALL_KINDS = frozenset({"stages", "arousals", "breathing", "movements"})
STAGES = frozenset({"stages"})


def lines(*rows: str) -> bytes:
    return "".join(f"{row}\n" for row in rows).encode()


def edf_of(*marks: bytes) -> bytes:
    tal = b"+0\x14\x14\x00" + b"".join(mark + b"\x14\x00" for mark in marks)
    tals = Tals([tal], width=len(tal))
    main = Main(reserved="EDF+C", record_s="0")
    return edf_bytes((), main, tals=tals)


def real(*parts: str) -> bytes:
    return DATA.joinpath(*parts).read_bytes()


def parquet_of(stage: str, kind: str, onset: str = "onset_s") -> bytes:
    return parquet_table(
        {
            onset: [0.0, 31.25],
            "duration_s": [30.0, 2.5],
            "kind": ["stage", kind],
            "side": [None, "left"],
            "label": [stage, ""],
        },
        {},
    )


def xml_event(text: str, start: str, length: str, *more: str) -> str:
    name, concept = ("Name", text) if more else ("EventConcept", text)
    return (
        f"<ScoredEvent><{name}>{concept}</{name}><Start>{start}</Start>"
        f"<Duration>{length}</Duration>{''.join(more)}</ScoredEvent>"
    )


CASES = (
    Case(
        format="edf-annotations",
        name="scorer.edf",
        content=edf_of(
            b"+0\x1530\x14Sleep stage W",
            b"+30\x1530\x14Sleep stage 4",
            b"+60\x1530\x14Movement time",
            b"+31.25\x152.5\x14Limb movement@@EMG LAT",
            b"+40\x1512\x14Hypopnea",
            b"+52\x153\x14EEG arousal",
        ),
        start=dt.datetime(2018, 2, 6, 22, 30, 15),
        events=(
            (31.25, 2.5, "lm", "left"),
            (40.0, 12.0, "hypopnea", "unknown"),
            (52.0, 3.0, "arousal", "unknown"),
        ),
        stages=((0.0, 30.0, "W"), (30.0, 30.0, "N3"), (60.0, 30.0, "UNSCORED")),
        scored=ALL_KINDS,
        unknown=(b"Hypopnea", b"Zuckte!!"),
        broken=(b"0       X X", b"7       X X", "no known annotation"),
        suffix_free=True,
    ),
    Case(
        format="edf-annotations",
        name="SC4001EC-Hypnogram.edf",
        content=real("sleep_edf_fixtures", "SC4001EC-Hypnogram.edf"),
        start=dt.datetime(1989, 4, 24, 16, 13),
        stages=((0.0, 30630.0, "W"), (30630.0, 120.0, "N1")),
        scored=STAGES,
        unknown=(b"Sleep stage 1", b"Sleep stage x"),
        broken=(b"0       ", b"7       ", "known"),
        suffix_free=True,
    ),
    Case(
        format="noxturnal-csv",
        name="nox.csv",
        content="\r\n".join(
            [
                "\ufeffHeure de début,Heure de fin,Événement,Durée,",
                "[],[],[],[s],",
                "25/07/2018 23:59:30,26/07/2018 00:00:00,N2,30,",
                "26/07/2018 00:00:10,26/07/2018 00:00:12,MJ,2.722,",
                "26/07/2018 00:00:10,26/07/2018 00:01:10,PLM,60,",
                "26/07/2018 00:00:12,26/07/2018 00:00:15,Micro-éveil,3,",
                "",
            ]
        ).encode("utf-16-le"),
        start=dt.datetime(2018, 7, 25, 23, 59, 30),
        events=(
            (40.0, 2.722, "lm", "unknown"),
            (40.0, 60.0, "plm_series", "unknown"),
            (42.0, 3.0, "arousal", "unknown"),
        ),
        stages=((0.0, 30.0, "N2"),),
        scored=frozenset({"stages", "movements", "arousals"}),
        unknown=("MJ".encode("utf-16-le"), "?!".encode("utf-16-le")),
        broken=(
            "2.722".encode("utf-16-le"),
            "2,722".encode("utf-16-le"),
            "decimal comma",
        ),
    ),
    Case(
        format="bids-events",
        name="sub-1_events.tsv",
        content=lines(
            "onset\tduration\ttrial_type\tchannel",
            "0\t30\tSleep stage W\tn/a",
            "30\t30\tN2\tn/a",
            "31.25\t2\tLimb movement\tEMG RAT",
            "40\tn/a\tArousal\tn/a",
        ),
        events=((31.25, 2.0, "lm", "right"), (40.0, 0.0, "arousal", "unknown")),
        stages=((0.0, 30.0, "W"), (30.0, 30.0, "N2")),
        scored=frozenset({"stages", "movements", "arousals"}),
        unknown=(b"Arousal", b"Seufzer"),
        broken=(b"31.25", b"31,25", "row 4: onset is '31,25'"),
    ),
    Case(
        format="night-csv",
        name="night.csv",
        content=lines(
            "onset_s,duration_s,kind,side,label,channel",
            "0,30,stage,,W,",
            "30,30,stage,,N2,",
            "31.25,2.5,rhythmic_lm,left,,",
            "40,12,apnea_central,,Apnée,Flow",
        ),
        events=(
            (31.25, 2.5, "lm", "left"),
            (40.0, 12.0, "apnea_central", "unknown"),
        ),
        stages=((0.0, 30.0, "W"), (30.0, 30.0, "N2")),
        scored=frozenset({"stages", "movements", "breathing"}),
        unknown=(b"apnea_central", b"sigh"),
        broken=(b"31.25", b"soon", "row 4: onset_s is 'soon'"),
    ),
    Case(
        format="night-parquet",
        name="night.parquet",
        content=parquet_of("W", "lm"),
        events=((31.25, 2.5, "lm", "left"),),
        stages=((0.0, 30.0, "W"),),
        scored=frozenset({"stages", "movements"}),
        unknown=(parquet_of("W", "lm"), parquet_of("W", "sigh")),
        broken=(
            parquet_of("W", "lm"),
            parquet_of("W", "lm", "begin"),
            "the column 'onset_s' is missing",
        ),
        suffix_free=True,
    ),
    Case(
        format="movements-csv",
        name="marks.csv",
        content=lines("onset_s,duration_s,side", "10.5,2,left", "40,1.25,both"),
        events=((10.5, 2.0, "lm", "left"), (40.0, 1.25, "lm", "bilateral")),
        scored=frozenset({"movements"}),
        unknown=(b"left", b"arm"),
        refused="side is 'arm'",
        broken=(b"1.25", b"-1.25", "duration_s is -1.25"),
    ),
    Case(
        format="domino-text",
        name="Flow Events.txt",
        content=lines(
            "Signal ID: Flow\\flow",
            "Start Time: 22.09.2020 22:00:00",
            "Unit: s",
            "Signal Type: Impuls",
            "",
            "23:59:50,000-00:00:10,500; 21;Hypopnea",
            "00:30:00,000-00:30:03,000; 3;Arousal",
        ),
        start=dt.datetime(2020, 9, 22, 22),
        events=(
            (7190.0, 20.5, "hypopnea", "unknown"),
            (9000.0, 3.0, "arousal", "unknown"),
        ),
        scored=frozenset({"breathing", "arousals"}),
        unknown=(b"Arousal", b"Seufzer"),
        broken=(b"23:59:50", b"23:99:50", "no clock time"),
    ),
    Case(
        format="nsrr-xml",
        name="a-nsrr.xml",
        content=lines(
            "<PSGAnnotation><EpochLength>30</EpochLength><ScoredEvents>",
            xml_event("Wake|0", "0", "60"),
            xml_event("Stage 2 sleep|2", "60", "90"),
            xml_event("Limb movement - left|Limb Movement (Left)", "70.2", "2"),
            xml_event("Obstructive apnea|Obstructive Apnea", "95", "14"),
            "</ScoredEvents></PSGAnnotation>",
        ),
        events=(
            (70.2, 2.0, "lm", "left"),
            (95.0, 14.0, "apnea_obstructive", "unknown"),
        ),
        stages=((0.0, 60.0, "W"), (60.0, 90.0, "N2")),
        scored=frozenset({"stages", "movements", "breathing"}),
        unknown=(b"Obstructive apnea|Obstructive Apnea", b"Sigh|Sigh"),
        broken=(b"70.2", b"soon", "event 3: Start is 'soon'"),
    ),
    Case(
        format="profusion-xml",
        name="p.xml",
        content=lines(
            "<CMPStudyConfig><EpochLength>30</EpochLength><ScoredEvents>",
            xml_event("PLM (Left)", "3.5", "2", "<Input>LEG(L)</Input>"),
            xml_event("Arousal (ARO PLM)", "4", "5", "<Input>EEG</Input>"),
            "</ScoredEvents><SleepStages><SleepStage>0</SleepStage>",
            "<SleepStage>4</SleepStage></SleepStages></CMPStudyConfig>",
        ),
        events=(
            (3.5, 2.0, "plm", "left"),
            (4.0, 5.0, "arousal_plm", "unknown"),
        ),
        stages=((0.0, 30.0, "W"), (30.0, 30.0, "N3")),
        scored=frozenset({"stages", "movements", "arousals"}),
        unknown=(b"Arousal (ARO PLM)", b"Sigh"),
        broken=(b">4</Sleep", b">Q</Sleep", "epoch 2: 'Q' is no stage code"),
    ),
    Case(
        format="luna-annot",
        name="a.annot",
        content=lines(
            "# class | instance | channel | start | stop | meta",
            "W\t.\t.\te:1\te:2\t.",
            "N2\t.\t.\t60\t...\t.",
            "lm_left\t.\tLAT\t61.5\t63\t.",
            "arousal_plm\t.\t.\t0+00:01:40\t+5\tk=v",
        ),
        events=(
            (61.5, 1.5, "lm", "left"),
            (100.0, 5.0, "arousal_plm", "unknown"),
        ),
        stages=((0.0, 60.0, "W"), (60.0, 1.5, "N2")),
        scored=frozenset({"stages", "movements", "arousals"}),
        unknown=(b"arousal_plm", b"sigh"),
        broken=(b"63\t.", b"61\t.", "row 4 lasts -0.5 s"),
    ),
    Case(
        format="sleepware-rml",
        name="s.rml",
        content=lines(
            '<PatientStudy xmlns="http://www.respironics.com/PatientStudy.xsd">'
            "<Acquisition><Sessions><Session>"
            "<RecordingStart>2018-03-14T21:27:48</RecordingStart>"
            "<Duration>240</Duration></Session></Sessions></Acquisition>"
            "<ScoringData><StagingData><UserStaging><NeuroAdultAASMStaging>"
            '<Stage Type="Wake" Start="0"/><Stage Type="NonREM2" Start="60"/>'
            "</NeuroAdultAASMStaging></UserStaging></StagingData><Events>"
            '<Event Type="LegMovement" Start="70.5" Duration="1.5"/>'
            '<Event Type="Arousal" Start="71" Duration="4"/>'
            "</Events></ScoringData></PatientStudy>"
        ),
        start=dt.datetime(2018, 3, 14, 21, 27, 48),
        events=(
            (70.5, 1.5, "lm", "unknown"),
            (71.0, 4.0, "arousal", "unknown"),
        ),
        stages=((0.0, 60.0, "W"), (60.0, 180.0, "N2")),
        scored=frozenset({"stages", "movements", "arousals"}),
        unknown=(b'"Arousal"', b'"Sigh"'),
        broken=(b'"70.5"', b'"soon"', "event 1: Start is 'soon'"),
    ),
    Case(
        format="stages-csv",
        name="stages.csv",
        content=lines(
            "Start Time,Duration (seconds),Event",
            "23:59:30,30,Wake",
            "00:00:00,60,Stage2",
            "00:00:05,2.5,Left Leg",
        ),
        start=dt.datetime(1985, 1, 1, 23, 59, 30),
        events=((35.0, 2.5, "lm", "left"),),
        stages=((0.0, 30.0, "W"), (30.0, 60.0, "N2")),
        scored=frozenset({"stages", "movements"}),
        unknown=(b"Left Leg", b"Sigh"),
        broken=(b"23:59:30", b"25:00:00", "row 2: '25:00:00' is no clock time"),
    ),
    Case(
        format="remlogic-text",
        name="n1.txt",
        content=lines(
            "Patient:\tx",
            "",
            "Sleep Stage\tTime [hh:mm:ss]\tEvent\tDuration[s]\tLocation",
            "W\t23:59:30\tSLEEP-S0\t30\tROC-LOC",
            "S2\t00:00:00\tSLEEP-S2\t30\tROC-LOC",
            "S2\t00:00:10\tLM\t2.5\tLeg L",
        ),
        start=dt.datetime(1985, 1, 1, 23, 59, 30),
        events=((40.0, 2.5, "lm", "left"),),
        stages=((0.0, 30.0, "W"), (30.0, 30.0, "N2")),
        scored=frozenset({"stages", "movements"}),
        unknown=(b"\tLM\t", b"\tSigh\t"),
        broken=(b"23:59:30", b"late", "row 4: 'late' holds no clock time"),
    ),
    Case(
        format="elan-hyp",
        name="night.hyp",
        content=lines(
            "time_base 10.000000",
            "sampling_period 0.001",
            "epoch_nb 7",
            "epoch_list",
            *"0002255",
        ),
        stages=((0.0, 30.0, "W"), (30.0, 20.0, "N2"), (50.0, 20.0, "R")),
        scored=STAGES,
        unknown=(b"\n5\n", b"\nR\n"),
        refused="row 10: 'R' is no code of a stage",
        broken=(b"10.000000", b"soon", "time_base is 'soon'"),
    ),
    Case(
        format="dreem-json",
        name="scorer.json",
        content=b"[\n  -1,\n  0,\n  1,\n  4,\n  4\n]",
        stages=(
            (0.0, 30.0, "UNSCORED"),
            (30.0, 30.0, "W"),
            (60.0, 30.0, "N1"),
            (90.0, 60.0, "R"),
        ),
        scored=STAGES,
        unknown=(b" 1,", b" 5,"),
        refused="value 3: 5 is no known code of a stage",
        broken=(b"4\n]", b"4\n", "this is no list of stages"),
    ),
    Case(
        format="stanford-hypnogram",
        name="night.hypnogram.txt",
        content=lines(*"0001122557"),
        stages=((0.0, 45.0, "W"), (45.0, 30.0, "N1"), (75.0, 30.0, "N2")),
        scored=STAGES,
        unknown=(b"7\n", b"R\n"),
        refused="row 10: 'R' is no code of a stage",
        broken=(b"7\n", b"17\n", "row 10: '17' is no code of a stage"),
    ),
    Case(
        format="wisconsin-gamma",
        name="night.sco",
        content=b"\t\t\t\t\t\t\t\t\r\n"
        b"1\t500\t\t406\tLM \t0\t9:31:02\t\t\r\n"
        b"2\t7000\t2400\t202\tHypopnea \t0\t9:31:35\t96\t4\r\n"
        b"3\t12100\t600\t300\tArousal\t0\t9:32:00\t\t\r\n",
        events=(
            (2.5, 0.0, "lm", "unknown"),
            (35.0, 12.0, "hypopnea", "unknown"),
            (60.5, 3.0, "arousal", "unknown"),
        ),
        scored=frozenset({"movements", "breathing", "arousals"}),
        unknown=(b"Arousal", b"Sigh"),
        broken=(
            b"2\t7000\t2400\t202\tHypopnea \t0\t9:31:35\t96\t4\r\n3\t12100",
            b"20\t7000\t2400\t202\tHypopnea \t0\t9:31:35\t96\t4\r\n30\t12100",
            "2 of 3 samples lie in other epochs",
        ),
    ),
    Case(
        format="wisconsin-stages",
        name="night.STA",
        content=b"1\t0\r2\t0\r3\t1\r4\t7\r5\t5",
        stages=(
            (0.0, 30.0, "W"),
            (30.0, 30.0, "W"),
            (60.0, 30.0, "N1"),
            (90.0, 30.0, "UNSCORED"),
        ),
        scored=STAGES,
        unknown=(b"3\t1", b"3\tN1"),
        refused="no known annotation format",
        broken=(b"2\t0\r", b"2\t0\r2\t5\r", "two scorings may be mixed"),
    ),
    Case(
        format="wisconsin-twin",
        name="night.allscore.txt",
        content=lines(
            "21:59:00.00\tIMPEDANCE CHECK",
            "22:00:00.00\tSTART RECORDING",
            "22:00:00.00\tSTAGE - W",
            "22:01:00.00\tSTAGE - N2",
            "22:01:10.50\tLM - DUR: 0.7 SEC. - ISOLATED",
            "22:01:30.00\tAROUSAL - DUR: 3.0 SEC. - LM",
            "22:02:00.00\tRESPIRATORY EVENT - DUR: 33.1 SEC. - HYPOPNEA - DESAT 90.6 %",
            "22:03:00.00\tSTAGE - R",
            "22:04:00.00\tSTOP RECORDING",
        ),
        start=dt.datetime(1985, 1, 1, 22),
        events=(
            (70.5, 0.7, "lm", "unknown"),
            (90.0, 3.0, "arousal_lm", "unknown"),
            (120.0, 33.1, "hypopnea", "unknown"),
        ),
        stages=((0.0, 60.0, "W"), (60.0, 120.0, "N2"), (180.0, 60.0, "R")),
        scored=ALL_KINDS,
        unknown=(b"AROUSAL", b"SIGHING"),
        counted=1,
        broken=(b"22:00:00.00\tSTART", b"22:99:00.00\tSTART", "no clock time"),
    ),
    Case(
        format="wfdb-annotations",
        name="slp01b.st",
        content=real("slpdb_annotations", "slp01b.st"),
        beside=(("slp01b.hea", real("slpdb_annotations", "slp01b.hea")),),
        start=dt.datetime(1989, 1, 20, 2, 14),
        stages=((0.0, 30.0, "N2"), (30.0, 30.0, "N2")),
        scored=STAGES,
        unknown=(b"R\0", b"Q\0"),
        broken=(
            b"\x01X",
            b"\x01\xdc",
            "no known annotation format",
        ),
    ),
    Case(
        format="hypnogram-csv",
        name="h.csv",
        content=lines("Epoch,Stage", "0,WAKE", "1,N1", "2,REM"),
        stages=((0.0, 30.0, "W"), (30.0, 30.0, "N1"), (60.0, 30.0, "R")),
        scored=STAGES,
        unknown=(b"REM", b"DREAMING"),
        refused="row 4: 'DREAMING' is no known stage",
        broken=(b"1,N1", b"2,N1", "row 3: Epoch is '2'"),
    ),
    Case(
        format="hypnogram-list",
        name="h.eannot",
        content=lines("W", "N1", "N2", *["N2"] * 20, "R"),
        stages=((0.0, 30.0, "W"), (30.0, 30.0, "N1")),
        scored=STAGES,
        unknown=(b"R\n", b"DREAMING\n"),
        refused="row 24: 'DREAMING' is no known stage",
        broken=(b"R\n", b"7x\n", "row 24: '7x' is no known stage"),
    ),
)


class TestReaders(ReaderContract):
    """Every built-in format."""

    cases = CASES


def test_reader_contract_has_a_case_of_every_built_in_format() -> None:
    assert {case.format for case in CASES} == {one.name for one in BUILT_IN}
