"""Files of recordings and scorings become recordings, hypnograms and event tables."""
