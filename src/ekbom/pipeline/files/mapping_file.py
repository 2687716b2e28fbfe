"""What a laboratory says of its own: labels of channels, texts of events, rule sets, options."""

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ekbom.model.errors import EkbomError, InputError, UsageError
from ekbom.model.finding import Finding, Severity
from ekbom.model.source import RuleSet
from ekbom.readers.mapped import meaning_named, role_named
from ekbom.readers.scorings.meanings import plain
from ekbom.readers.study import Study
from ekbom.rules.load_scoring import load_rule_set, rule_set_names

SECTIONS = ("channels", "events", "options", "rules")
OWN_RULES = ("base", "title", "options")
OWN_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
ALL_RULES = "all"
DEFAULT = "wasm2016"
HELP = "see docs/mappings.md"


@dataclass(frozen=True, kw_only=True)
class OwnRules:
    """A rule set of a laboratory: a shipped one with options."""

    base: str
    title: str
    options: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class LabMapping:
    """What one or several mapping files say; `digest` is empty where there is none."""

    name: str = ""
    channels: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, OwnRules] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)
    digest: str = ""

    def rule_set(self, name: str, options: Mapping[str, object]) -> RuleSet:
        """Load a rule set, an own one by its base; `options` come over those of the files."""
        own = self.rules.get(name)
        if own is None:
            return load_rule_set(name, options={**self.options, **options})
        whole = {**self.options, **own.options, **options}
        loaded = load_rule_set(own.base, options=whole)
        facts = repr((loaded.digest, name, own.title)).encode()
        title = own.title or name
        return replace(
            loaded,
            id=name,
            name=title,
            title=f"{title}, on top of {loaded.title}",
            digest=f"sha256:{hashlib.sha256(facts).hexdigest()}",
        )

    def findings(
        self, study: Study, rule_sets: Sequence[RuleSet]
    ) -> Iterator[Finding]:
        """Say what of the mapping was used on a night."""
        named = {
            label.strip().casefold(): to for label, to in self.channels.items()
        }
        labels = tuple(
            f"{channel.label} = {named[key]}"
            for channel in study.recording.channels
            if (key := channel.label.strip().casefold()) in named
        )
        meant = {plain(text): to for text, to in self.events.items()}
        counted = Counter(
            event.label for event in study.events if plain(event.label) in meant
        )
        texts = tuple(
            f"{text} = {meant[plain(text)]} ({count})"
            for text, count in counted.most_common()
        )
        rules = tuple(
            f"{rule_set.id} = {self.rules[rule_set.id].base}"
            for rule_set in rule_sets
            if rule_set.id in self.rules
        )
        note, name = Severity.NOTE, self.name
        if labels:
            yield Finding("mapping-labels", note, name, {"used": labels})
        if texts:
            yield Finding("mapping-texts", note, name, {"used": texts})
        if rules:
            yield Finding("mapping-rules", note, name, {"used": rules})


NO_MAPPING = LabMapping()


def load_mapping(
    files: str | Path | Sequence[str | Path] | LabMapping,
) -> LabMapping:
    """Read mapping files and check them; a later one comes over an earlier one.

    Raises
    ------
    InputError
        A file cannot be read, or says something that does not exist; one sentence names it.
    """
    if isinstance(files, LabMapping):
        return files
    paths = [files] if isinstance(files, str | Path) else files
    merged = NO_MAPPING
    for path in map(Path, paths):
        merged = _merged(merged, _read(path))
    return merged


def _merged(first: LabMapping, second: LabMapping) -> LabMapping:
    if not first.digest:
        return second
    both = f"{first.digest} {second.digest}".encode()
    return LabMapping(
        name=f"{first.name}, {second.name}",
        channels={**first.channels, **second.channels},
        events={**first.events, **second.events},
        rules={**first.rules, **second.rules},
        options={**first.options, **second.options},
        digest=f"sha256:{hashlib.sha256(both).hexdigest()}",
    )


def _read(path: Path) -> LabMapping:
    """Read one file."""
    try:
        written = path.read_bytes()
        content = tomllib.loads(written.decode("utf-8"))
    except OSError as error:
        raise InputError(
            f"The mapping file {path} cannot be opened ({error.strerror}); check the path."
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"The mapping file {path} cannot be read as TOML ({error}); {HELP}."
        ) from error
    try:
        mapping = _checked(content, path.name)
    except EkbomError as error:
        raise InputError(f"The mapping file {path}: {error}") from error
    digest = hashlib.sha256(written).hexdigest()
    return replace(mapping, digest=f"sha256:{digest}")


def _checked(content: Mapping[str, object], name: str) -> LabMapping:
    """Check every line of a file against what there is."""
    _require_known(content, SECTIONS, "section")
    channels = _words(content, "channels", role_named)
    events = _words(content, "events", meaning_named)
    options = _section(content, "options")
    load_rule_set(DEFAULT, options=options)
    written = _section(content, "rules")
    return LabMapping(
        name=name,
        channels=channels,
        events=events,
        rules={own: _own_rules(own, written, options) for own in written},
        options=options,
    )


def _require_known(
    content: Mapping[str, object], known: Sequence[str], what: str
) -> None:
    for name in content:
        if name not in known:
            raise UsageError(
                f"there is no {what} {name!r}; it may have {', '.join(known)}; {HELP}."
            )


def _section(content: Mapping[str, object], name: str) -> dict[str, object]:
    """Take a table of the file; an empty one where it has none."""
    section = content.get(name, {})
    if not isinstance(section, dict):
        raise UsageError(f"{name!r} must be a table, such as [{name}]; {HELP}.")
    return section


def _words(
    content: Mapping[str, object], name: str, check: Callable[[str], object]
) -> dict[str, str]:
    """Take a table of texts, each of which stands for something that there is."""
    words = {}
    for text, word in _section(content, name).items():
        if not isinstance(word, str):
            raise UsageError(
                f"{text!r} in [{name}] must stand for a word in quotes, not {word!r}."
            )
        try:
            check(word)
        except UsageError as error:
            raise UsageError(f"{text!r} in [{name}]: {error}") from error
        words[text] = word.strip()
    return words


def _own_rules(
    name: str, written: Mapping[str, object], options: Mapping[str, object]
) -> OwnRules:
    """Check a rule set of the laboratory by loading it."""
    own = _section(written, name)
    if not OWN_NAME.fullmatch(name) or name in (*rule_set_names(), ALL_RULES):
        raise UsageError(
            f"an own rule set cannot be called {name!r}; use small letters, digits, - and _, "
            "and no name of a shipped one."
        )
    _require_known(own, OWN_RULES, f"key of [rules.{name}]")
    base, title = own.get("base", ""), own.get("title", "")
    if base not in rule_set_names() or not isinstance(title, str):
        raise UsageError(
            f"[rules.{name}] needs base = one of {', '.join(rule_set_names())} "
            "and may have a title in quotes."
        )
    its_options = _section(own, "options")
    load_rule_set(str(base), options={**options, **its_options})
    return OwnRules(base=str(base), title=title, options=its_options)
