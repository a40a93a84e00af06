"""Names and keywords of emoji sequences, from the Unicode data files."""

import os
import re
import xml.etree.ElementTree as ElementTree

from .captions import joined

LINE = re.compile(r"^([0-9A-F ]+?)\s*;\s*fully-qualified\s*#\s*\S+\s+E[\d.]+\s+(.+)$")
VARIATION = 0xFE0F


def sequences(unicode_root):
    """Fully qualified emoji as [(code points, captions)], in the order of emoji-test.txt."""
    keywords = _keywords(os.path.join(unicode_root, "cldr", "common"))
    formal = _character_names(os.path.join(unicode_root, "UnicodeData.txt"))
    result = []
    with open(os.path.join(unicode_root, "emoji", "emoji-test.txt"), encoding="utf-8") as lines:
        for line in lines:
            match = LINE.match(line)
            if not match:
                continue
            codes = tuple(int(code, 16) for code in match.group(1).split())
            name, bare = match.group(2).strip(), bare_sequence(codes)
            # "flag: Japan" and "thumbs up: light skin tone" name two things; both are keywords too.
            parts = re.split(r":\s+|,\s+", name) if ":" in name else []
            captions = {
                "title": name,
                "description": formal.get(bare[0], "") if len(bare) == 1 else "",
                "keywords": joined(parts + keywords.get(bare, []), without=[name]),
            }
            if captions["description"] == name.lower():
                captions["description"] = ""
            result.append((codes, {field: text for field, text in captions.items() if text}))
    return result


def bare_sequence(codes):
    """The sequence without variation selectors, which sources use differently."""
    return tuple(code for code in codes if code != VARIATION)


def file_stem(codes):
    return "-".join(f"{code:04x}" for code in codes)


def _keywords(cldr):
    words = {}
    for folder in ("annotations", "annotationsDerived"):
        root = ElementTree.parse(os.path.join(cldr, folder, "en.xml")).getroot()
        for item in root.iter("annotation"):
            if item.get("type") != "tts":
                codes = bare_sequence(tuple(map(ord, item.get("cp", ""))))
                words[codes] = [word.strip() for word in (item.text or "").split("|")]
    return words


def _character_names(path):
    names = {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            code, name = line.split(";", 2)[:2]
            if not name.startswith("<"):
                names[int(code, 16)] = name.lower()
    return names
