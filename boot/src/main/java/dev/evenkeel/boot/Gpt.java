// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import dev.evenkeel.core.Disk;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;

/// The GUID partition table of a disk (UEFI 2.10, section 5.3), for reading: where each partition
/// lies. A broken table at the start of the disk is replaced by its backup at the end.
public record Gpt(UUID diskId, List<Partition> partitions) {
    static final int SECTOR_BYTES = 512;

    private static final byte[] SIGNATURE = "EFI PART".getBytes(US_ASCII);
    private static final int HEADER_BYTES = 92;
    private static final int MOST_TABLE_BYTES = 1 << 20;

    /// One partition; offset and size in bytes.
    public record Partition(
            int number, String name, UUID type, UUID id, long offset, long sizeBytes) {}

    public Gpt {
        partitions = List.copyOf(partitions);
    }

    public Optional<Partition> find(String name) {
        return partitions.stream().filter(partition -> partition.name().equals(name)).findFirst();
    }

    public Partition partition(String name) {
        return find(name)
                .orElseThrow(() ->
                        new MalformedInput(
                                "no partition '"
                                        + name
                                        + "' on the disk, only "
                                        + partitions.stream().map(Partition::name).toList()));
    }

    /// Of the whole disk.
    ///
    /// @throws MalformedInput when neither the table nor its backup is sound
    public static Gpt read(Disk disk) throws IOException {
        try {
            return read(disk, SECTOR_BYTES);
        } catch (MalformedInput broken) {
            try {
                return read(disk, disk.sizeBytes() - SECTOR_BYTES);
            } catch (MalformedInput alsoBroken) {
                broken.addSuppressed(alsoBroken);
                throw broken.in(disk.name());
            }
        }
    }

    private static Gpt read(Disk disk, long offset) throws IOException {
        byte[] sector = bytes(disk, offset, SECTOR_BYTES);
        ByteBuffer header = ByteBuffer.wrap(sector).order(ByteOrder.LITTLE_ENDIAN);
        if (!Arrays.equals(sector, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
            throw new MalformedInput("no GUID partition table at " + offset);
        }
        int size = header.getInt(12);
        if (size < HEADER_BYTES || size > SECTOR_BYTES) {
            throw new MalformedInput("partition table: a header of " + size + " bytes");
        }
        int crc = header.getInt(16);
        header.putInt(16, 0);
        if (crc(Arrays.copyOf(sector, size)) != crc) {
            throw new MalformedInput("partition table: the header does not have its CRC");
        }
        return new Gpt(uuid(header, 56), partitions(disk, header));
    }

    private static List<Partition> partitions(Disk disk, ByteBuffer header) throws IOException {
        int count = header.getInt(80);
        int entryBytes = header.getInt(84);
        long tableBytes = Math.multiplyFull(count, entryBytes);
        if (count < 1 || entryBytes < 128 || tableBytes > MOST_TABLE_BYTES) {
            throw new MalformedInput(
                    "partition table: " + count + " entries of " + entryBytes + " bytes");
        }
        byte[] table = bytes(disk, sectors(header.getLong(72), disk), (int) tableBytes);
        if (crc(table) != header.getInt(88)) {
            throw new MalformedInput("partition table: the entries do not have their CRC");
        }
        var partitions = new ArrayList<Partition>();
        for (int i = 0; i < count; i++) {
            ByteBuffer entry =
                    ByteBuffer.wrap(table, i * entryBytes, entryBytes)
                            .slice()
                            .order(ByteOrder.LITTLE_ENDIAN);
            if (entry.getLong(0) != 0 || entry.getLong(8) != 0) {
                partitions.add(partition(i + 1, entry, disk));
            }
        }
        return partitions;
    }

    private static Partition partition(int number, ByteBuffer entry, Disk disk) {
        long first = sectors(entry.getLong(32), disk);
        long last = sectors(entry.getLong(40), disk);
        if (last < first || last > disk.sizeBytes() - SECTOR_BYTES) {
            throw new MalformedInput("partition " + number + " does not lie on the disk");
        }
        byte[] name = new byte[72];
        entry.get(56, name);
        String text = new String(name, UTF_16LE);
        int end = text.indexOf('\0');
        return new Partition(
                number,
                end < 0 ? text : text.substring(0, end),
                uuid(entry, 0),
                uuid(entry, 16),
                first,
                last - first + SECTOR_BYTES);
    }

    private static long sectors(long number, Disk disk) {
        if (number < 0 || number > disk.sizeBytes() / SECTOR_BYTES) {
            throw new MalformedInput("partition table: sector " + number + " is past the end");
        }
        return number * SECTOR_BYTES;
    }

    /// The first three fields of a GUID are little-endian, the rest is not.
    private static UUID uuid(ByteBuffer from, int at) {
        long high =
                (from.getInt(at) & 0xffffffffL) << 32
                        | (from.getShort(at + 4) & 0xffffL) << 16
                        | (from.getShort(at + 6) & 0xffffL);
        return new UUID(high, Long.reverseBytes(from.getLong(at + 8)));
    }

    private static int crc(byte[] bytes) {
        var crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static byte[] bytes(Disk disk, long offset, int count) throws IOException {
        if (offset < 0 || offset > disk.sizeBytes() - count) {
            throw new MalformedInput("the disk is too small for a partition table");
        }
        byte[] bytes = new byte[count];
        disk.read(offset, ByteBuffer.wrap(bytes));
        return bytes;
    }
}
