// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.image.tool.ToolRoot;
import dev.evenkeel.lab.Acceleration;
import dev.evenkeel.lab.KvmProbe;
import dev.evenkeel.lab.LabFolder;
import dev.evenkeel.lab.Machine;
import dev.evenkeel.lab.MachineOptions;
import dev.evenkeel.lab.Provisioner;
import dev.evenkeel.lab.ToolRootQemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/// `evenkeel lab`: virtual devices on this machine.
@Command(
        name = "lab",
        subcommands = {LabProxyCommand.class, TortureCommand.class, LabSoakCommand.class},
        mixinStandardHelpOptions = true,
        description = {
            "Virtual devices: real firmware, kernel and bootloader in QEMU, on a disk that forgets"
                    + " what was not flushed when its power is cut.",
            "",
            "A device reaches the server on this machine's loopback, and nothing reaches the"
                    + " device."
        })
final class LabCommand extends CommandGroup {
    @Option(
            names = "--lab",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "Where the devices are kept (default: lab in the data folder).")
    private @Nullable Path lab;

    @Command(
            name = "start",
            mixinStandardHelpOptions = true,
            description =
                    "Switches a device on. A new one is made first: flashed with --release, and"
                            + " given a one-time token of the server.")
    int start(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--release",
                            paramLabel = "DIR",
                            description = "Release folder to flash a new device with.")
                    Optional<Path> release,
            @Option(
                            names = "--lock",
                            required = true,
                            paramLabel = "FILE",
                            description = "The lock whose tools (QEMU, U-Boot) run the device.")
                    Path lock,
            @Mixin StoreOption storeOption)
            throws IOException {
        LabFolder devices = devices();
        Store store = storeOption.open();
        Path folder = Files.createDirectories(devices.folder(name));
        Path disk = folder.resolve("disk.img");
        var qemu = new ToolRootQemu(ToolRoot.tools(Lock.read(lock), store, Progress.SILENT));
        if (!Files.exists(disk)) {
            Path from =
                    release.orElseThrow(() ->
                            CommandFault.refused(
                                    "there is no device '"
                                            + name
                                            + "' yet; name a release to flash it with: --release"
                                            + " DIR"));
            try (ServerClient server = access.open()) {
                flash(from, disk, server);
            }
        }
        Acceleration acceleration = acceleration(qemu, release, store);
        devices.start(
                name, MachineOptions.reference(folder, disk, qemu).withAcceleration(acceleration));
        Path serial = folder.resolve("serial.log");
        output.show(
                JsonObject.of("device", name)
                        .with("state", "on")
                        .with("serial_log", serial.toString())
                        .with("acceleration", acceleration.toString()),
                () ->
                        output.line(
                                name
                                        + " is on, by "
                                        + acceleration
                                        + "; its serial log is "
                                        + serial));
        return 0;
    }

    @Command(
            name = "stop",
            mixinStandardHelpOptions = true,
            description = "Shuts a device down in order.")
    int stop(@Mixin Output output, @Parameters(paramLabel = "NAME") String name)
            throws IOException {
        return told(output, name, devices().stop(name));
    }

    @Command(
            name = "cut",
            mixinStandardHelpOptions = true,
            description =
                    "Cuts a device's power: what its disk did not flush is lost, reordered or torn."
                            + " It is switched on again at once unless --stay-off.")
    int cut(
            @Mixin Output output,
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--seed",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "Seed of what is lost (default: ${DEFAULT-VALUE}).")
                    long seed,
            @Option(names = "--stay-off", description = "Leave it off.") boolean stayOff)
            throws IOException {
        return told(output, name, devices().cut(name, seed, !stayOff));
    }

    @Command(
            name = "console",
            mixinStandardHelpOptions = true,
            description =
                    "Attaches this terminal to a device's serial port, until Ctrl-C or the end of"
                            + " the input.")
    int console(@Parameters(paramLabel = "NAME") String name) throws IOException {
        devices().console(name, System.in, System.out);
        return 0;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "All devices of this lab.")
    int list(@Mixin Output output) throws IOException {
        List<LabFolder.Status> all = devices().list();
        List<Json> views = new ArrayList<>();
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("DEVICE", "STATE", "SERIAL PORT"));
        for (LabFolder.Status status : all) {
            views.add(
                    JsonObject.of("device", status.name())
                            .with("state", status.state())
                            .with("last_line", status.lastLine()));
            rows.add(List.of(status.name(), status.state(), status.lastLine()));
        }
        output.show(JsonObject.of("devices", new JsonArray(views)), () -> output.table(rows));
        return 0;
    }

    private LabFolder devices() {
        return new LabFolder(lab != null ? lab : ServerAccess.dataFolder(null).resolve("lab"));
    }

    private static int told(Output output, String name, String what) {
        output.show(
                JsonObject.of("device", name).with("what", what),
                () -> output.line(name + ": " + what));
        return 0;
    }

    private static void flash(Path release, Path disk, ServerClient server) throws IOException {
        Manifest manifest = Manifest.read(Files.readAllBytes(release.resolve("manifest.json")));
        String type = manifest.compatible().deviceType().text();
        String seenByDevice = "https://" + Machine.HOST + ":" + server.base().getPort();
        byte[] record =
                Provision.record(
                        server,
                        type,
                        manifest.compatible().revisions().min(),
                        Optional.of(seenByDevice));
        Path half = disk.resolveSibling("disk.half");
        Provisioner.copyDisk(release.resolve("disk.img"), half);
        Provisioner.provision(half, Provisioning.read(record));
        Files.move(half, disk);
    }

    private static Acceleration acceleration(ToolRootQemu qemu, Optional<Path> release, Store store)
            throws IOException {
        if (release.isEmpty()) return Acceleration.EMULATION;
        return KvmProbe.chooseFor(qemu, release.get().resolve("boot.img"), store.folder());
    }
}
