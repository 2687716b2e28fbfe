"""The physical limits of a leg channel come from their table, complete and ordered."""

from ekbom.rules.load_detection import load_physical_limits


def test_physical_limits_refuse_later_than_they_warn() -> None:
    limits = load_physical_limits()
    assert 0 < limits.step_noted_uv < limits.step_refused_uv
    assert 0 < limits.flat_share_noted < limits.flat_share_refused <= 1
    assert 0 < limits.clipped_share_noted < limits.clipped_share_refused <= 1
    assert 0 < limits.band_low_hz < limits.band_high_hz <= limits.min_fs_hz / 2
