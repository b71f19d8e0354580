// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.Optional;

/// Where the packed kernel lies in a kernel image that unpacks itself.
final class KernelImage {
    private static final int SECTOR_BYTES = 512;

    /// Linux, Documentation/arch/x86/boot.rst: "HdrS" at 0x202, and from protocol 2.08 on where the
    /// payload lies.
    private static final int HDRS_AT = 0x202;

    private static final int HDRS = 0x53726448;
    private static final int FIRST_WITH_PAYLOAD = 0x208;

    /// The EFI stub that unpacks itself (arm64, riscv): "MZ", two zeros, "zimg".
    private static final int MZ = 0x5A4D;

    private static final int ZIMG = 0x676D697A;

    /// The build appends the plain size to what has no such field of its own.
    static final int SIZE_BYTES = 4;

    /// @param end behind the payload, the plain size that may stand there included
    record Payload(int at, int end) {}

    private KernelImage() {}

    static Optional<Payload> payload(LittleEndian file) {
        if (file.u32(HDRS_AT) == HDRS && file.u16(0x206) >= FIRST_WITH_PAYLOAD) {
            int setupSectors = file.u8(0x1F1) == 0 ? 4 : file.u8(0x1F1);
            long at = (long) (setupSectors + 1) * SECTOR_BYTES + file.u32(0x248);
            return payload(file, at, file.u32(0x24C));
        }
        if (file.u32(0) == MZ && file.u32(4) == ZIMG) {
            return payload(file, file.u32(8), file.u32(12));
        }
        return Optional.empty();
    }

    private static Optional<Payload> payload(LittleEndian file, long at, long bytes) {
        return bytes > SIZE_BYTES && file.has(at, bytes)
                ? Optional.of(new Payload((int) at, (int) (at + bytes)))
                : Optional.empty();
    }
}
