"""Facts and guideline tables become verdicts, triggers, work-up and options; never a signal."""
