// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.net;

/// Follows the TLS records (RFC 8446, 5.1) of one direction, to say how much of an unfinished one
/// has gone by: its receiver can use none of that when the connection breaks now.
final class RecordCount {
    private static final int HEADER_BYTES = 5;

    private int inRecord;
    private int recordBytes = HEADER_BYTES;
    private int largest;

    void add(byte[] bytes, int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (inRecord == HEADER_BYTES - 2) recordBytes = HEADER_BYTES + (bytes[i] & 0xff) * 256;
            if (inRecord == HEADER_BYTES - 1) recordBytes += bytes[i] & 0xff;
            inRecord++;
            if (inRecord < HEADER_BYTES || inRecord < recordBytes) continue;
            largest = Math.max(largest, recordBytes);
            inRecord = 0;
            recordBytes = HEADER_BYTES;
        }
    }

    /// Bytes of the record that has not come to its end.
    int unfinished() {
        return inRecord;
    }

    int largest() {
        return largest;
    }
}
