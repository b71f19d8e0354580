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
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/// A folder with private keys that sign without anybody being asked: `snapshot.pk8`,
/// `channel-dev.pk8`, unencrypted PKCS#8 in files of mode 0600 in a folder of mode 0700. Which role
/// a key signs for is what the metadata say, not its name; a folder may hold only some roles' keys,
/// so that the others can stay elsewhere. A lock guards the list, which grows when an online key is
/// replaced.
public final class SigningKeys {
    /// The file that says that these keys were made for a first try and guard nothing.
    public static final String DEVELOPMENT_MARK = "DEVELOPMENT";

    private static final List<Channel> DEFAULT_CHANNELS =
            List.of(new Channel("dev"), new Channel("test"), new Channel("prod"));
    private static final String SUFFIX = ".pk8";
    private static final int MOST_KEY_BYTES = 4096;

    private final Path folder;
    private final Map<String, PrivateKey> keys;

    private SigningKeys(Path folder, Map<String, PrivateKey> keys) {
        this.folder = folder;
        this.keys = new ConcurrentSkipListMap<>(keys);
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
        for (String role : List.of(Roles.DELTAS, Roles.COURIER)) {
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
        return new SigningKeys(folder, keys);
    }

    /// Whether these are keys of a first try, and say so.
    public boolean isDevelopment() {
        return Files.exists(folder.resolve(DEVELOPMENT_MARK));
    }

    /// From now on these are not keys of a first try: what guards the fleet is kept elsewhere.
    void endDevelopment() throws IOException {
        Files.deleteIfExists(folder.resolve(DEVELOPMENT_MARK));
    }

    /// Makes a further key for an online role. It signs as soon as a root says that it may.
    public PublicKey addOnlineKey(String role) throws IOException {
        if (!Roles.isOnline(role) && !role.startsWith(Roles.CHANNEL_PREFIX)) {
            throw new MalformedInput(
                    "a server keeps keys for snapshot, timestamp, deltas and channels, not for '"
                            + role
                            + "'");
        }
        PrivateKey key = PrivateKey.generate();
        String name = role + "-" + key.keyId().substring(0, 8);
        new DurableFolder(folder, FileSteps.ownerOnly()).put(name + SUFFIX, key.toPkcs8());
        keys.put(name, key);
        return key.publicKey();
    }

    /// The keys held here that may sign under `trusted`.
    List<Signer> signersOf(RoleKeys trusted) {
        var signers = new ArrayList<Signer>();
        for (PrivateKey key : keys.values()) {
            if (trusted.keys().containsValue(key.publicKey())) signers.add(key);
        }
        return signers;
    }

    List<Signer> all() {
        return List.copyOf(keys.values());
    }

    boolean meets(RoleKeys trusted) {
        return signersOf(trusted).size() >= trusted.threshold();
    }

    /// The public keys, by the names of their files without `.pk8`.
    public Map<String, PublicKey> publicKeys() {
        var all = new TreeMap<String, PublicKey>();
        keys.forEach((name, key) -> all.put(name, key.publicKey()));
        return all;
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

    /// Refuses when the keys here are too few for `role`: nobody would accept the signature.
    void requireTrusted(String role, RoleKeys trusted) {
        List<Signer> signers = signersOf(trusted);
        if (signers.size() >= trusted.threshold()) return;
        if (signers.isEmpty() && keys.containsKey(role)) {
            throw new UnusableKey(
                    folder.resolve(role + SUFFIX),
                    "expected a key that the repository trusts for role '"
                            + role
                            + "', found "
                            + signer(role).publicKey(),
                    "Use the key folder that belongs to this repository.");
        }
        throw new UnusableKey(
                folder.resolve(role + SUFFIX),
                "role '"
                        + role
                        + "' needs "
                        + trusted.threshold()
                        + " signatures, and this folder holds "
                        + signers.size()
                        + " of its keys",
                "Sign where the other keys are kept.");
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
                "expected a private key in PKCS#8 (DER), found " + size + " bytes of another kind",
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
