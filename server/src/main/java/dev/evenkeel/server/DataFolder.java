// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.content.Folders;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/// All that a server keeps, in one folder:
///
/// - `evenkeel.db`: the fleet's memory (SQLite)
/// - `repository/`: `metadata/`, `targets/`, `indexes/`, `packs/`, `locations/`, `deltas/`
/// - `keys/`: the signing keys; `tls/`: the server's own authority and certificate
/// - `device-ca/`: the certificate authority for devices
/// - `operator-token`: who has it may do everything (mode 0600); `address`: where the server that
///   last started here listens
/// - `deltas/`: what came of making deltas, and where they are made
/// - `incoming/`: uploads under way; swept at start
///
/// One server at a time works in it, held by a lock on `lock`.
final class DataFolder implements AutoCloseable {
    static final String OPERATOR_TOKEN_START = "operator.";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path root;
    private final ServerFiles files;
    private final FileChannel lockFile;

    private DataFolder(Path root, FileChannel lockFile) {
        this.root = root;
        this.files = new ServerFiles(root);
        this.lockFile = lockFile;
    }

    static DataFolder open(Path root) throws IOException {
        Files.createDirectories(root);
        var ownerOnly = PosixFilePermissions.fromString("rwx------");
        Files.setPosixFilePermissions(root, ownerOnly);
        FileChannel lockFile =
                FileChannel.open(
                        root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!tryLock(lockFile)) {
            lockFile.close();
            throw new IOException(
                    root + ": another server works in this folder; stop it or name another folder");
        }
        var folder = new DataFolder(root, lockFile);
        Files.createDirectories(folder.repository());
        folder.sweepIncoming();
        return folder;
    }

    private static boolean tryLock(FileChannel lockFile) throws IOException {
        try {
            FileLock lock = lockFile.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    Path database() {
        return root.resolve("evenkeel.db");
    }

    Path repository() {
        return root.resolve("repository");
    }

    Path keys() {
        return root.resolve("keys");
    }

    Path tls() {
        return files.tls();
    }

    /// The certificate authority for devices, where the server has its own.
    Path deviceAuthority() {
        return root.resolve("device-ca");
    }

    Path deltas() {
        return root.resolve("deltas");
    }

    Path incoming() {
        return root.resolve("incoming");
    }

    /// The operator's token, made at the first start.
    String operatorToken(FleetId fleet) throws IOException {
        Path file = files.operatorToken();
        if (Files.exists(file)) return Files.readString(file).strip();
        var bytes = new byte[Digest.SIZE_BYTES];
        RANDOM.nextBytes(bytes);
        String token =
                OPERATOR_TOKEN_START
                        + fleet
                        + "."
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        writeSecret(file, (token + "\n").getBytes(StandardCharsets.UTF_8));
        return token;
    }

    /// Tells commands on this machine where the server listens.
    void tell(URI address) throws IOException {
        byte[] line = (address + "\n").getBytes(StandardCharsets.UTF_8);
        boolean isTold =
                Files.exists(files.address())
                        && Arrays.equals(Files.readAllBytes(files.address()), line);
        if (!isTold) writeSecret(files.address(), line);
    }

    /// Writes a file that only its owner may read; it appears complete or not at all.
    static void writeSecret(Path file, byte[] bytes) throws IOException {
        Path half =
                Files.createTempFile(
                        file.toAbsolutePath().getParent(),
                        ".new",
                        "",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try (FileChannel out = FileChannel.open(half, StandardOpenOption.WRITE)) {
            out.write(java.nio.ByteBuffer.wrap(bytes));
            out.force(true);
        }
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private void sweepIncoming() throws IOException {
        if (Files.isDirectory(incoming())) Folders.delete(incoming());
        Files.createDirectories(incoming());
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
