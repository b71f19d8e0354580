// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.fault;

import dev.evenkeel.core.Digest;
import dev.evenkeel.server.TestRelease;

/// A release that was sent to the server.
record Publication(TestRelease release) {
    String version() {
        return release.manifest().version().text();
    }

    Digest manifest() {
        return release.digest();
    }

    String target() {
        return "targets/channels/dev/qemu-x86/" + manifest() + "." + version() + ".json";
    }

    String targetName() {
        return "channels/dev/qemu-x86/" + version() + ".json";
    }
}
