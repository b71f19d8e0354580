// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NbdServerTest {
    private static final int SIZE = 1 << 20;

    @TempDir Path folder;

    private VolatileDisk disk;
    private NbdServer server;

    @BeforeEach
    void serve() throws IOException {
        Path file = Files.write(folder.resolve("disk.img"), new byte[SIZE]);
        disk = VolatileDisk.open(file);
        server = NbdServer.start(disk, folder.resolve("nbd.sock"));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        disk.close();
    }

    /// A client made by hand, so that it can say what no proper client says.
    private static final class Client implements AutoCloseable {
        final SocketChannel channel;
        final DataInputStream in;
        final DataOutputStream out;

        Client(Path socket) throws IOException {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            in = new DataInputStream(Channels.newInputStream(channel));
            out = new DataOutputStream(Channels.newOutputStream(channel));
            assertThat(in.readLong()).isEqualTo(0x4e42444d41474943L);
            assertThat(in.readLong()).isEqualTo(0x49484156454f5054L);
            assertThat(in.readUnsignedShort()).isEqualTo(3);
            out.writeInt(3);
        }

        void option(int option, byte[] data) throws IOException {
            out.writeLong(0x49484156454f5054L);
            out.writeInt(option);
            out.writeInt(data.length);
            out.write(data);
        }

        record Reply(int option, int type, byte[] data) {}

        Reply reply() throws IOException {
            assertThat(in.readLong()).isEqualTo(0x3e889045565a9L);
            int option = in.readInt();
            int type = in.readInt();
            return new Reply(option, type, in.readNBytes(in.readInt()));
        }

        Client go() throws IOException {
            option(7, new byte[6]);
            while (true) {
                int type = reply().type();
                if (type == 1) return this;
                assertThat(type).isEqualTo(3);
            }
        }

        void request(int flags, int type, long offset, int length) throws IOException {
            out.writeInt(0x25609513);
            out.writeShort(flags);
            out.writeShort(type);
            out.writeLong(77);
            out.writeLong(offset);
            out.writeInt(length);
        }

        int error() throws IOException {
            assertThat(in.readInt()).isEqualTo(0x67446698);
            int error = in.readInt();
            assertThat(in.readLong()).isEqualTo(77);
            return error;
        }

        boolean isHungUp() throws IOException {
            try {
                return in.read() < 0;
            } catch (IOException reset) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private Client client() throws IOException {
        return new Client(server.socket());
    }

    @Test
    void writes_are_lost_by_a_cut_unless_flushed_or_sent_with_fua() throws IOException {
        var content = new byte[4096];
        new Random(1).nextBytes(content);
        try (Client client = client().go()) {
            client.request(1, 1, 0, 4096); // FUA
            client.out.write(content);
            assertThat(client.error()).isZero();
            client.request(0, 1, 8192, 4096);
            client.out.write(content);
            assertThat(client.error()).isZero();
            client.request(0, 3, 0, 0);
            assertThat(client.error()).isZero();
            client.request(0, 1, 16384, 4096);
            client.out.write(content);
            assertThat(client.error()).isZero();
            client.request(0, 0, 16384, 4096);
            assertThat(client.error()).isZero();
            assertThat(client.in.readNBytes(4096)).isEqualTo(content);
            assertThat(disk.unflushedBytes()).isEqualTo(4096);
        }
        disk.cut(seedThatKeepsNothing());
        byte[] medium = Files.readAllBytes(Path.of(disk.name()));
        assertThat(ByteBuffer.wrap(medium, 0, 4096)).isEqualTo(ByteBuffer.wrap(content));
        assertThat(ByteBuffer.wrap(medium, 8192, 4096)).isEqualTo(ByteBuffer.wrap(content));
        assertThat(ByteBuffer.wrap(medium, 16384, 4096)).isEqualTo(ByteBuffer.wrap(new byte[4096]));
        assertThat(disk.counters().flushes()).isEqualTo(1);
        assertThat(disk.counters().throughWrites()).isEqualTo(1);
    }

    /// One write is cached when it is used: the first seed whose choice loses it.
    private static long seedThatKeepsNothing() {
        for (long seed = 0; ; seed++) {
            var random = new Random(seed);
            double share = random.nextDouble();
            if (random.nextDouble() >= share) return seed;
        }
    }

    @Test
    void trim_and_write_zeroes_make_zeros() throws IOException {
        try (Client client = client().go()) {
            client.request(0, 1, 0, 4096);
            client.out.write(nonZero(4096));
            assertThat(client.error()).isZero();
            client.request(0, 6, 0, 1024);
            assertThat(client.error()).isZero();
            client.request(0, 4, 2048, 512);
            assertThat(client.error()).isZero();
            client.request(0, 0, 0, 4096);
            assertThat(client.error()).isZero();
            byte[] expected = nonZero(4096);
            Arrays.fill(expected, 0, 1024, (byte) 0);
            Arrays.fill(expected, 2048, 2560, (byte) 0);
            assertThat(client.in.readNBytes(4096)).isEqualTo(expected);
        }
    }

    private static byte[] nonZero(int length) {
        var bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0x5a);
        return bytes;
    }

    @Test
    void refuses_bad_requests_and_goes_on_serving() throws IOException {
        try (Client client = client().go()) {
            client.request(0, 0, SIZE, 512);
            assertThat(client.error()).as("read past the end").isEqualTo(22);
            client.request(0, 1, SIZE - 512, 1024);
            client.out.write(new byte[1024]);
            assertThat(client.error()).as("write past the end").isEqualTo(28);
            client.request(0, 0, -512, 512);
            assertThat(client.error()).as("negative offset").isEqualTo(22);
            client.request(0, 0, 0, -512);
            assertThat(client.error()).as("read of 4 GiB").isEqualTo(22);
            client.request(0, 0, 1, 512);
            assertThat(client.error()).as("not on a sector").isEqualTo(22);
            client.request(0, 99, 0, 512);
            assertThat(client.error()).as("unknown request").isEqualTo(22);
            client.request(0x4000, 0, 0, 512);
            assertThat(client.error()).as("unknown flag").isEqualTo(22);
            client.request(0, 3, 512, 512);
            assertThat(client.error()).as("flush of a range").isEqualTo(22);
            client.request(0, 0, 0, 512);
            assertThat(client.error()).as("a good request").isZero();
        }
    }

    @Test
    void hangs_up_on_a_write_that_would_fill_the_memory() throws IOException {
        try (Client client = client().go()) {
            client.request(0, 1, 0, Integer.MIN_VALUE);
            assertThat(client.isHungUp()).isTrue();
        }
        stillServes();
    }

    @Test
    void hangs_up_on_an_option_that_would_fill_the_memory() throws IOException {
        try (Client client = client()) {
            client.out.writeLong(0x49484156454f5054L);
            client.out.writeInt(7);
            client.out.writeInt(Integer.MAX_VALUE);
            assertThat(client.isHungUp()).isTrue();
        }
        stillServes();
    }

    @Test
    void refuses_options_that_lie_about_their_lengths() throws IOException {
        for (byte[] data :
                List.of(
                        new byte[0],
                        new byte[] {0, 0, 0},
                        new byte[] {0, 0, 0, 9, 0, 0},
                        new byte[] {-1, -1, -1, -1, 0, 0},
                        new byte[] {0, 0, 0, 0, 0, 5})) {
            try (Client client = client()) {
                client.option(7, data);
                assertThat(client.reply().type()).isEqualTo(0x80000003);
                client.go();
            }
        }
    }

    @Test
    void names_no_other_export() throws IOException {
        try (Client client = client()) {
            var data = ByteBuffer.allocate(10).putInt(4);
            data.put("root".getBytes(StandardCharsets.UTF_8));
            client.option(7, data.array());
            assertThat(client.reply().type()).isEqualTo(0x80000006);
            client.option(8, new byte[0]);
            assertThat(client.reply().type()).as("structured replies").isEqualTo(0x80000001);
            client.option(3, new byte[0]);
            assertThat(client.reply().data()).isEqualTo(new byte[4]);
            assertThat(client.reply().type()).isEqualTo(1);
            client.option(2, new byte[0]);
            assertThat(client.reply().type()).isEqualTo(1);
            assertThat(client.isHungUp()).isTrue();
        }
    }

    @Test
    void random_bytes_at_any_stage_hurt_nobody_else() throws IOException {
        var random = new Random(4);
        for (int i = 0; i < 60; i++) {
            try (Client client = client()) {
                if (i % 2 == 0) client.go();
                var noise = new byte[random.nextInt(300)];
                random.nextBytes(noise);
                client.out.write(noise);
            } catch (IOException hungUp) {
                // the expected answer to noise
            }
        }
        stillServes();
        assertThat(disk.unflushedBytes()).isZero();
    }

    @Test
    void a_dead_drive_says_nothing_and_not_even_that_it_is_dead() throws Exception {
        try (Client client = client().go()) {
            disk.cut(1);
            client.request(0, 0, 0, 512);
            var listening = new FutureTask<>(client::isHungUp);
            Thread.ofVirtual().start(listening);
            assertThatThrownBy(() -> listening.get(200, TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
            server.hangUp();
            assertThat(listening.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void stillServes() throws IOException {
        try (Client client = client().go()) {
            client.request(0, 0, 0, 512);
            assertThat(client.error()).isZero();
        }
    }

    private String run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException missing) {
            throw new AssertionError(
                    command[0] + " is missing: apt-get install qemu-utils", missing);
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    @Test
    void qemu_io_reads_back_what_it_wrote_and_flushed() throws Exception {
        String url = "nbd+unix:///?socket=" + server.socket();
        String said =
                run(
                        "qemu-io",
                        "-f",
                        "raw",
                        "-t",
                        "none",
                        "-c",
                        "write -P 0xab 4k 64k",
                        "-c",
                        "flush",
                        "-c",
                        "write -f -P 0xcd 128k 4k",
                        "-c",
                        "write -z 8k 4k",
                        "-c",
                        "discard 16k 4k",
                        "-c",
                        "read -P 0xab 4k 4k",
                        "-c",
                        "read -P 0 8k 4k",
                        "-c",
                        "read -P 0 16k 4k",
                        "-c",
                        "read -P 0xcd 128k 4k",
                        url);
        assertThat(said).contains("wrote 65536/65536").doesNotContain("failed");
        assertThat(disk.counters().flushes()).isPositive();
        assertThat(disk.counters().throughWrites()).isPositive();
    }

    @Test
    void qemu_img_compares_the_export_with_the_file() throws Exception {
        var content = new byte[SIZE];
        new Random(6).nextBytes(content);
        disk.write(0, content.clone(), false);
        Path copy = Files.write(folder.resolve("copy.img"), content);
        String url = "nbd+unix:///?socket=" + server.socket();
        assertThat(run("qemu-img", "compare", "-f", "raw", "-F", "raw", url, copy.toString()))
                .contains("Images are identical");
    }
}
