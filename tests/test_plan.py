"""The plan of the house: who may import whom, and what the pure rooms never touch."""

import ast
from functools import cache
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "ekbom"
FLOOR_0 = {"frames"}
FLOOR_1 = FLOOR_0 | {"model", "criteria", "codec"}
FLOOR_2 = {
    "readers",
    "context",
    "detection",
    "scoring",
    "clinical",
    "rules",
    "report",
    "simulation",
}
MAY_IMPORT: dict[str, set[str]] = {
    **dict.fromkeys(FLOOR_2, FLOOR_1),
    "frames": set(),
    "model": FLOOR_0,
    "criteria": FLOOR_0 | {"model"},
    "codec": set(),
    "pipeline": FLOOR_1 | (FLOOR_2 - {"report", "simulation"}),
    "cohort": FLOOR_1 | {"pipeline", "report"},
    "app": FLOOR_1 | {"pipeline", "cohort", "report", "rules", "simulation"},
}
PURE_ROOMS = {
    "frames",
    "model",
    "criteria",
    "context",
    "detection",
    "scoring",
    "clinical",
}
IMPURE_MODULES = {
    "os",
    "pathlib",
    "time",
    "random",
    "socket",
    "urllib",
    "requests",
    "subprocess",
    "shutil",
    "tempfile",
    "secrets",
    "uuid",
}
IMPURE_CALLS = {"open", "input", "print"}
IMPURE_ATTRIBUTES = {
    "now",
    "today",
    "default_rng",
    "RandomState",
    "environ",
    "utcnow",
}
IMPURE_NUMPY = {
    "np.load",
    "np.save",
    "np.savez",
    "np.loadtxt",
    "np.savetxt",
    "np.genfromtxt",
    "np.fromfile",
    "np.memmap",
}
REPORT_BASE = {
    "branding",
    "columns",
    "counted_rows",
    "glyphs",
    "numbers",
    "options",
    "typesetting",
    "words",
}
SCORING_BASE = {
    "bounds",
    "candidates",
    "legs",
    "links",
    "night",
    "reasons",
    "rule_names",
    "series",
    "stage_time",
    "why",
}
WINGS: dict[str, dict[str, set[str]]] = {
    "detection": {
        "cleaning": {"runs"},
        "kinds": {"records", "runs"},
        "surface": {"runs"},
        "literal": {"cleaning", "surface", "levels", "runs"},
        "robust": {
            "cleaning",
            "surface",
            "literal",
            "evidence",
            "levels",
            "records",
            "runs",
            "trace",
        },
    },
    "readers": {
        "files": set(),
        "channels": set(),
        "edf": {"files", "channels"},
        "scorings": {"files", "channels"},
        "formats": {"files", "scorings", "edf"},
        "signals": set(),
        "anonymous": {"files", "channels", "scorings", "edf"},
    },
    "report": {
        "sentences": REPORT_BASE,
        "figures": REPORT_BASE,
        "outputs": set(),
        "exports": REPORT_BASE | {"sentences", "outputs"},
        "pages": REPORT_BASE | {"sentences", "figures"},
        "upgrades": set(),
    },
    "scoring": {
        "indices": SCORING_BASE,
        "agreement": SCORING_BASE,
    },
}
"""The second order inside a room: each wing and what it may import of its room.

The modules beside the wings stand on top: they may import every wing. Those that a wing names
stand below all wings: they import only each other.
"""
FILES = sorted(SRC.rglob("*.py"))


def room_of(path: Path) -> str:
    """Name the room of a file; the package's own `__init__` stands outside."""
    return path.relative_to(SRC).parts[0].removesuffix(".py")


@cache
def tree_of(path: Path) -> ast.Module:
    """Parse a file once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


def first_party(node: ast.Import | ast.ImportFrom) -> list[str]:
    """List the rooms an import statement names."""
    if isinstance(node, ast.ImportFrom):
        assert not node.level, "imports are absolute"
        names = (
            [f"ekbom.{alias.name}" for alias in node.names]
            if node.module == "ekbom"
            else [node.module or ""]
        )
    else:
        names = [alias.name for alias in node.names]
        assert "ekbom" not in names, (
            "a room imports the module it needs, never the package"
        )
    return [name.split(".")[1] for name in names if name.startswith("ekbom.")]


def imports(tree: ast.AST) -> list[ast.Import | ast.ImportFrom]:
    """List every import statement below a node."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: str(path.relative_to(SRC))
)
def test_plan_rooms_import_only_what_the_table_allows(path: Path) -> None:
    room = room_of(path)
    if room in {"__init__", "__main__"}:
        return
    tree = tree_of(path)
    targets = {
        target for node in imports(tree) for target in first_party(node)
    } - {room}
    assert targets <= MAY_IMPORT[room], (
        f"{room} may not import {targets - MAY_IMPORT[room]}"
    )


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if room_of(path) in WINGS],
    ids=lambda path: str(path.relative_to(SRC)),
)
def test_plan_wings_import_only_what_their_room_allows(path: Path) -> None:
    room, *inside = path.relative_to(SRC).with_suffix("").parts
    wing = inside[0] if len(inside) > 1 else ""
    assert not wing or wing in WINGS[room], f"{wing} is no wing of {room}"
    named = [
        node.module or ""
        for node in imports(tree_of(path))
        if isinstance(node, ast.ImportFrom)
    ]
    own = f"ekbom.{room}."
    modules = [name.split(".")[2] for name in named if name.startswith(own)]
    below = set().union(*WINGS[room].values()) - set(WINGS[room])
    on_top = (
        below if inside and inside[0] in below else {*WINGS[room], *modules}
    )
    allowed = WINGS[room][wing] | {wing} if wing else on_top
    assert set(modules) <= allowed, (
        f"{room}/{wing} may not import {set(modules) - allowed}"
    )


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: str(path.relative_to(SRC))
)
def test_plan_no_first_party_import_inside_a_function(path: Path) -> None:
    tree = tree_of(path)
    functions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    inner = [
        node.lineno
        for function in functions
        for node in imports(function)
        if first_party(node)
    ]
    assert not inner, f"first-party import inside a function at line {inner}"


@pytest.mark.parametrize(
    "path",
    [p for p in FILES if room_of(p) in PURE_ROOMS],
    ids=lambda path: str(path.relative_to(SRC)),
)
def test_plan_pure_rooms_touch_no_file_clock_randomness_or_environment(
    path: Path,
) -> None:
    tree = tree_of(path)
    for node in imports(tree):
        modules = (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
        assert (
            not {module.split(".")[0] for module in modules} & IMPURE_MODULES
        ), f"line {node.lineno}"
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name):
            assert call.func.id not in IMPURE_CALLS, (
                f"line {call.lineno} calls {call.func.id}"
            )
        if isinstance(call.func, ast.Attribute):
            written = ast.unparse(call.func)
            assert call.func.attr not in IMPURE_ATTRIBUTES, (
                f"line {call.lineno} calls {written}"
            )
            assert written not in IMPURE_NUMPY, (
                f"line {call.lineno} calls {written}"
            )
            assert not written.startswith("np.random."), (
                f"line {call.lineno} calls {written}"
            )


def test_plan_model_is_small_and_has_no_verbs() -> None:
    files = [path for path in FILES if room_of(path) == "model"]
    lines = [path.read_text(encoding="utf-8").splitlines() for path in files]
    assert sum(len(of_file) for of_file in lines) < 1000
    functions = [
        node.name
        for path in files
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef)
    ]
    assert functions == []


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: str(path.relative_to(SRC))
)
def test_plan_no_file_over_600_lines_and_no_function_over_60(
    path: Path,
) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 600
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
            first = node.body[0]
            documented = (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and first.end_lineno is not None
            )
            start = (
                first.end_lineno
                if documented and first.end_lineno is not None
                else node.lineno
            )
            assert node.end_lineno - start <= 60, (
                f"{node.name} has over 60 lines"
            )
