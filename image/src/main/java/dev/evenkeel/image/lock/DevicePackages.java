// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/// The packages that the device's own files (initramfs, units) need, one per line of a resource.
final class DevicePackages {
    private DevicePackages() {}

    static List<String> read() {
        try (InputStream in =
                DevicePackages.class.getResourceAsStream("/dev/evenkeel/image/device/packages")) {
            if (in == null)
                throw new IllegalStateException("the list of device packages is missing");
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
