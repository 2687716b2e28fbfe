"""Recordings in formats that another package reads."""
