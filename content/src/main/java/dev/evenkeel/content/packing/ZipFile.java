// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The deflated entries of a zip file, a jar, a wheel: what its central directory says (APPNOTE
/// 4.3). Headers, names and stored entries stay as they are.
final class ZipFile {
    private static final int LOCAL_HEADER = 0x04034B50;
    private static final int LOCAL_HEADER_BYTES = 30;
    private static final int DIRECTORY_ENTRY = 0x02014B50;
    private static final int DIRECTORY_ENTRY_BYTES = 46;
    private static final int END = 0x06054B50;
    private static final int END_BYTES = 22;
    private static final int END64_LOCATOR = 0x07064B50;
    private static final int END64_LOCATOR_BYTES = 20;
    private static final int END64 = 0x06064B50;
    private static final int MAX_COMMENT_BYTES = 0xFFFF;

    private static final int DEFLATED = 8;
    private static final int ENCRYPTED = 1;

    private final LittleEndian file;

    private ZipFile(LittleEndian file) {
        this.file = file;
    }

    static List<PackedSpan> spans(LittleEndian file) {
        return new ZipFile(file).spans();
    }

    /// @param shift what stands before the zip file, a script that unpacks itself for one
    private record Directory(long at, long end, long shift) {}

    private List<PackedSpan> spans() {
        var spans = new ArrayList<PackedSpan>();
        Directory directory = directory();
        long at = directory.at;
        while (at + DIRECTORY_ENTRY_BYTES <= directory.end && file.u32(at) == DIRECTORY_ENTRY) {
            addDeflated(spans, at, directory.shift);
            at += DIRECTORY_ENTRY_BYTES + file.u16(at + 28) + file.u16(at + 30) + file.u16(at + 32);
        }
        spans.sort(Comparator.comparingInt(PackedSpan::at));
        return spans;
    }

    private Directory directory() {
        int length = file.bytes().length;
        int first = Math.max(0, length - END_BYTES - MAX_COMMENT_BYTES);
        for (int at = length - END_BYTES; at >= first; at--) {
            if (file.int32(at) == END && at + END_BYTES + file.u16(at + 20) == length) {
                return directory(at);
            }
        }
        return new Directory(0, 0, 0);
    }

    private Directory directory(int endAt) {
        long size = file.u32(endAt + 12);
        long at = file.u32(endAt + 16);
        long end = endAt;
        long locator = (long) endAt - END64_LOCATOR_BYTES;
        if (file.u32(locator) == END64_LOCATOR) {
            long end64 = file.u32(locator + 8);
            if (file.u32(end64) != END64) return new Directory(0, 0, 0);
            // more than a file in memory has is refused by the reads below
            size = file.u32(end64 + 40);
            at = file.u32(end64 + 48);
            end = end64;
        }
        long shift = end - size - at;
        return shift < 0 ? new Directory(0, 0, 0) : new Directory(at + shift, end, shift);
    }

    private void addDeflated(List<PackedSpan> spans, long entry, long shift) {
        if (file.u16(entry + 10) != DEFLATED || (file.u16(entry + 8) & ENCRYPTED) != 0) return;
        long packedBytes = file.u32(entry + 20);
        long header = file.u32(entry + 42) + shift;
        if (!file.has(header, LOCAL_HEADER_BYTES) || file.u32(header) != LOCAL_HEADER) return;
        long at = header + LOCAL_HEADER_BYTES + file.u16(header + 26) + file.u16(header + 28);
        if (packedBytes == 0 || !file.has(at, packedBytes)) return;
        spans.add(new PackedSpan(PackedKind.DEFLATE, (int) at, (int) (at + packedBytes)));
    }
}
