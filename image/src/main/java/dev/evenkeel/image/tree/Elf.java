// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.tree;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a 64-bit ELF program needs to run: its interpreter and the libraries that it names (System
/// V ABI, chapter 5).
public record Elf(Optional<String> interpreter, List<String> needed) {
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final int DT_NEEDED = 1;
    private static final int DT_STRTAB = 5;

    private record Segment(int type, int offset, long address, int size) {}

    public static Elf read(byte[] program) {
        ByteBuffer elf = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        if (elf.limit() < 64 || elf.getInt(0) != 0x464c457f || elf.get(4) != 2) {
            throw new IllegalArgumentException("not a 64-bit ELF file");
        }
        var segments = new ArrayList<Segment>();
        int table = (int) elf.getLong(32);
        for (int i = 0; i < elf.getShort(56); i++) {
            int at = table + i * elf.getShort(54);
            segments.add(
                    new Segment(
                            elf.getInt(at),
                            (int) elf.getLong(at + 8),
                            elf.getLong(at + 16),
                            (int) elf.getLong(at + 32)));
        }
        Optional<String> interpreter =
                segments.stream()
                        .filter(s -> s.type() == PT_INTERP)
                        .findFirst()
                        .map(s -> text(elf, s.offset()));
        return new Elf(interpreter, needed(elf, segments));
    }

    private static List<String> needed(ByteBuffer elf, List<Segment> segments) {
        var names = new ArrayList<Integer>();
        int strings = 0;
        for (Segment segment : segments) {
            if (segment.type() != PT_DYNAMIC) continue;
            for (int at = segment.offset(); at < segment.offset() + segment.size(); at += 16) {
                long tag = elf.getLong(at);
                if (tag == 0) break;
                if (tag == DT_NEEDED) names.add((int) elf.getLong(at + 8));
                if (tag == DT_STRTAB) strings = fileOffset(segments, elf.getLong(at + 8));
            }
        }
        var needed = new ArrayList<String>();
        for (int name : names) needed.add(text(elf, strings + name));
        return needed;
    }

    private static int fileOffset(List<Segment> segments, long address) {
        for (Segment s : segments) {
            if (s.type() == PT_LOAD && address >= s.address() && address < s.address() + s.size()) {
                return (int) (address - s.address()) + s.offset();
            }
        }
        throw new IllegalArgumentException("an address outside of every segment");
    }

    private static String text(ByteBuffer elf, int at) {
        int end = at;
        while (elf.get(end) != 0) end++;
        byte[] text = new byte[end - at];
        elf.get(at, text);
        return new String(text, UTF_8);
    }
}
