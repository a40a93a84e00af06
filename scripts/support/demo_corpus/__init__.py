"""Prepares the demonstration corpus: real pictures with captions from Debian and PyPI packages."""
