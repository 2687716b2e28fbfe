"""The limits of scored events and of a leg channel come from their tables, complete and ordered."""

from ekbom.rules.load_detection import (
    load_event_limits,
    load_physical_limits,
)


def test_physical_limits_refuse_later_than_they_warn() -> None:
    limits = load_physical_limits()
    assert 0 < limits.step_noted_uv < limits.step_refused_uv
    assert 0 < limits.flat_share_noted < limits.flat_share_refused <= 1
    assert 0 < limits.clipped_share_noted < limits.clipped_share_refused <= 1
    assert 0 < limits.band_low_hz < limits.band_high_hz <= limits.min_fs_hz / 2


def test_scored_events_have_the_limits_the_documents_name() -> None:
    limits = load_event_limits()
    assert limits.arousal_longest_s == 120
    assert limits.apnea_longest_s == limits.hypopnea_longest_s == 300
    assert limits.rera_longest_s == limits.movement_longest_s == 300
    assert limits.too_long_marks_refused == 3
    assert limits.too_long_share_refused == 0.5
    assert limits.night_longest_s == 2 * limits.dates_apart_longest_s
    assert limits.dates_apart_longest_s == 86_400
    assert limits.outside_share_refused == limits.unstaged_share_refused == 0.5
