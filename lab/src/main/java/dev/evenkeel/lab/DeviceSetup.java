// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.PrettyJson;
import dev.evenkeel.core.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The options of a named device as its folder keeps them, for the process that runs it.
record DeviceSetup(MachineOptions options) {
    private static final String FILE = "device.json";

    void write() throws IOException {
        Path temp = Path.of(System.getProperty("java.io.tmpdir"));
        MachineOptions.Boot boot = options.boot();
        var visible = new ArrayList<>(List.of(options.folder(), temp.toAbsolutePath()));
        JsonObject json =
                JsonObject.of("disk", options.disk().toString())
                        .with("accelerator", options.acceleration().accelerator())
                        .with("cpu", options.acceleration().cpu())
                        .with("memory_mebibytes", options.memoryMebibytes())
                        .with("cpus", options.cpus());
        switch (boot) {
            case MachineOptions.Firmware(Path rom) -> {
                json = json.with("firmware", rom.toAbsolutePath().toString());
                visible.add(QemuArguments.folder(rom));
            }
            case MachineOptions.Kernel(Path image, Path initramfs, String arguments) -> {
                json =
                        json.with("kernel", image.toAbsolutePath().toString())
                                .with("initramfs", initramfs.toAbsolutePath().toString())
                                .with("arguments", arguments);
                visible.add(QemuArguments.folder(image));
                visible.add(QemuArguments.folder(initramfs));
            }
        }
        List<String> words =
                options.qemu().prefix("qemu-system-x86_64", visible.stream().distinct().toList());
        Files.writeString(
                options.folder().resolve(FILE),
                PrettyJson.write(json.with("qemu", JsonArray.ofTexts(words))) + "\n");
    }

    static DeviceSetup read(Path folder) throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(FILE));
        try {
            JsonObject json = StrictJson.parseObject(bytes, Limits.MESSAGE_BYTES);
            MachineOptions.Boot boot =
                    json.has("firmware")
                            ? new MachineOptions.Firmware(Path.of(json.text("firmware")))
                            : new MachineOptions.Kernel(
                                    Path.of(json.text("kernel")),
                                    Path.of(json.text("initramfs")),
                                    json.text("arguments"));
            Path firmware = Path.of(json.optionalText("firmware").orElse("/"));
            return new DeviceSetup(
                    new MachineOptions(
                            folder,
                            Path.of(json.text("disk")),
                            new RecordedQemu(json.array("qemu").texts(), firmware),
                            boot,
                            new Acceleration(json.text("accelerator"), json.text("cpu")),
                            json.smallInteger("memory_mebibytes"),
                            json.smallInteger("cpus"),
                            MachineOptions.Extras.NONE));
        } catch (MalformedInput wrong) {
            throw wrong.in(folder.resolve(FILE).toString());
        }
    }
}
