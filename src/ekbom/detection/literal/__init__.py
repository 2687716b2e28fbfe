"""The standard as it is written: rectified EMG, moving mean, local median."""
