"""Recordings without what names a person: the bytes of the file written anew."""
