"""From the words of a scoring to stages and events on the time axis of a recording."""
