"""Options that no night can have are refused with their name and what they must be."""

import pytest

from ekbom.model.errors import UsageError
from ekbom.rules.load_scoring import load_rule_set
from ekbom.rules.scoring_options import set_options


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("plmi_limit={a=1}", "plmi_limit must be '>' or '>=', not {'a': 1}"),
        ("plmi_limit=[1]", "plmi_limit must be '>' or '>='"),
        ("same_leg_gap_s=99999999999999999999", "must be at most 1000000"),
        ("same_leg_gap_s=1e308", "must be at most 1000000"),
        (f"same_leg_gap_s={'9' * 5000}", "must be a number of at least 0"),
        ("same_leg_gap_s=nan", "must be a number of at least 0"),
        ("imi_histogram_max_s=1e308", "must be at most 1000000"),
        ("imi_histogram_max_s=999999", "must lie between 1.0 and 3600.0"),
        ("ln_imi_histogram_max=1000", "must lie between 0.01 and 10.0"),
        ("rr_window=[-1e9,1]", "must be at most 1000000"),
        (f"short_imi={'[' * 3000}", "must be one of"),
    ],
)
def test_option_that_no_night_can_have(option: str, told: str) -> None:
    with pytest.raises(UsageError) as refused:
        load_rule_set("wasm2016", options=set_options([option]))
    assert told in str(refused.value)
    assert len(str(refused.value)) < 400
