"""Colour pictures embedded in a font: where CBLC says they are, out of CBDT."""

import struct

from .sfnt import FontError

PNG = b"\x89PNG\r\n\x1a\n"
# Bytes before the picture: small metrics, big metrics, or none (then they are in CBLC); a length follows.
METRICS_BYTES = {17: 5, 18: 8, 19: 0}


def strikes(font):
    """One dictionary glyph -> (image format, offset, size) per bitmap size of the font."""
    index_base, data_base = font.table("CBLC"), font.table("CBDT")
    for number in range(font.u32(index_base + 4)):
        array, _, count, _ = struct.unpack_from(">IIII", font.data, index_base + 8 + 48 * number)
        places = {}
        for entry in range(count):
            first, last, offset = struct.unpack_from(">HHI", font.data, index_base + array + 8 * entry)
            _read_subtable(font, index_base + array + offset, first, last, data_base, places)
        yield places


def _read_subtable(font, at, first, last, data_base, places):
    index_format, image_format, image_base = struct.unpack_from(">HHI", font.data, at)
    base, body, count = data_base + image_base, at + 8, last - first + 1

    def place(glyph, start, end):
        if end > start:
            places[glyph] = (image_format, base + start, end - start)

    if index_format in (1, 3):
        width, letter = (4, "I") if index_format == 1 else (2, "H")
        offsets = struct.unpack_from(f">{count + 1}{letter}", font.data, body)
        for i in range(count):
            place(first + i, offsets[i], offsets[i + 1])
    elif index_format == 2:
        size = font.u32(body)
        for i in range(count):
            place(first + i, i * size, (i + 1) * size)
    elif index_format == 4:
        pairs = [struct.unpack_from(">HH", font.data, body + 4 + 4 * i) for i in range(font.u32(body) + 1)]
        for (glyph, start), (_, end) in zip(pairs, pairs[1:]):
            place(glyph, start, end)
    elif index_format == 5:
        size, number = font.u32(body), font.u32(body + 12)
        for i in range(number):
            place(font.u16(body + 16 + 2 * i), i * size, (i + 1) * size)
    else:
        raise FontError(f"the font's CBLC table has index format {index_format}; expected 1 to 5")


def picture(font, place):
    """The PNG file of one glyph."""
    image_format, offset, size = place
    if image_format not in METRICS_BYTES:
        raise FontError(f"the font's CBDT table has image format {image_format}; expected 17, 18 or 19")
    start = offset + METRICS_BYTES[image_format]
    length = font.u32(start)
    png = font.data[start + 4 : start + 4 + length]
    if start + 4 + length > offset + size or not png.startswith(PNG):
        raise FontError(f"the font's picture at byte {offset} is not a PNG file")
    return png
