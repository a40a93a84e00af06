"""Cleaning of caption text."""

import re

MACHINE_TAG = re.compile(r"HASH\(0x[0-9a-f]+\)", re.I)
MARKUP = re.compile(r"<[^>]{1,80}>|https?://\S+|\S+@\S+\.\w+")


def plain(text):
    """The text without machine tags, markup, addresses and repeated white space."""
    text = MARKUP.sub(" ", MACHINE_TAG.sub(" ", text or ""))
    return " ".join(text.split()).strip(" ,;:-_")


def joined(words, without=()):
    """Distinct words as one caption, in their order."""
    seen, kept = {word.lower() for word in without}, []
    for word in words:
        word = plain(word).replace("_", " ")
        if len(word) > 1 and word.lower() not in seen:
            seen.add(word.lower())
            kept.append(word)
    return ", ".join(kept)
