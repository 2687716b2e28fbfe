"""The figures of a night, drawn as SVG from data that is already decimated."""
