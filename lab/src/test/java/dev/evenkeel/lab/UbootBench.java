// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.boot.DiskLayout;
import dev.evenkeel.boot.DiskSlice;
import dev.evenkeel.boot.UbootEnvironment;
import dev.evenkeel.core.Disk;
import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.AgentBundle;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Locker;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.image.tool.ToolRoot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// Runs the decisions of a boot script in the real U-Boot over many pairs of copies in one
/// power-on: a driver script lays each pair into env-0 and env-1, runs the script up to the point
/// where it would load the slot, and keeps what the script left.
record UbootBench(Path folder, ToolRoot tools) {
    private static final int COPY_BYTES = UbootEnvironment.SIZE_BYTES;
    private static final int SECTOR_BYTES = 512;
    private static final String LOADS_THE_SLOT = "# --- boot. ";

    /// What lies at the start of env-0 and of env-1.
    record Copies(byte[] first, byte[] second) {}

    /// What the script said and left for each pair, in order.
    record Result(List<BootChoice> said, List<Copies> left) {}

    /// With the tools and the firmware that a release is built and run with.
    static UbootBench open(Path folder) throws IOException {
        Path blueprint = folder.resolve("small.toml");
        Files.writeString(
                blueprint, "name = \"small\"\nversion = \"1\"\n[device]\ntype = \"qemu-x86\"\n");
        Store store = Store.standard();
        Lock lock =
                new Locker(store, AgentBundle.NONE, Progress.SILENT)
                        .lock(Blueprint.read(blueprint), Optional.empty());
        return new UbootBench(folder, ToolRoot.tools(lock, store, Progress.SILENT));
    }

    Result run(String script, List<Copies> cases, Duration patience) throws IOException {
        var layout = DiskLayout.of(1 << 20, (long) cases.size() * 2 * COPY_BYTES, 1 << 20);
        long start = layout.partition("data").offset();
        Path disk = makeDisk(layout, script, driver(start / SECTOR_BYTES, cases.size()));
        try (VolatileDisk whole = VolatileDisk.open(disk)) {
            for (int i = 0; i < cases.size(); i++) {
                write(whole, start + i * 2L * COPY_BYTES, cases.get(i));
            }
        }
        var options =
                MachineOptions.reference(folder.resolve("device"), disk, new ToolRootQemu(tools));
        var said = new ArrayList<BootChoice>();
        try (Machine machine = Machine.start(options)) {
            machine.awaitSerial(Pattern.compile("^BENCH done"), patience);
            for (MachineEvent event : machine.events()) {
                if (event instanceof MachineEvent.Booting booting) said.add(booting.choice());
            }
        }
        var left = new ArrayList<Copies>();
        try (VolatileDisk whole = VolatileDisk.open(disk)) {
            for (int i = 0; i < cases.size(); i++) {
                left.add(read(whole, start + i * 2L * COPY_BYTES));
            }
        }
        return new Result(said, left);
    }

    private static String driver(long firstSector, int cases) {
        var places = new StringBuilder();
        for (int i = 0; i < cases; i++) {
            places.append(
                    " 0x" + Long.toHexString(firstSector + i * 2L * COPY_BYTES / SECTOR_BYTES));
        }
        return """
        virtio dev 0
        part start virtio 0 2 bench_0
        part start virtio 0 3 bench_1
        load virtio 0:1 0x6000000 /decide.scr
        for bench_at in %s; do
          virtio read 0x4000000 ${bench_at} 0x20
          virtio write 0x4000000 ${bench_0} 0x10
          virtio write 0x4002000 ${bench_1} 0x10
          source 0x6000000
          virtio read 0x4000000 ${bench_0} 0x10
          virtio read 0x4002000 ${bench_1} 0x10
          virtio write 0x4000000 ${bench_at} 0x20
        done
        echo BENCH done
        """
                .formatted(places.toString().strip());
    }

    private Path makeDisk(DiskLayout layout, String script, String driver) throws IOException {
        int end = script.indexOf(LOADS_THE_SLOT);
        if (end < 0) throw new AssertionError("no '" + LOADS_THE_SLOT + "' in the boot script");
        Path disk = folder.resolve("disk.img");
        try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(layout.diskBytes());
        }
        Path table = Files.writeString(folder.resolve("table"), layout.toSfdisk(new UUID(1, 2)));
        tool("sh", "-c", "sfdisk -q " + disk + " <" + table);
        Path esp = folder.resolve("esp.img");
        try (var file = new RandomAccessFile(esp.toFile(), "rw")) {
            file.setLength(DiskLayout.ESP_BYTES);
        }
        tool("mkfs.vfat", esp.toString());
        Path boot = uboot("boot", driver);
        Path decide = uboot("decide", script.substring(0, end));
        tool("mcopy", "-i", esp.toString(), boot.toString(), decide.toString(), "::");
        try (VolatileDisk whole = VolatileDisk.open(disk);
                DiskSlice slice = DiskSlice.partition(whole, "esp")) {
            slice.write(0, ByteBuffer.wrap(Files.readAllBytes(esp)));
        }
        return disk;
    }

    /// A script as U-Boot reads it.
    private Path uboot(String name, String text) throws IOException {
        Path source = Files.writeString(folder.resolve(name + ".cmd"), text);
        Path made = folder.resolve(name + ".scr");
        tool(
                "mkimage",
                "-A",
                "x86",
                "-T",
                "script",
                "-C",
                "none",
                "-d",
                source.toString(),
                made.toString());
        return made;
    }

    private void tool(String... command) {
        tools.sandbox(folder).child("running " + command[0], command).run();
    }

    private static void write(Disk disk, long offset, Copies copies) throws IOException {
        disk.write(offset, ByteBuffer.wrap(copies.first()));
        disk.write(offset + COPY_BYTES, ByteBuffer.wrap(copies.second()));
    }

    private static Copies read(Disk disk, long offset) throws IOException {
        byte[] both = new byte[2 * COPY_BYTES];
        disk.read(offset, ByteBuffer.wrap(both));
        return new Copies(
                Arrays.copyOf(both, COPY_BYTES), Arrays.copyOfRange(both, COPY_BYTES, both.length));
    }
}
