// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockDeviceTest {
    private static final int SIZE = 64 << 10;

    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void layOut() throws IOException {
        file = Files.write(folder.resolve("disk with spaces"), new byte[SIZE]);
    }

    @Test
    void what_is_written_is_read_from_the_cache_and_past_it() throws IOException {
        byte[] content = new byte[8192];
        Arrays.fill(content, (byte) 0x5a);
        try (var device = BlockDevice.open(file, true)) {
            device.write(4096, ByteBuffer.wrap(content));
            device.flush();
            ByteBuffer read = ByteBuffer.allocate(8192);
            device.read(4096, read);
            assertThat(read.array()).isEqualTo(content);
            ByteBuffer past = BlockDevice.alignedBuffer(8192);
            device.readPastCache(4096, past);
            assertThat(past.flip()).isEqualTo(ByteBuffer.wrap(content));
            assertThat(device.sizeBytes()).isEqualTo(SIZE);
            assertThat(device.name()).isEqualTo(file.toString());
        }
    }

    @Test
    void a_filesystem_without_direct_reads_is_told_and_read_all_the_same() throws IOException {
        // /proc has regular files and no O_DIRECT
        try (var device = BlockDevice.open(Path.of("/proc/version"), false)) {
            assertThat(device.readsPastCache()).isFalse();
        }
    }

    @Test
    void a_write_past_the_end_is_refused_and_changes_nothing() throws IOException {
        byte[] before = Files.readAllBytes(file);
        ByteBuffer ones = ByteBuffer.allocate(4096).put(0, (byte) 1);
        try (var device = BlockDevice.open(file, true)) {
            for (long offset : new long[] {SIZE - 4095, SIZE, Long.MAX_VALUE - 1, -1}) {
                assertThatThrownBy(() -> device.write(offset, ones.duplicate()))
                        .isInstanceOf(EOFException.class)
                        .hasMessageContaining("it has " + SIZE);
            }
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void a_read_past_the_end_is_refused() throws IOException {
        try (var device = BlockDevice.open(file, false)) {
            assertThatThrownBy(() -> device.read(SIZE - 1, ByteBuffer.allocate(2)))
                    .isInstanceOf(EOFException.class);
            ByteBuffer aligned = BlockDevice.alignedBuffer(8192);
            assertThatThrownBy(() -> device.readPastCache(SIZE - 4096, aligned))
                    .isInstanceOf(EOFException.class);
        }
    }

    @Test
    void an_unaligned_read_past_the_cache_is_refused() throws IOException {
        try (var device = BlockDevice.open(file, false)) {
            ByteBuffer aligned = BlockDevice.alignedBuffer(4096);
            assertThatThrownBy(() -> device.readPastCache(512, aligned))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> device.readPastCache(0, aligned.duplicate().limit(512)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> device.readPastCache(0, ByteBuffer.allocate(4096)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_disk_that_is_not_there_is_never_created() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> BlockDevice.open(missing, true))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(missing).doesNotExist();
    }

    @Test
    void a_disk_opened_to_read_is_never_written() throws IOException {
        try (var device = BlockDevice.open(file, false)) {
            assertThatThrownBy(() -> device.write(0, ByteBuffer.allocate(512)))
                    .isInstanceOf(NonWritableChannelException.class);
        }
    }

    @Test
    void an_image_that_shrinks_meanwhile_is_an_error_with_its_name() throws IOException {
        try (var device = BlockDevice.open(file, false)) {
            Files.write(file, new byte[4096]);
            assertThatThrownBy(() -> device.read(8192, ByteBuffer.allocate(4096)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("disk with spaces")
                    .hasMessageContaining("shorter");
        }
    }
}
