// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Real steps, but the process is killed at the n-th: a write stops half-way, everything else
/// before it begins.
final class DyingSteps implements FileSteps {
    static final class Killed extends RuntimeException {}

    private final FileSteps real = FileSteps.real();
    private int left;

    DyingSteps(int left) {
        this.left = left;
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        live();
        real.createFolder(folder);
    }

    @Override
    public void write(Path file, byte[] bytes) throws IOException {
        if (left == 0) Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        live();
        real.write(file, bytes);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        live();
        real.rename(from, to);
    }

    @Override
    public void flushFolder(Path folder) throws IOException {
        live();
        real.flushFolder(folder);
    }

    private void live() {
        if (left-- == 0) throw new Killed();
    }
}
