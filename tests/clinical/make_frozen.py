"""Search the cases of the frozen lists: for every rule, facts on which each part of it decides.

``python tests/clinical/make_frozen.py FOLDER SECONDS`` (with ``src``, ``tests`` and
``tests/clinical`` on the path) writes ``frozen_leaves.yaml`` and ``frozen_bounds.yaml`` anew;
`renew_frozen` writes what changed alone. What it writes is read by a person against
the tables before it is kept; the tests only compare. A rule is changed in one place at a time (a
sign, a word, all and any, a part left out), and cases are drawn until every change is told apart
from the rule by some case. The verdicts are the program's; this file only knows how all, any and
not are joined.
"""

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from clinical_cases import VECTOR_CASES
from frozen_facts import flat, nested, read_words
from frozen_verdicts import DERIVED, verdict, with_number
from test_rule_tables import EXTRA_CASES

from ekbom.clinical.assess import assess_facts
from ekbom.clinical.facts import read_facts
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.errors import EkbomError
from ekbom.rules.load_clinical import load_clinical, load_clinical_files

Node = Any  # a piece of a table as YAML gives it
HERE = Path(__file__).parent
TABLES = HERE.parents[1] / "src" / "ekbom" / "rules" / "tables" / "clinical"
SIGNS = ("<", "<=", ">", ">=")
LISTS = ("all", "any", "any_known")
WRAPPERS = ("not", "unknown", "met")
NAME_LISTS = ("rls_treatment_failed", "rls_treatment_harmed", "allergies")
MET, NOT, UNKNOWN = "met", "not_met", "unknown"


CONTENT = {
    path.name: read_words(path) for path in sorted(TABLES.rglob("*.yaml"))
}


def section(name: str) -> Any:
    """Join one section over all files."""
    found = [content[name] for content in CONTENT.values() if name in content]
    if found and isinstance(found[0], dict):
        return {key: value for part in found for key, value in part.items()}
    return [item for part in found for item in part]


def rules_in(node: Node) -> Iterator[dict[str, Node]]:
    """Walk over everything that has an id and a condition."""
    if isinstance(node, dict):
        if "id" in node and "when" in node:
            yield node
        for value in node.values():
            yield from rules_in(value)
    elif isinstance(node, list):
        for item in node:
            yield from rules_in(item)


RULES = {rule["id"]: rule["when"] for rule in rules_in(list(CONTENT.values()))}
FIELDS = section("fields")


def kind(node: Node) -> str:
    return next(
        (key for key in (*LISTS, *WRAPPERS, "at_least") if key in node), "leaf"
    )


def leaves(node: Node) -> Iterator[Node]:
    """Walk to the leaves of a tree."""
    form = kind(node)
    if form in LISTS:
        for part in node[form]:
            yield from leaves(part)
    elif form == "at_least":
        for part in node["of"]:
            yield from leaves(part)
    elif form in WRAPPERS:
        yield from leaves(node[form])
    else:
        yield node


def key_of(leaf: Node) -> str:
    return json.dumps(leaf, sort_keys=True)


def judge(node: Node, told: Mapping[str, str]) -> str:
    """Join the verdicts of the leaves."""
    form = kind(node)
    if form in ("all", "any", "any_known"):
        lenient = form == "any_known" or "one_no_suffices" in node
        verdicts = [judge(part, told) for part in node[form]]
        first, last = (NOT, MET) if form == "all" else (MET, NOT)
        if first in verdicts:
            return first
        if UNKNOWN in verdicts and not (lenient and NOT in verdicts):
            return UNKNOWN
        return last
    if form == "at_least":
        verdicts = [judge(part, told) for part in node["of"]]
        count = int(node["at_least"])
        if verdicts.count(MET) >= count:
            return MET
        return (
            UNKNOWN
            if verdicts.count(MET) + verdicts.count(UNKNOWN) >= count
            else NOT
        )
    if form == "leaf":
        return told[key_of(node)]
    inner = judge(node[form], told)
    if form == "not":
        return {MET: NOT, NOT: MET}.get(inner, UNKNOWN)
    return MET if inner == {"unknown": UNKNOWN, "met": MET}[form] else NOT


def changed_trees(node: Node) -> Iterator[Node]:
    """Give every tree that differs from this one in one place."""
    form = kind(node)
    if form == "leaf":
        yield from changed_leaves(node)
    elif form in WRAPPERS:
        yield node[form]
        for inner in changed_trees(node[form]):
            yield {form: inner}
    else:
        parts_key = "of" if form == "at_least" else form
        parts = node[parts_key]
        if form == "at_least":
            for other in (int(node["at_least"]) - 1, int(node["at_least"]) + 1):
                yield {**node, "at_least": other}
        elif len(parts) > 1:
            yield {"any" if form == "all" else "all": parts}
        for place, part in enumerate(parts):
            if len(parts) > 1:
                yield {**node, parts_key: [*parts[:place], *parts[place + 1 :]]}
            for inner in changed_trees(part):
                yield {
                    **node,
                    parts_key: [*parts[:place], inner, *parts[place + 1 :]],
                }


def changed_leaves(leaf: Node) -> Iterator[Node]:
    """Give every leaf that differs in one word or sign, and the opposite of the leaf."""
    yield {"not": leaf}
    if "is" in leaf:
        words = leaf["is"] if isinstance(leaf["is"], list) else [leaf["is"]]
        for place, word in enumerate(words):
            rest = [*words[:place], *words[place + 1 :]]
            if rest:
                yield {**leaf, "is": rest}
            if word in ("yes", "no"):
                yield {**leaf, "is": [{"yes": "no", "no": "yes"}[word], *rest]}
        if "settles_nothing" in leaf:
            yield {
                name: value
                for name, value in leaf.items()
                if name != "settles_nothing"
            }
    if "listed" in leaf:
        for other in NAME_LISTS:
            if other != leaf["in"]:
                yield {**leaf, "in": other}
    if "than" in leaf:
        own = leaf.get("op", load_clinical().parameters[leaf["than"]].bound)
        for sign in SIGNS:
            if sign != own:
                yield {**leaf, "op": sign}


MUTANTS = {name: list(changed_trees(when)) for name, when in RULES.items()}


@cache
def all_leaves(wanted: frozenset[str] | None = None) -> dict[str, Node]:
    """Collect every leaf of every wanted rule and of what changes it."""
    found: dict[str, Node] = {}
    for name in RULES if wanted is None else sorted(wanted):
        when = RULES[name]
        for tree in (when, *MUTANTS[name]):
            found |= {key_of(leaf): leaf for leaf in leaves(tree)}
    return found


def probing_tables(
    folder: Path, wanted: frozenset[str]
) -> tuple[ClinicalTables, dict[str, str]]:
    """Load the tables with one more message for every leaf, so that the program judges them all."""
    wanted_leaves = all_leaves(wanted)
    names = {key: f"probe.{n}" for n, key in enumerate(wanted_leaves)}
    messages = [
        {
            "id": names[key],
            "code": names[key],
            "title": "x",
            "text": "x",
            "source": "recalled",
        }
        | {"when": leaf}
        for key, leaf in wanted_leaves.items()
    ]
    path = folder / "probe.yaml"
    text = json.dumps(messages)
    path.write_text(
        f"last_checked: 2026-01-01\npopulation: everyone\nmessages: {text}\n",
        encoding="utf-8",
    )
    files = [*sorted(TABLES.rglob("*.yaml")), path]
    return load_clinical_files(files), names


# ----------------------------------------------------------------------- what a case may be


def numbers_for(fact: str) -> list[float]:
    """Give the numbers at which a fact matters: at, below and above every limit of it."""
    found: set[float] = set()
    for leaf in all_leaves().values():
        if leaf.get("fact") == fact and (leaf.keys() & {"than", "on_limit"}):
            found |= set(around(limit_of(leaf)))
    low = float(FIELDS[fact].get("minimum", "-1000"))
    high = float(FIELDS[fact].get("maximum", "10000"))
    tried = [float(value) for value in FIELDS[fact].get("try", [])]
    return [
        value for value in sorted(found | set(tried)) if low <= value <= high
    ]


def limit_of(leaf: Node) -> float:
    """Look up the limit of a leaf among the parameters."""
    return float(
        str(
            load_clinical()
            .parameters[leaf.get("than", leaf.get("on_limit"))]
            .value
        )
    )


def around(limit: float) -> tuple[float, float, float]:
    """Give just below, at and just above a limit."""
    step = 0.1 if limit == 0 or limit >= 1 else 0.01
    return round(limit - step, 6), limit, round(limit + step, 6)


def choices(fact: str) -> list[dict[str, Any] | None]:
    """Give what a case may say about one fact; None forgets it."""
    if fact == "conditions":
        codes = list(section("condition_codes"))
        return [None, {fact: []}, *({fact: [code]} for code in codes)]
    if fact == "medications":
        names = [entry["generic"] for entry in section("medicines")]
        some = [
            {"name": "ferrous sulfate"},
            {"name": "diphenhydramine", "otc": True},
            {"name": "mirtazapine", "weeks": 40},
            {"name": "mirtazapine", "weeks": 2},
            {"name": "qwertzu", "atc": "N05CD99"},
            {"name": "qwertzu", "atc": "N05CF99"},
            *({"name": name} for name in [*names, *group_members()]),
        ]
        return [None, {fact: []}, *({fact: [entry]} for entry in some)]
    if fact in NAME_LISTS:
        names = [*group_members(), "iron", "magnesium", "qwertzu"]
        return [None, {fact: []}, *({fact: [name]} for name in names)]
    if fact == "rls_treatment":
        treated = ("pramipexole", "gabapentin", "levodopa")
        return [None, {fact: []}, *({fact: [{"name": n}]} for n in treated)]
    if fact == "derived.medicines_known":
        return [
            None,
            {"medications": []},
            {"medications": [{"name": "qwertzu"}]},
        ]
    if fact in ("derived.fcm_ever", "derived.iv_iron_ever"):
        given = (
            {"product": "ferric carboxymaltose"},
            {"product": "ferric carboxymaltose", "weeks_ago": 3},
            {"product": "iron sucrose", "weeks_ago": 30},
        )
        history = "iv_iron_history"
        earlier = {"product": "ferric carboxymaltose", "weeks_ago": 30}
        later = (
            {"product": "iron infusion", "weeks_ago": 20},
            {"product": "iron sucrose", "weeks_ago": 3},
        )
        return [
            None,
            {history: []},
            *({history: [one]} for one in given),
            *({history: [earlier, one]} for one in later),
        ]
    if fact == "derived.initial_response":
        words = ("good", "partial", "none")
        used = [
            {"name": "pramipexole", "initial_response": word} for word in words
        ]
        return [None, *({"rls_treatment": [entry]} for entry in used)]
    if fact == "derived.symptoms_after_medicine":
        return [
            {
                "medications": [{"name": "mirtazapine", "weeks": weeks}],
                "symptoms.duration_months": 6,
            }
            for weeks in (2, 60)
        ]
    if fact == "derived.medicine_names_unclear":
        return [{"medications": [{"name": "qwertzu"}]}]
    field = FIELDS[fact]
    if field["kind"] == "number" or "number" in field["kind"]:
        values = (
            [0, 1, 2, 3]
            if fact == "derived.failed_treatments"
            else numbers_for(fact)
        )
        return [None, *(with_number({}, fact, value) for value in values)]
    words = field.get("choices", ["yes", "no", "unknown"])
    return [None, *({fact: word} for word in words if word != "unknown")]


def group_members() -> list[str]:
    """Name one or two medicines of every group."""
    found = []
    for group in load_clinical().medicine_groups:
        found += list(group.generics)[:3]
    return found


def needed(rule: str) -> tuple[list[str], list[str]]:
    """Name the facts a rule asks for itself, and those that rules behind it ask for."""
    own = [fact_of(leaf) for leaf in leaves(RULES[rule])]
    seen, open_rules, behind = {rule}, [rule], list[str]()
    while open_rules:
        for leaf in leaves(RULES[open_rules.pop()]):
            behind.append(fact_of(leaf))
            more = [name for name in rules_behind(leaf) if name not in seen]
            seen |= set(more)
            open_rules += more
    return [f for f in own if f], [f for f in dict.fromkeys(behind) if f]


def fact_of(leaf: Node) -> str:
    if "condition" in leaf:
        return "conditions"
    if "takes" in leaf:
        return "medications"
    if "listed" in leaf:
        return str(leaf["in"])
    return str(leaf.get("fact", ""))


def rules_behind(leaf: Node) -> list[str]:
    """Name the rules that decide a criterion, a status or what an earlier step puts out."""
    if "criterion" in leaf:
        return [leaf["criterion"]]
    if "status" in leaf:
        code = leaf["status"]
        tables = (*section("diagnoses"), *section("criteria_sets"))
        return [
            r["id"]
            for t in tables
            if t["code"] == code
            for r in t["rules"]
            if "when" in r
        ]
    if "found" in leaf:
        codes = leaf["is"] if isinstance(leaf["is"], list) else [leaf["is"]]
        coded = [r for content in CONTENT.values() for r in rules_in(content)]
        found = [r["id"] for r in coded if r.get("code") in codes]
        for option in section("options"):
            if option["code"] in codes:
                parts = [*option["recommendations"], *option.get("barred", [])]
                found += [r["id"] for r in parts if "when" in r]
        return found
    return []


# ----------------------------------------------------------------------- the search


class Search:
    """Draws cases until every changed rule is told apart, and keeps the shortest."""

    def __init__(self, folder: Path, seed: int, wanted: frozenset[str]) -> None:
        self.tables, self.names = probing_tables(folder, wanted)
        self.lot = np.random.default_rng(seed)
        self.alive = {
            name: list(range(len(trees)))
            for name, trees in MUTANTS.items()
            if name in wanted
        }
        self.kept: dict[str, list[tuple[dict[str, Any], list[int]]]] = {}
        self.pool = [flat(case["facts"]) for case in VECTOR_CASES.values()]
        self.pool += [flat(case) for case in EXTRA_CASES.values()]
        self.needs = {name: needed(name) for name in RULES}
        self.choices = {
            fact: choices(fact)
            for own, behind in self.needs.values()
            for fact in behind
        }

    def verdicts(
        self, case: dict[str, Any]
    ) -> tuple[dict[str, str], dict[str, str]] | None:
        """Let the program judge rules and leaves; None for a case that it refuses."""
        try:
            facts = read_facts(nested(case), self.tables)
        except EkbomError:
            return None
        found = assess_facts(facts, self.tables, rank_missing=False).verdicts
        told = {key: found[name].value for key, name in self.names.items()}
        return {name: verdict.value for name, verdict in found.items()}, told

    def kills(
        self, rule: str, case: dict[str, Any], numbers: list[int]
    ) -> list[int]:
        judged = self.verdicts(case)
        return self._kills(rule, judged, numbers) if judged else []

    def _kills(
        self,
        rule: str,
        judged: tuple[dict[str, str], dict[str, str]],
        numbers: list[int],
    ) -> list[int]:
        verdicts, told = judged
        truth = judge(RULES[rule], told)
        if verdicts.get(rule) != truth:
            return []
        return [n for n in numbers if judge(MUTANTS[rule][n], told) != truth]

    def try_case(self, case: dict[str, Any]) -> int:
        """Keep a case for every rule whose changes it tells apart."""
        judged = self.verdicts(case)
        total = 0
        for rule, numbers in self.alive.items():
            killed = (
                self._kills(rule, judged, numbers) if judged and numbers else []
            )
            if killed:
                self.kept.setdefault(rule, []).append((case, killed))
                self.alive[rule] = [n for n in numbers if n not in killed]
                total += len(killed)
        return total

    def run(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        for case in list(self.pool):
            self.try_case(case)
        while time.monotonic() < until and any(self.alive.values()):
            rule = self.one([name for name, left in self.alive.items() if left])
            case = self.drawn(rule)
            if self.try_case(case):
                self.pool.append(case)

    def one(self, items: Sequence[Any]) -> Any:
        """Draw one by lot."""
        return items[int(self.lot.integers(len(items)))]

    def drawn(self, rule: str) -> dict[str, Any]:
        """Change some facts that matter to a rule in a case of the pool."""
        own, behind = self.needs[rule]
        near = [case for case, _ in self.kept.get(rule, [])]
        bases = near if near and self.lot.random() < 0.6 else self.pool
        case = dict(self.one(bases))
        for _ in range(self.lot.integers(1, 5)):
            facts = own if own and self.lot.random() < 0.6 else behind
            if not facts:
                continue
            fact = self.one(facts)
            answer = self.one(self.choices[fact])
            if answer is None:
                case.pop(DERIVED.get(fact, fact), None)
            elif (
                fact in ("conditions", "medications")
                and self.lot.random() < 0.3
            ):
                case[fact] = [*(case.get(fact) or []), *answer.get(fact, [])][
                    -2:
                ]
            else:
                case |= answer
        return case

    def shortened(self) -> dict[str, list[dict[str, Any]]]:
        """Leave out of every kept case what is not needed to tell the changes apart."""
        short: dict[str, list[dict[str, Any]]] = {}
        for rule, cases in self.kept.items():
            open_numbers = [n for _, killed in cases for n in killed]
            for case, _ in sorted(cases, key=lambda item: -len(item[1])):
                mine = self.kills(rule, case, open_numbers)
                if not mine:
                    continue
                least = self._least(rule, case, mine)
                open_numbers = [
                    n
                    for n in open_numbers
                    if n not in self.kills(rule, least, mine)
                ]
                short.setdefault(rule, []).append(least)
        return short

    def _least(
        self, rule: str, case: dict[str, Any], numbers: list[int]
    ) -> dict[str, Any]:
        """Drop what no rule behind this one asks for, then halves, quarters and single facts."""
        asked = {DERIVED.get(fact, fact) for fact in self.needs[rule][1]}
        size = len(case)
        case = self._without(
            rule, case, [name for name in case if name not in asked], numbers
        )
        while size > 0:
            for chunk in _chunks(list(case), size):
                case = self._without(rule, case, chunk, numbers)
            size //= 2
        return case

    def _without(
        self,
        rule: str,
        case: dict[str, Any],
        names: list[str],
        numbers: list[int],
    ) -> dict[str, Any]:
        less = {
            name: value for name, value in case.items() if name not in names
        }
        return less if self.kills(rule, less, numbers) == numbers else case


def _chunks(items: list[str], size: int) -> list[list[str]]:
    return [items[place : place + size] for place in range(0, len(items), size)]


# ----------------------------------------------------------------------- what is written


def written(case: Mapping[str, Any]) -> str:
    """Write a case on one line of YAML."""
    return (
        "{"
        + ", ".join(
            f"{name}: {_word(value)}" for name, value in sorted(case.items())
        )
        + "}"
    )


def _word(value: Any) -> str:
    if isinstance(value, dict):
        return written(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_word, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def bound_lines(rule: str, cases: list[dict[str, Any]]) -> Iterator[str]:
    """Write, for every limit a rule compares with, its verdict just below, at and just above."""
    seen = set()
    for leaf in leaves(RULES[rule]):
        limit = leaf.get("than", leaf.get("on_limit"))
        if limit is None or key_of(leaf) in seen:
            continue
        seen.add(key_of(leaf))
        best = max(
            (triple(rule, leaf, case) for case in cases),
            key=lambda item: len(set(item[1])),
        )
        case, verdicts = best
        if len(set(verdicts)) == 1:
            continue
        below, at, above = (f"{value:g}" for value in steps(leaf))
        yield (
            f"- {{rule: {rule}, limit: {limit}, fact: {leaf['fact']}, "
            f"values: [{below}, {at}, {above}],\n"
            f"   verdicts: [{', '.join(verdicts)}], facts: {written(case)}}}\n"
        )


def steps(leaf: Node) -> tuple[float, float, float]:
    limit = limit_of(leaf)
    if leaf["fact"] == "derived.failed_treatments":
        return limit - 1, limit, limit + 1
    return around(limit)


def triple(
    rule: str, leaf: Node, case: dict[str, Any]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Judge a case with the fact of a leaf below, at and above its limit."""
    return case, tuple(
        verdict(rule, with_number(case, leaf["fact"], v)) for v in steps(leaf)
    )


HEAD_LEAVES = """\
# For every clinical rule: facts, and what the rule says about them. Every part of the rule decides
# in one of its cases. A line is changed by hand where a rule is meant to say something else.
"""
HEAD_BOUNDS = """\
# For every limit a clinical rule compares with: what the rule says just below it, at it and just
# above it, with the other facts of the case. A line is changed by hand where a limit is meant to
# move. Facts that follow from others (derived) are set through those.
"""


def write(cases: Mapping[str, list[dict[str, Any]]]) -> None:
    """Write both lists anew."""
    write_blocks(*blocks_of(cases))


def blocks_of(
    cases: Mapping[str, list[dict[str, Any]]],
) -> tuple[dict[str, str], dict[str, str]]:
    """Write, for every rule, its cases and its limits."""
    told: dict[str, str] = {}
    for rule, found in cases.items():
        lines = [
            f"  - {verdict(rule, case)}: {written(case)}\n" for case in found
        ]
        told[rule] = "".join((f"{rule}:\n", *lines))
    limits = {
        rule: "".join(bound_lines(rule, found)) for rule, found in cases.items()
    }
    return told, limits


def write_blocks(told: Mapping[str, str], limits: Mapping[str, str]) -> None:
    """Write both lists, in the order of the rules."""
    for path, head, by_rule in (
        (HERE / "frozen_leaves.yaml", HEAD_LEAVES, told),
        (HERE / "frozen_bounds.yaml", HEAD_BOUNDS, limits),
    ):
        blocks = (by_rule[rule] for rule in sorted(by_rule))
        path.write_text(head + "".join(blocks), encoding="utf-8")


def main(folder: Path, seconds: float) -> None:
    """Search, shorten, write."""
    write(searched(folder, seconds, frozenset(RULES)))


def searched(
    folder: Path, seconds: float, wanted: frozenset[str]
) -> dict[str, list[dict[str, Any]]]:
    """Search the cases of some rules; what no case tells apart stands in ``left.json``."""
    search = Search(folder, seed=1, wanted=wanted)
    search.run(seconds)
    left = {
        name: [MUTANTS[name][n] for n in numbers]
        for name, numbers in search.alive.items()
        if numbers
    }
    (folder / "left.json").write_text(
        json.dumps(left, indent=1), encoding="utf-8"
    )
    return search.shortened()


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
