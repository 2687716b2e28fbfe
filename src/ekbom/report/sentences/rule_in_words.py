"""Rules in words, and what was set otherwise: options of a standard, settings of an assessment."""

from ekbom.model.assessment import SettingChange
from ekbom.model.source import Parameter, ParameterValue
from ekbom.report.words import Wording

INSIDE = {
    None: "",
    True: "parameter.is_inclusive",
    False: "parameter.is_exclusive",
}


def value_words(value: ParameterValue, *, words: Wording) -> str:
    """Write the value of a rule with no more digits than it has."""
    if value is None:
        return words("parameter.undefined")
    if isinstance(value, tuple):
        return " … ".join(words.exact(part) for part in value)
    if isinstance(value, bool | str):
        return str(value).lower()
    return words.exact(value)


def set_by_option(parameter: Parameter, *, words: Wording) -> str:
    """Say what the table says where an option set something else; nothing where none did."""
    table = parameter.instead_of
    if table is None:
        return ""
    inside = INSIDE[table.inclusive]
    value = value_words(table.value, words=words)
    told = words(inside, value=value) if inside else value
    return words("parameter.set_by_option", told=told)


def setting_words(change: SettingChange, *, words: Wording) -> str:
    """Write a setting of the clinical tables, and what the tables say."""
    return words(
        "parameter.setting", value=str(change.value), usual=str(change.usual)
    )
