// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// A client's trusted metadata as files of one folder, `<role>.json` without a version, as other
/// TUF clients keep them. A role's name is made safe by [SafeName], whatever it holds.
public final class FolderTrustStore implements TrustStore {
    private final DurableFolder folder;

    public FolderTrustStore(Path folder) {
        this.folder = new DurableFolder(folder.toAbsolutePath(), FileSteps.real());
    }

    @Override
    public Optional<byte[]> load(String role) {
        try {
            return Optional.of(Files.readAllBytes(folder.folder().resolve(file(role))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void save(String role, byte[] bytes) {
        try {
            folder.createFolders(folder.folder());
            folder.put(file(role), bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void remove(String role) {
        try {
            if (Files.deleteIfExists(folder.folder().resolve(file(role)))) {
                folder.steps().flushFolder(folder.folder());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String file(String role) {
        return SafeName.ofFile(role) + ".json";
    }
}
