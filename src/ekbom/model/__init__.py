"""Records and enums of the house; nothing here decides anything."""
