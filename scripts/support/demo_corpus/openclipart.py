"""Open Clip Art: PNG pictures whose SVG of the same name carries title, description and keywords."""

import collections
import os
import re
import xml.etree.ElementTree as ElementTree

from .captions import joined, plain

DC = "{http://purl.org/dc/elements/1.1/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
# Generated series, and icon themes whose titles name the theme instead of the picture.
LEFT_OUT = ("shapes/stars/", "shapes/jigsaw/", "computer/icons/", "special/gradients/")
NOISE_TITLE = re.compile(
    r"various cliparts?|^part of the |^clipart by |theme$|icons?$|iconset$|submission|sibmission|^untitled"
    r"|^new document|^gramastar$|^sallite$|\.svg$|^drawing\d*$|^\W*$",
    re.I,
)
NOISE_WORDS = {
    "hash", "unsorted", "magick", "architetto francesco rollandin", "clip art", "clipart", "svg", "png", "none",
    "signs_and_symbols", "mapsym", "image", "externalsource", "default", "vector",
}  # fmt: skip
AUTHOR = re.compile(
    r"_(archite\w*|arc|francesco\w*|fr\w{0,3}|nicu\w*|benji\w*|park|gerald\w*|g|jaim\w*|ganson|rosenbauer|joerg"
    r"|matthew\w*|wel|nurbldoff|juliane|krug|dudziak|tomek|bw|ar\w?|rf\w*)(?=_|$)"
)
SUITS = {"s": "spades", "c": "clubs", "d": "diamonds", "h": "hearts"}
FACES = {"a": "ace", "k": "king", "q": "queen", "j": "jack"}
CARD = re.compile(r"recreation/games/cards/.*_([scdh])_([akqj]|\d+)\.png$")
# A title shared by more pictures than this names a series.
SERIES = 12


def metadata(path):
    """(title, description, keywords) of an SVG file, or None when it cannot be read."""
    try:
        root = ElementTree.parse(path).getroot()
    except (ElementTree.ParseError, OSError, ValueError, LookupError):
        return None
    for work in root.iter():
        if isinstance(work.tag, str) and work.tag.endswith("}Work"):
            text = lambda name: (work.findtext(DC + name) or "").strip()
            return text("title"), text("description"), [item.text or "" for item in work.iter(RDF + "li")]
    return "", "", []


def name_words(relative):
    """What a file name says: without running numbers and the author's name."""
    stem = os.path.splitext(os.path.basename(relative))[0].lower()
    stem = AUTHOR.sub("", re.sub(r"[-.]", "_", stem))
    words = [re.sub(r"\d+$", "", word) for word in stem.split("_")]
    return " ".join(word for word in words if len(word) > 2 and word not in ("aiga", "led", "svg", "sm", "fc"))


def _with_context(relative, title):
    """What the folder adds: a country in a folder of flags is a flag, a playing card has a suit."""
    card = CARD.search(relative)
    if card:
        return f"{FACES.get(card.group(2), card.group(2))} of {SUITS[card.group(1)]} playing card"
    if relative.startswith("signs_and_symbols/flags/") and title and "flag" not in title.lower():
        return f"flag of {title}"
    # "hill - RPG map elements", "mouth - body part": the second half names the series.
    return re.sub(r"\s+(- )?(rpg map elements|body part|clothing)$", "", title, flags=re.I)


def pairs(root):
    """The candidates, and how many pictures were left out for which reason."""
    png_root, svg_root = os.path.join(root, "png"), os.path.join(root, "svg")
    left_out, found = collections.Counter(), []
    for folder, folders, files in os.walk(png_root):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(folder, name)
            relative = os.path.relpath(path, png_root)
            if not name.lower().endswith(".png"):
                continue
            if os.path.islink(path):
                left_out["link to another picture"] += 1
            elif relative.startswith(LEFT_OUT):
                left_out["generated series or icon theme"] += 1
            else:
                described = metadata(os.path.join(svg_root, relative[:-4] + ".svg"))
                if described is None:
                    left_out["description cannot be read"] += 1
                found.append((relative, path, described or ("", "", [])))
    shared = collections.Counter(title for _, _, (title, _, _) in found)
    result = []
    for relative, path, (title, description, words) in found:
        series = shared[title] > SERIES
        clean = plain(title)
        if series or NOISE_TITLE.search(clean) or len(clean) < 2:
            clean = name_words(relative)
        clean = _with_context(relative, clean.replace("_", " "))
        keywords = joined([word for word in words if word.lower() not in NOISE_WORDS])
        description = plain(description)
        if description.lower() == clean.lower() or description.startswith("EPS converted"):
            description = ""
        captions = {"title": clean, "description": description[:300], "keywords": keywords}
        captions = {field: text for field, text in captions.items() if len(text) > 1}
        if not captions:
            left_out["no caption"] += 1
            continue
        key = "openclipart-" + re.sub(r"[^a-z0-9]+", "-", relative[:-4].lower()).strip("-")
        result.append({"key": key, "image": path, "captions": captions, "source": "openclipart"})
    return result, dict(left_out)
