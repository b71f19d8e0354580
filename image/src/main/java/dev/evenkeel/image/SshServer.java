// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.time.Instant;

/// What an SSH server needs on a device whose root forgets: a host key that stays, logins that are
/// let in after boot, the blueprint's keys found, and passwords refused. Comes before the
/// blueprint's overlays, which may say otherwise.
final class SshServer {
    private SshServer() {}

    static void putInto(Tree tree, Instant time) throws IOException {
        DeviceFiles.putInto(tree, "ssh", time);
        // it takes /run/nologin away, with which pam_nologin(8) keeps everybody but root out
        tree.remove("etc/systemd/system/systemd-user-sessions.service");
    }
}
