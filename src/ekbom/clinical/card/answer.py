"""The answer on one card, chosen from an assessment that has been made."""

from ekbom.clinical.card.cause import cause_sentences
from ekbom.clinical.card.compare import comparison
from ekbom.clinical.card.known import Known
from ekbom.clinical.card.matter import matter_sentences
from ekbom.clinical.card.reassure import may_reassure
from ekbom.clinical.card.steps import step_sentences
from ekbom.clinical.card.sure import sure_sentences
from ekbom.clinical.judge import State
from ekbom.model.assessment import Assessment, CardSentence


def card_of(assessment: Assessment, state: State) -> tuple[CardSentence, ...]:
    """Choose the sentences of the card, and of the comparison below it.

    Parameters
    ----------
    assessment
        The assessment with its verdicts and, where they were asked for, its missing answers.
    state
        What the last step of the assessment left.
    """
    reassures = may_reassure(assessment)
    known = Known(assessment, state, reassures)
    told = (
        *cause_sentences(known),
        *matter_sentences(known),
        *step_sentences(known),
    )
    return (*told, *sure_sentences(known, told), *comparison(known))
