"""The texts of scorings that EDF+ and the readers of the NSRR know.

EDF+: the texts that EDF+ scorings of real nights have (``Sleep stage W``, ``Limb movement``, ``EEG
arousal``, ``Lights off``), for other kinds the words of the field; the list of standard texts is
part 3.2 of https://edfplus.info/specs/edftexts.html and was not held against them. NSRR: concepts
as ``readable|original``. Both are read back by `ekbom.readers.scorings.meanings`.
"""

from collections.abc import Mapping

from ekbom.model.events import EventKind, Stage
from ekbom.report.exports.scorings.marks import WrittenMark

EDF_STAGES: Mapping[Stage, str] = {
    stage: f"Sleep stage {'?' if stage is Stage.UNSCORED else stage.value}"
    for stage in Stage
}
NSRR_STAGES: Mapping[Stage, str] = {
    Stage.WAKE: "Wake|0",
    Stage.N1: "Stage 1 sleep|1",
    Stage.N2: "Stage 2 sleep|2",
    Stage.N3: "Stage 3 sleep|3",
    Stage.REM: "REM sleep|5",
    Stage.UNSCORED: "Unscored|9",
}
EDF_TEXTS: Mapping[EventKind, str] = {
    EventKind.AROUSAL: "EEG arousal",
    EventKind.AROUSAL_RESPIRATORY: "Respiratory arousal",
    EventKind.AROUSAL_LM: "LM arousal",
    EventKind.AROUSAL_PLM: "PLM arousal",
    EventKind.AROUSAL_SPONTANEOUS: "Spontaneous arousal",
    EventKind.APNEA: "Apnea",
    EventKind.APNEA_OBSTRUCTIVE: "Obstructive apnea",
    EventKind.APNEA_CENTRAL: "Central apnea",
    EventKind.APNEA_MIXED: "Mixed apnea",
    EventKind.HYPOPNEA: "Hypopnea",
    EventKind.RERA: "RERA",
    EventKind.DESATURATION: "Desaturation",
    EventKind.LM: "Limb movement",
    EventKind.PLM: "Periodic limb movement",
    EventKind.PLM_SERIES: "PLM series",
    EventKind.LIGHTS_OFF: "Lights off",
    EventKind.LIGHTS_ON: "Lights on",
    EventKind.POSITION: "Body position",
    EventKind.ARTEFACT: "Artefact",
}
NSRR_CONCEPTS: Mapping[EventKind, str] = {
    EventKind.AROUSAL: "Arousal|Arousal",
    EventKind.AROUSAL_RESPIRATORY: "Respiratory arousal|Arousal (ARO RES)",
    EventKind.AROUSAL_LM: "LM arousal|Arousal (ARO Limb)",
    EventKind.AROUSAL_PLM: "PLM arousal|Arousal (ARO PLM)",
    EventKind.AROUSAL_SPONTANEOUS: "Spontaneous arousal|Arousal (ARO SPONT)",
    EventKind.APNEA: "Apnea|Apnea",
    EventKind.APNEA_OBSTRUCTIVE: "Obstructive apnea|Obstructive Apnea",
    EventKind.APNEA_CENTRAL: "Central apnea|Central Apnea",
    EventKind.APNEA_MIXED: "Mixed apnea|Mixed Apnea",
    EventKind.HYPOPNEA: "Hypopnea|Hypopnea",
    EventKind.RERA: "Respiratory effort related arousal|RERA",
    EventKind.DESATURATION: "SpO2 desaturation|SpO2 desaturation",
    EventKind.LM: "Limb movement|Limb Movement",
    EventKind.PLM: "Periodic leg movement|PLM",
    EventKind.PLM_SERIES: "PLM series|PLM series",
    EventKind.LIGHTS_OFF: "Lights off|Lights off",
    EventKind.LIGHTS_ON: "Lights on|Lights on",
    EventKind.POSITION: "Body position|Body position",
    EventKind.ARTEFACT: "Artefact|Artefact",
}
"""Concept and original of every kind that is not another one."""

NOTE = "Note"
"""What stands where the source has no text."""


def edf_text(mark: WrittenMark) -> str:
    """Give the text of a mark in EDF+; another mark keeps its own."""
    if mark.kind is EventKind.OTHER:
        return clean(mark.label) or NOTE
    text = EDF_TEXTS[mark.kind]
    named = " ".join([*mark.qualities, text, *mark.legs])
    return named[0].upper() + named[1:]


def nsrr_concept(mark: WrittenMark) -> str:
    """Give the concept of a mark of the NSRR; another mark keeps its own text."""
    if mark.kind is EventKind.OTHER:
        text = clean(mark.label) or NOTE
        return text if "|" in text else f"{text}|{text}"
    readable, original = NSRR_CONCEPTS[mark.kind].split("|")
    readable = " ".join([*mark.qualities, readable, *mark.legs])
    legs = "".join(f" ({leg.capitalize()})" for leg in mark.legs)
    return f"{readable[0].upper()}{readable[1:]}|{original}{legs}"


def clean(text: str) -> str:
    """Put a blank for every character that ends a cell, a line or a mark."""
    return " ".join(
        "".join(
            letter if letter.isprintable() else " " for letter in text
        ).split()
    )
