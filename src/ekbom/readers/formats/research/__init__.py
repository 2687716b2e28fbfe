"""Formats of data bases and of research programs."""
