// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.image.tool.ToolRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The slot's tree, unpacked into memory and entered as the device's init would find it: SSH server
/// and client of the image talk over a pipe, so that no network and no port are needed.
record UnpackedSlot(BuildResult release, ToolRoot tools) {
    private static final String ENTER =
            """
            slot=$1; key=$2; script=$3; shift 3
            unsquashfs -quiet -no-progress -dest /tmp/root "$slot"
            mount --rbind /proc /tmp/root/proc
            mount --rbind /dev /tmp/root/dev
            cp "$key" /tmp/root/run/key
            chmod 0600 /tmp/root/run/key
            chroot /tmp/root sh -euc "$script" sh "$@"
            """;
    private static final String LOG_IN =
            """
            /usr/lib/evenkeel/ssh-host-key
            [ ! -e /usr/lib/tmpfiles.d/evenkeel-homes.conf ] || systemd-tmpfiles --create evenkeel-homes.conf
            mkdir -p /run/sshd
            for user; do
              echo "$user: $(ssh -i /run/key -o BatchMode=yes -o LogLevel=ERROR \\
                -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ProxyCommand="/usr/sbin/sshd -i" \\
                "$user@device" 'echo $(id) at $PWD' 2>&1)"
            done
            """;

    /// What each of `users` sees who logs in with `key`: a line for each.
    List<String> logins(LoginKey key, String... users) throws IOException {
        Path pem = release.folder().resolveSibling("login-key");
        Files.writeString(pem, key.privatePem());
        var command = new ArrayList<>(List.of("sh", "-euc", ENTER, "sh"));
        command.add(release.folder().resolve(ReleaseFile.SLOT_IMAGE).toString());
        command.addAll(List.of(pem.toString(), LOG_IN));
        command.addAll(List.of(users));
        return tools.sandbox(ReleaseFile.folderOf(pem))
                .withAllIds()
                .child("logging in", command)
                .run()
                .lines()
                .toList();
    }
}
