// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.blueprint;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Settings of the running system, spelled as osbuild spells them.
public record Customizations(
        Optional<String> hostname,
        Optional<String> timezone,
        Optional<String> locale,
        List<String> kernelArguments,
        List<User> users,
        List<SshKey> sshKeys) {
    public Customizations {
        kernelArguments = List.copyOf(kernelArguments);
        users = List.copyOf(users);
        sshKeys = List.copyOf(sshKeys);
    }

    static final Customizations NONE =
            new Customizations(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    List.of());

    /// Where something stands in a blueprint, for messages.
    public record Place(Path file, int line) {
        @Override
        public String toString() {
            return file + ":" + line;
        }
    }

    /// A user of the image: a new one, or what is different about one that the packages bring.
    ///
    /// @param password a hash of crypt(5), never the password itself
    /// @param keys public SSH keys that may log in, as in `id_ed25519.pub`
    /// @param home in the image, or on the data partition when it is below `/data`
    /// @param groups further groups, by name
    public record User(
            String name,
            Optional<String> description,
            Optional<String> password,
            List<String> keys,
            Optional<String> home,
            Optional<String> shell,
            Optional<Integer> uid,
            Optional<Integer> gid,
            List<String> groups,
            Place place) {
        /// What the data partition is mounted as.
        private static final String DATA = "/data/";

        public User {
            keys = List.copyOf(keys);
            groups = List.copyOf(groups);
        }

        /// Whether the home outlives a reboot: the image's own tree forgets.
        public boolean livesOnData() {
            return home.filter(path -> path.startsWith(DATA)).isPresent();
        }
    }

    /// One more public SSH key that may log in as `user`.
    public record SshKey(String user, String key, Place place) {}
}
