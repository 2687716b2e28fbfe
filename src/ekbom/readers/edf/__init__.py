"""EDF, EDF+ and BDF: header, timeline, samples and marks."""
