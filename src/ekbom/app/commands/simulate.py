"""`ekbom simulate`: write a synthetic night and the truth about it."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ekbom.app.choices import Switch
from ekbom.app.terminal.progress import steps_shown
from ekbom.app.terminal.visible import say
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.errors import UsageError
from ekbom.report.outputs.permit import Permit
from ekbom.rules.load_scoring import amplitude_criteria, load_rule_set
from ekbom.simulation.night import simulate_night
from ekbom.simulation.parameters import (
    EventParameters,
    HeartParameters,
    LegParameters,
    MovementParameters,
    NightParameters,
)
from ekbom.simulation.write import is_simulated, night_files, write_night

DEFAULT_MOVEMENTS = MovementParameters()
DEFAULT_EVENTS = EventParameters()
DEFAULT_LEGS = LegParameters()
DEFAULT_HEART = HeartParameters()
Movements = Annotated[
    MovementParameters, Parameter(name="*", group="Movements")
]
Events = Annotated[
    EventParameters, Parameter(name="*", group="Breathing and arousals")
]
Legs = Annotated[LegParameters, Parameter(name="*", group="Leg channels")]
Heart = Annotated[HeartParameters, Parameter(name="*", group="Heart")]

MOST_CHANNELS = 256


def simulate(
    *,
    out: Path,
    hours: float = 8.0,
    seed: int = 1,
    channels: int = 0,
    rules: str = "wasm2016",
    movements: Movements = DEFAULT_MOVEMENTS,
    events: Events = DEFAULT_EVENTS,
    legs: Legs = DEFAULT_LEGS,
    heart: Heart = DEFAULT_HEART,
    overwrite: Switch = False,
) -> None:
    """Write a synthetic polysomnography as EDF+ and what really happened in it as CSV.

    Parameters
    ----------
    out
        The EDF file to write; the truth goes beside it as .truth_leg_movements.csv and
        .truth_events.csv.
    hours
        Length of the recording.
    seed
        The same seed and parameters give the same night.
    channels
        Fill the night up to so many channels with further EEG derivations; 0 adds none.
    rules
        The standard whose amplitudes tell where a movement truly begins and ends.
    overwrite
        Also take the place of files that Ekbom did not simulate; a person's marks stay even then.
    """
    _require_possible(out, seed=seed, channels=channels)
    require_simulated_or_free(out, overwrite=overwrite)
    parameters = NightParameters(
        hours=hours, movements=movements, events=events, legs=legs, heart=heart
    )
    amplitude = amplitude_of(rules)
    with steps_shown(("simulating", "writing")) as progress:
        progress("simulating")
        night = simulate_night(
            parameters, amplitude=amplitude, seed=seed, n_channels=channels
        )
        progress("writing")
        written = write_night(night, out)
    n_movements = int(night.legs.truth.lm.sum())
    say(
        f"{written.edf}: {hours:g} h, {n_movements} leg movements on both legs (seed {seed})"
    )
    say(f"Truth: {written.leg_movements.name}, {written.events.name}")


def require_simulated_or_free(out: Path, *, overwrite: bool = False) -> None:
    """Refuse to write a synthetic night over anything but an earlier one.

    Raises
    ------
    UsageError
        If one of the three files stands where something else is.
    """
    permit = Permit(overwrite=overwrite)
    for path in night_files(out):
        permit.require(path, free=is_simulated(path))


def _require_possible(out: Path, *, seed: int, channels: int) -> None:
    if seed < 0:
        raise UsageError(
            f"--seed {seed}: a seed is a whole number from 0 up; choose one"
        )
    if not 0 <= channels <= MOST_CHANNELS:
        raise UsageError(
            f"--channels {channels}: a night is filled up to at most {MOST_CHANNELS} channels; "
            "choose fewer"
        )
    if out.is_dir():
        raise UsageError(
            f"--out {out}: this is a folder; name the EDF file to write in it"
        )


def amplitude_of(rules: str) -> AmplitudeCriteria:
    """Load the amplitudes by which the truth of a simulated night is told.

    Raises
    ------
    UsageError
        If the standard gives none.
    """
    amplitude = amplitude_criteria(load_rule_set(rules))
    if amplitude is None:
        raise UsageError(
            f"--rules {rules}: this standard gives no microvolts, so no truth can be measured by "
            "it; use wasm2016"
        )
    return amplitude
