"""The parts of an OpenType font that lead from emoji sequences to embedded PNG pictures."""

import struct


class FontError(Exception):
    """The font lacks a table or holds something this reader does not know."""


class Font:
    def __init__(self, data):
        self.data = data
        self.tables = {}
        if len(data) < 12:
            raise FontError("the font file is shorter than its header")
        for index in range(self.u16(4)):
            tag, _, offset, length = struct.unpack_from(">4sIII", data, 12 + 16 * index)
            self.tables[tag.decode("latin-1")] = (offset, length)

    def u16(self, at):
        return struct.unpack_from(">H", self.data, at)[0]

    def u32(self, at):
        return struct.unpack_from(">I", self.data, at)[0]

    def table(self, tag):
        if tag not in self.tables:
            raise FontError(f"the font has no {tag} table")
        return self.tables[tag][0]

    # --- cmap -----------------------------------------------------------------------------------
    def character_map(self):
        """Code point -> glyph, from the format 12 subtable."""
        base = self.table("cmap")
        for index in range(self.u16(base + 2)):
            start = base + self.u32(base + 4 + 8 * index + 4)
            if self.u16(start) != 12:
                continue
            mapping = {}
            for group in range(self.u32(start + 12)):
                first, last, glyph = struct.unpack_from(">III", self.data, start + 16 + 12 * group)
                for code in range(first, last + 1):
                    mapping[code] = glyph + code - first
            return mapping
        raise FontError("the font's cmap has no format 12 subtable")

    # --- GSUB -----------------------------------------------------------------------------------
    def ligature_lookups(self):
        """The ligature substitutions (lookup type 4, also behind type 7), in order: [{first: [(rest, glyph)]}]."""
        base = self.table("GSUB")
        lookup_list = base + self.u16(base + 8)
        lookups = []
        for index in range(self.u16(lookup_list)):
            lookup = lookup_list + self.u16(lookup_list + 2 + 2 * index)
            kind = self.u16(lookup)
            rules = {}
            for number in range(self.u16(lookup + 4)):
                subtable = lookup + self.u16(lookup + 6 + 2 * number)
                actual = kind
                if kind == 7:
                    actual = self.u16(subtable + 2)
                    subtable += self.u32(subtable + 4)
                if actual == 4:
                    self._read_ligatures(subtable, rules)
            if rules:
                lookups.append(rules)
        return lookups

    def _coverage(self, at):
        if self.u16(at) == 1:
            return [self.u16(at + 4 + 2 * i) for i in range(self.u16(at + 2))]
        glyphs = []
        for i in range(self.u16(at + 2)):
            first, last, _ = struct.unpack_from(">HHH", self.data, at + 4 + 6 * i)
            glyphs.extend(range(first, last + 1))
        return glyphs

    def _read_ligatures(self, subtable, rules):
        firsts = self._coverage(subtable + self.u16(subtable + 2))
        for index in range(self.u16(subtable + 4)):
            group = subtable + self.u16(subtable + 6 + 2 * index)
            for number in range(self.u16(group)):
                ligature = group + self.u16(group + 2 + 2 * number)
                count = self.u16(ligature + 2)
                rest = tuple(self.u16(ligature + 4 + 2 * i) for i in range(count - 1))
                rules.setdefault(firsts[index], []).append((rest, self.u16(ligature)))


def shape(glyphs, lookups):
    """Applies ligature lookups one after the other, as a text engine does."""
    for rules in lookups:
        result, position = [], 0
        while position < len(glyphs):
            for rest, ligature in rules.get(glyphs[position], ()):
                if tuple(glyphs[position + 1 : position + 1 + len(rest)]) == rest:
                    result.append(ligature)
                    position += 1 + len(rest)
                    break
            else:
                result.append(glyphs[position])
                position += 1
        glyphs = result
    return glyphs
