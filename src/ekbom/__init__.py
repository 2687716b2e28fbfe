"""Leg movements at night: why do these legs move, does it matter, and what helps."""

from importlib import metadata

__version__ = metadata.version("ekbom")
