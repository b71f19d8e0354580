// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.content.Seeds;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class MemberFinderTest {
    private static final byte[] PLAIN = PlainBytes.of(new SplittableRandom(3), 200_000);

    private final MemberFinder finder = new MemberFinder(new PackingSearch(), 1 << 20);

    @Test
    void gzip_files_one_behind_the_other() throws Exception {
        var file = new ByteArrayOutputStream();
        file.writeBytes(Tool.run(PLAIN, "gzip", "-9", "-N", "-c"));
        file.writeBytes(Tool.run(PLAIN, "gzip", "-1", "-n", "-c"));

        assertThat(packings(file.toByteArray())).containsExactly("gzip:9", "gzip:1");
        requireWhole(file.toByteArray());
    }

    @Test
    void the_deflated_entries_of_a_zip_file_also_behind_a_script() throws Exception {
        byte[] zip = zip();
        var program = new ByteArrayOutputStream();
        program.writeBytes("#!/bin/sh\n".getBytes(UTF_8));
        program.writeBytes(zip);

        assertThat(packings(zip)).containsExactly("zlib:6:8", "zlib:9:8");
        assertThat(packings(program.toByteArray())).containsExactly("zlib:6:8", "zlib:9:8");
        requireWhole(zip);
        requireWhole(program.toByteArray());
    }

    @Test
    void files_of_the_xz_tool_in_both_layouts() throws Exception {
        byte[] blocks = Tool.run(PLAIN, "xz", "-c", "--check=crc32", "--lzma2=dict=1MiB", "-T2");
        byte[] stream = Tool.run(PLAIN, "xz", "-c", "-3", "-T1");

        assertThat(packings(blocks).getFirst()).endsWith(":6,crc32,dict=1048576,blocks");
        assertThat(packings(stream).getFirst()).endsWith(":3,crc64,dict=4194304,stream");
        requireWhole(blocks);
    }

    @Test
    void a_kernel_that_unpacks_itself() throws Exception {
        byte[] payload = Tool.run(PLAIN, "lz4", "-q", "-l", "-9", "-c");
        ByteBuffer kernel =
                ByteBuffer.allocate(2048 + payload.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        kernel.put(0x1F1, (byte) 1).putInt(0x202, 0x53726448).putShort(0x206, (short) 0x20F);
        kernel.putInt(0x248, 1024).putInt(0x24C, payload.length + 4);
        kernel.put(2048, payload).putInt(2048 + payload.length, PLAIN.length);

        assertThat(packings(kernel.array()).getFirst()).startsWith("lz4-").endsWith(":hc9");
        requireWhole(kernel.array());
    }

    @Test
    void nothing_in_a_file_that_is_not_packed() {
        assertThat(finder.find(PLAIN)).isEmpty();
        assertThat(finder.find(new byte[0])).isEmpty();
    }

    @Test
    void a_member_larger_than_the_limit_is_left_as_it_is() throws Exception {
        byte[] file = Tool.run(PLAIN, "gzip", "-c");

        assertThat(new MemberFinder(new PackingSearch(), PLAIN.length - 1).find(file)).isEmpty();
    }

    @Test
    void a_damaged_file_has_fewer_members_and_they_still_come_back() throws Exception {
        byte[] zip = zip();
        Seeds.each(
                20,
                random -> {
                    byte[] damaged = zip.clone();
                    for (int i = 0; i < 3; i++) {
                        damaged[random.nextInt(zip.length)] = (byte) random.nextInt();
                    }
                    requireWhole(damaged);
                });
    }

    private List<String> packings(byte[] file) {
        return finder.find(file).stream().map(member -> member.packing().text()).toList();
    }

    /// Members put back where they were give the file.
    private void requireWhole(byte[] file) {
        byte[] again = file.clone();
        int end = 0;
        for (Member member : finder.find(file)) {
            assertThat(member.at()).isGreaterThanOrEqualTo(end);
            end = member.end();
            Arrays.fill(again, member.at(), member.end(), (byte) 0);
            byte[] packed = Packing.parse(member.packing().text()).pack(member.plain());
            assertThat(packed).hasSize(member.packedBytes());
            System.arraycopy(packed, 0, again, member.at(), packed.length);
        }
        assertThat(again).isEqualTo(file);
    }

    private static byte[] zip() throws Exception {
        var file = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(file)) {
            zip.putNextEntry(new ZipEntry("first"));
            zip.write(PLAIN, 0, 50_000);
            zip.closeEntry();
            putStored(zip, Arrays.copyOf(PLAIN, 100));
            zip.setLevel(9);
            zip.putNextEntry(new ZipEntry("second"));
            zip.write(PLAIN);
            zip.closeEntry();
            zip.setComment("a comment behind it all");
        }
        return file.toByteArray();
    }

    private static void putStored(ZipOutputStream zip, byte[] content) throws Exception {
        var entry = new ZipEntry("stored");
        var crc = new CRC32();
        crc.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
