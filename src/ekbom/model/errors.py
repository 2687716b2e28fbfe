"""The errors a user may meet: one clear sentence with the value, the place and what to do."""

from ekbom.model.finding import Finding


class EkbomError(Exception):
    """Anything Ekbom refuses, in one sentence; `brief` is that without the codes of `findings`."""

    exit_code = 1

    def __init__(
        self, told: str, *, brief: str = "", findings: tuple[Finding, ...] = ()
    ) -> None:
        super().__init__(told)
        self.brief = brief or told
        self.findings = findings


class UsageError(EkbomError):
    """The request itself cannot be understood: an unknown name, an impossible value."""

    exit_code = 2


class UnscorableError(EkbomError):
    """The input was read rightly, but no leg can be scored on it; the message says why."""

    exit_code = 3


class InputError(EkbomError):
    """A file is missing, damaged beyond repair, or not what it claims to be."""

    exit_code = 4


class MissingExtraError(EkbomError):
    """A feature needs an optional package; the message names the extra to install."""

    exit_code = 2
