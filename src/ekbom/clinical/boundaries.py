"""Values that stand on a limit: both readings are shown, whatever the settings say."""

from ekbom.clinical.evaluate import Context
from ekbom.clinical.lines import met_lines
from ekbom.model.assessment import Line

BOUNDARY_CODE = "AL_BOUNDARY_VALUE"


def boundary_lines(context: Context) -> tuple[Line, ...]:
    """List every limit on which a value stands."""
    return met_lines(
        (rule for rule in context.tables.alerts if rule.code == BOUNDARY_CODE), context
    )
