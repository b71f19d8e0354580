// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.delta;

import dev.evenkeel.content.RandomBytes;
import dev.evenkeel.content.delta.DeltaApply;
import dev.evenkeel.content.delta.DeltaFile;
import dev.evenkeel.content.delta.DeltaMaker;
import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// The main of the process in which one delta is made, so that its memory is not the server's. It
/// applies what it made, within the memory of a device, before it says that it is done. Ends when
/// its standard input does: it never outlives its server.
public final class DeltaProcess {
    /// Member of the line that it says: processor time of the making alone.
    static final String CPU_MILLIS = "cpu_ms";

    private static final int FAILED = 1;

    private DeltaProcess() {}

    /// Takes the old image, the new one, the file for the delta, and the memory of a device.
    public static void main(String[] arguments) {
        Thread.ofPlatform().daemon().start(DeltaProcess::endWithServer);
        try {
            long memoryBytes = Long.parseLong(arguments[3]);
            var old = Path.of(arguments[0]);
            var delta = Path.of(arguments[2]);
            new DeltaMaker(memoryBytes, (step, done, whole) -> {})
                    .make(old, Path.of(arguments[1]), delta);
            long cpuMillis = cpu().toMillis();
            requireApplies(old, delta, memoryBytes);
            System.out.println(JsonObject.of(CPU_MILLIS, cpuMillis));
            System.out.flush();
        } catch (IOException | RuntimeException | OutOfMemoryError fault) {
            System.err.println(fault);
            System.err.flush();
            Runtime.getRuntime().halt(FAILED);
        }
    }

    private static void requireApplies(Path old, Path delta, long memoryBytes) throws IOException {
        try (DeltaFile file = DeltaFile.open(delta);
                RandomBytes base = RandomBytes.open(old)) {
            new DeltaApply(file.head(), base, memoryBytes)
                    .image(file, (bytes, offset, length) -> {});
        }
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static void endWithServer() {
        try {
            while (System.in.read() >= 0) {
                // nobody says anything
            }
        } catch (IOException gone) {
            // as good as the end
        }
        Runtime.getRuntime().halt(FAILED);
    }
}
