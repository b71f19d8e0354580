// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.trust.TrustException.EndlessData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// Where metadata comes from: any carrier, none of them trusted.
public interface MetadataSource {
    /// The file of this name (`2.root.json`, `timestamp.json`, `7.snapshot.json`), empty when it
    /// does not exist. Stops reading after `maxBytes` and throws [EndlessData], best by [#read].
    Optional<byte[]> fetch(String fileName, int maxBytes) throws IOException;

    /// All of `in`, which must not hold more than `maxBytes`.
    static byte[] read(InputStream in, String fileName, int maxBytes) throws IOException {
        byte[] bytes = in.readNBytes(maxBytes);
        if (bytes.length == maxBytes && in.read() >= 0) throw new EndlessData(fileName, maxBytes);
        return bytes;
    }

    /// The `metadata` folder of a repository on a disk or stick.
    static MetadataSource ofFolder(Path metadataFolder) {
        return (fileName, maxBytes) -> {
            try (InputStream in = Files.newInputStream(metadataFolder.resolve(fileName))) {
                return Optional.of(read(in, fileName, maxBytes));
            } catch (NoSuchFileException none) {
                return Optional.empty();
            }
        };
    }
}
