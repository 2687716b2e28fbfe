"""EMG in uV becomes leg movements and other movement types; pure functions on arrays."""
