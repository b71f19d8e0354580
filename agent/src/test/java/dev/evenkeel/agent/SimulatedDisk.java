// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// A disk in memory with a volatile cache: a write is on the medium after the next flush only.
final class SimulatedDisk implements Disk {
    private static final int SECTOR = 512;

    private final String name;
    private final PowerSupply power;
    private final byte[] medium;
    private final byte[] seen;
    private final List<Write> unflushed = new ArrayList<>();
    private boolean failing;

    private record Write(int offset, byte[] bytes) {}

    SimulatedDisk(String name, int sizeBytes, PowerSupply power) {
        this.name = name;
        this.power = power;
        this.medium = new byte[sizeBytes];
        this.seen = new byte[sizeBytes];
        power.add(this);
    }

    void fill(byte[] content) {
        System.arraycopy(content, 0, medium, 0, content.length);
        System.arraycopy(content, 0, seen, 0, content.length);
    }

    byte[] content(int length) {
        return java.util.Arrays.copyOf(medium, length);
    }

    /// From now on the medium does not keep what is written to it.
    void decay() {
        failing = true;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long sizeBytes() {
        return medium.length;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        within(offset, into);
        into.put(seen, (int) offset, into.remaining());
    }

    @Override
    public void readPastCache(long offset, ByteBuffer into) throws IOException {
        within(offset, into);
        into.put(medium, (int) offset, into.remaining());
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        within(offset, from);
        power.operation();
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        System.arraycopy(bytes, 0, seen, (int) offset, bytes.length);
        unflushed.add(new Write((int) offset, bytes));
    }

    @Override
    public void flush() {
        power.operation();
        for (Write write : unflushed) reach(write, write.bytes().length);
        unflushed.clear();
        if (failing) medium[medium.length / 2] ^= 1;
    }

    @Override
    public void close() {}

    void losePower(Random random) {
        Collections.shuffle(unflushed, random);
        for (Write write : unflushed) {
            int sectors = write.bytes().length / SECTOR;
            switch (random.nextInt(3)) {
                case 0 -> reach(write, write.bytes().length);
                case 1 -> reach(write, sectors == 0 ? 0 : random.nextInt(sectors) * SECTOR);
                default -> {}
            }
        }
        unflushed.clear();
        System.arraycopy(medium, 0, seen, 0, medium.length);
    }

    private void reach(Write write, int length) {
        System.arraycopy(write.bytes(), 0, medium, write.offset(), length);
    }

    private void within(long offset, ByteBuffer buffer) throws IOException {
        if (offset < 0 || offset > medium.length - buffer.remaining()) {
            throw new IOException(name + ": outside of the disk");
        }
    }
}
