// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A packer of the system, whose output has to come back.
final class Tool {
    private Tool() {}

    /// What the command, with the name of a file that holds `plain` behind it, writes.
    static byte[] run(byte[] plain, String... command) throws IOException, InterruptedException {
        Path file = Files.createTempFile("evenkeel-plain", "");
        Path packed = Files.createTempFile("evenkeel-packed", "");
        try {
            Files.write(file, plain);
            List<String> whole =
                    Stream.concat(Stream.of(command), Stream.of(file.toString())).toList();
            Process process =
                    new ProcessBuilder(whole)
                            .redirectOutput(packed.toFile())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            if (process.waitFor() != 0) throw new IOException(whole + " failed");
            return Files.readAllBytes(packed);
        } finally {
            Files.delete(file);
            Files.delete(packed);
        }
    }
}
