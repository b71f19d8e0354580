// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// A file of the user's on the data partition, which no power cut may touch.
final class Witness {
    private static final String PATH = "/torture/precious.txt";
    private static final byte[] CONTENT =
            "This belongs to the user.\n".repeat(40_000).getBytes(StandardCharsets.UTF_8);

    private final Provisioner provisioner;

    Witness(QemuCommand programs) {
        provisioner = new Provisioner(programs);
    }

    /// Puts it onto the disk of a device that was never on.
    void put(Path disk) throws IOException {
        Path file = Files.createTempFile("evenkeel-lab-", ".txt");
        try {
            Files.write(file, CONTENT);
            provisioner.putDataFile(disk, file, PATH);
        } finally {
            Files.delete(file);
        }
    }

    /// @throws BrokenPromise when it is gone or changed, or its filesystem is beyond what a boot
    ///   repairs by itself
    void mustBeIntact(VolatileDisk disk) throws IOException {
        Optional<byte[]> found;
        try {
            found = provisioner.readDataFile(disk, PATH);
        } catch (LabFailure broken) {
            throw new BrokenPromise(String.valueOf(broken.getMessage()));
        }
        if (found.isEmpty()) throw new BrokenPromise("the user's file is gone");
        if (!Arrays.equals(found.get(), CONTENT)) {
            throw new BrokenPromise("the user's file has another content");
        }
    }
}
