"""The public names of the package: adding or losing one is a visible change."""

import subprocess
import sys

import pytest

import ekbom

PUBLIC = [
    "StudyResult",
    "__version__",
    "assess",
    "associate",
    "combine_candidates",
    "compute_indices",
    "find_leg_movements",
    "join_leg_movements",
    "load_rule_set",
    "open_study",
    "periodic_series",
    "read_result",
    "render_html",
    "score_night",
    "simulate_night",
    "write_result",
]


def test_public_api_is_what_this_list_says() -> None:
    assert sorted(dir(ekbom)) == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_public_name_is_there(name: str) -> None:
    assert getattr(ekbom, name)


def test_an_unknown_public_name_is_refused_with_the_list() -> None:
    with pytest.raises(AttributeError, match="score_night"):
        _ = ekbom.score_nights


def test_importing_the_package_imports_no_room() -> None:
    code = "import ekbom, sys; print(sorted(name for name in sys.modules if name.startswith('ekbom.')), 'numpy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[] False"
