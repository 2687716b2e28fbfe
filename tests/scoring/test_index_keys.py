"""An index is a key; its name is printed in one place and every name leads back to its key."""

from ekbom.criteria.index_key import IndexKey
from ekbom.rules.load_indices import load_index_table


def test_index_key_prints_the_names_the_field_knows() -> None:
    names = {
        IndexKey("plm", state="sleep", measure="per_h"): "plms_per_h",
        IndexKey("plm", state="w", measure="per_h"): "plmw_per_h",
        IndexKey("lm", state="tib", measure="count"): "lm_tib_count",
        IndexKey(
            "plm", state="recording", measure="per_h"
        ): "plm_per_recording_h",
        IndexKey(
            "plm", "nr_arousal", "n2", "left", "count"
        ): "plms_nr_arousal_n2_left_count",
        IndexKey("pi_movements", "nr", "rem"): "pi_movements_nr_rem",
        IndexKey("imi", "", "tib", "", "mean_s"): "imi_mean_s",
        IndexKey("imi", "", "sleep", "", "mean_s"): "imi_sleep_mean_s",
        IndexKey("series", "nr", "tib", "", "count"): "series_nr_count",
        IndexKey("arousals", state="sleep", measure="per_h"): "arousals_per_h",
        IndexKey(
            "arousals", state="tib", measure="per_h"
        ): "arousals_tib_per_h",
        IndexKey(
            "analysed", state="sleep", side="left", measure="min"
        ): "analysed_sleep_left_min",
        IndexKey(
            "leg_lm", state="w", side="right", measure="per_h"
        ): "leg_lmw_right_per_h",
        IndexKey("sol_persistent", measure="min"): "sol_persistent_min",
    }
    assert {key.name: key for key in names} == {
        name: key for key, name in names.items()
    }
    assert all(IndexKey.by_name()[name] == key for key, name in names.items())


def test_index_key_no_two_keys_print_one_name() -> None:
    keys = IndexKey.by_name()
    assert all(key.name == name for name, key in keys.items())
    assert len(set(keys.values())) == len(keys)


def test_index_key_every_index_of_the_table_has_one() -> None:
    assert set(load_index_table().definitions) <= set(IndexKey.by_name())


def test_index_key_says_what_is_a_whole_number() -> None:
    whole = {name for name, key in IndexKey.by_name().items() if key.counts}
    assert {
        "plms_count",
        "plm_recording_count",
        "imi_short_count",
        "awakenings_count",
    } <= whole
    assert (
        not {"plms_per_h", "pi_movements", "series_length_max", "tst_min"}
        & whole
    )
