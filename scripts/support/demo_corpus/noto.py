"""Noto Color Emoji: PNG pictures inside the font."""

import os

from . import cbdt, emoji
from .sfnt import Font, shape


def pairs(font_path, sequences, folder):
    """Writes each sequence's picture into `folder`; returns the candidates and the names without a picture."""
    with open(font_path, "rb") as file:
        font = Font(file.read())
    characters, lookups = font.character_map(), font.ligature_lookups()
    places = max(cbdt.strikes(font), key=len)
    os.makedirs(folder, exist_ok=True)
    result, missing = [], []
    for codes, captions in sequences:
        glyph = _glyph(emoji.bare_sequence(codes), characters, lookups)
        if glyph not in places:
            missing.append(captions["title"])
            continue
        path = os.path.join(folder, emoji.file_stem(codes) + ".png")
        with open(path, "wb") as file:
            file.write(cbdt.picture(font, places[glyph]))
        key = "noto-" + emoji.file_stem(codes)
        result.append({"key": key, "image": path, "captions": captions, "source": "noto"})
    return result, missing


def _glyph(codes, characters, lookups):
    if any(code not in characters for code in codes):
        return None
    glyphs = shape([characters[code] for code in codes], lookups)
    return glyphs[0] if len(glyphs) == 1 else None
