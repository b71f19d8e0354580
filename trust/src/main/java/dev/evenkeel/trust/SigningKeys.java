// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.trust.TrustException.UnusableKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A folder with one private key for each role: `root.pk8`, `channel-prod.pk8`, unencrypted PKCS#8
/// in files of mode 0600 in a folder of mode 0700. A folder may hold only some roles, so that the
/// root key can stay elsewhere.
public final class SigningKeys {
    /// The file that says that these keys were made for a first try and guard nothing.
    public static final String DEVELOPMENT_MARK = "DEVELOPMENT";

    private static final List<Channel> DEFAULT_CHANNELS =
            List.of(new Channel("dev"), new Channel("test"), new Channel("prod"));
    private static final String SUFFIX = ".pk8";
    private static final int MOST_KEY_BYTES = 4096;

    private final Path folder;
    private final boolean development;
    private final Map<String, PrivateKey> keys;

    private SigningKeys(Path folder, boolean development, Map<String, PrivateKey> keys) {
        this.folder = folder;
        this.development = development;
        this.keys = keys;
    }

    /// Makes new keys for all top roles and the channels dev, test and prod.
    public static SigningKeys createDevelopment(Path folder) throws IOException {
        return createDevelopment(folder, DEFAULT_CHANNELS);
    }

    /// Makes new keys for all top roles and these channels, marked as development keys. The folder
    /// appears complete or not at all. It must not exist yet, or be empty.
    public static SigningKeys createDevelopment(Path folder, List<Channel> channels)
            throws IOException {
        var keys = new TreeMap<String, byte[]>();
        for (String role : Roles.TOP) {
            keys.put(role, PrivateKey.generate().toPkcs8());
        }
        for (Channel channel : channels) {
            keys.put(Roles.ofChannel(channel), PrivateKey.generate().toPkcs8());
        }
        create(folder.toAbsolutePath(), keys, FileSteps.ownerOnly());
        return open(folder);
    }

    static void create(Path folder, Map<String, byte[]> keys, FileSteps steps) throws IOException {
        if (Files.exists(folder) && !isEmpty(folder)) {
            // keys are never overwritten: devices trust them
            throw new FileAlreadyExistsException(folder.toString());
        }
        Path parent = folder.resolveSibling(".").normalize();
        if (!Files.isDirectory(parent)) {
            new DurableFolder(parent, FileSteps.real()).createFolders(parent);
        }
        Path unfinished = folder.resolveSibling("." + folder.getFileName() + ".new");
        removeFiles(unfinished);
        steps.createFolder(unfinished);
        for (Map.Entry<String, byte[]> key : keys.entrySet()) {
            steps.write(unfinished.resolve(key.getKey() + SUFFIX), key.getValue());
        }
        steps.write(
                unfinished.resolve(DEVELOPMENT_MARK),
                "Keys made at first run, for trying things out. Do not ship devices with them.\n"
                        .getBytes(UTF_8));
        steps.flushFolder(unfinished);
        steps.rename(unfinished, folder);
        steps.flushFolder(parent);
    }

    /// Reads the keys of a folder. Refuses a folder or key that others may read.
    public static SigningKeys open(Path folder) throws IOException {
        requirePrivate(folder);
        var keys = new TreeMap<String, PrivateKey>();
        for (Path file : files(folder)) {
            String name = String.valueOf(file.getFileName());
            if (!name.endsWith(SUFFIX)) continue;
            requirePrivate(file);
            keys.put(name.substring(0, name.length() - SUFFIX.length()), read(file));
        }
        return new SigningKeys(folder, Files.exists(folder.resolve(DEVELOPMENT_MARK)), keys);
    }

    public boolean isDevelopment() {
        return development;
    }

    public Set<String> roles() {
        return new TreeSet<>(keys.keySet());
    }

    public boolean has(String role) {
        return keys.containsKey(role);
    }

    /// The key that signs for `role`.
    public PrivateKey signer(String role) {
        PrivateKey key = keys.get(role);
        if (key == null) {
            throw new UnusableKey(
                    folder.resolve(role + SUFFIX),
                    "it does not exist",
                    "Sign where the key of role '" + role + "' is kept, or put it here.");
        }
        return key;
    }

    /// Refuses when the key for `role` is not one of `trusted`: nobody would accept its signature.
    void requireTrusted(String role, RoleKeys trusted) {
        if (!trusted.keys().containsValue(signer(role).publicKey())) {
            throw new UnusableKey(
                    folder.resolve(role + SUFFIX),
                    "expected a key that the repository trusts for role '"
                            + role
                            + "', found "
                            + signer(role).publicKey(),
                    "Use the key folder that belongs to this repository.");
        }
    }

    private static PrivateKey read(Path file) throws IOException {
        long size = Files.size(file);
        if (size <= MOST_KEY_BYTES) {
            try {
                return PrivateKey.fromPkcs8(Files.readAllBytes(file));
            } catch (MalformedInput _) {
                // told below, as for a wrong size
            }
        }
        throw new UnusableKey(
                file,
                "expected an Ed25519 key in PKCS#8 (DER), found " + size + " bytes of another kind",
                "Restore it from your backup.");
    }

    private static void requirePrivate(Path path) throws IOException {
        Set<PosixFilePermission> others = EnumSet.copyOf(List.of(PosixFilePermission.values()));
        others.removeAll(
                List.of(
                        PosixFilePermission.OWNER_READ,
                        PosixFilePermission.OWNER_WRITE,
                        PosixFilePermission.OWNER_EXECUTE));
        others.retainAll(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
        if (!others.isEmpty()) {
            throw new UnusableKey(
                    path,
                    "expected that only its owner may read it, found more permissions",
                    "Run chmod go= on it, and think about who may have read it.");
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        return Files.isDirectory(folder) && files(folder).isEmpty();
    }

    private static void removeFiles(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        for (Path file : files(folder)) {
            Files.delete(file);
        }
        Files.delete(folder);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return new ArrayList<>(files.toList());
        }
    }
}
