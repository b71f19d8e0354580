// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.Compatible;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Version;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/// A version that the fleet can be brought to, for one kind of hardware.
///
/// @param imageBytes raw bytes of all payloads
/// @param packBytes compressed bytes that publishing it added to the repository
/// @param packages digest of its package list
/// @param channels that offer it
public record Release(
        ReleaseName release,
        String name,
        String description,
        Compatible compatible,
        long imageBytes,
        long packBytes,
        Digest packages,
        Set<Channel> channels,
        Instant publishedAt) {
    public Release {
        channels = java.util.Collections.unmodifiableSet(new TreeSet<>(channels));
    }

    public Version version() {
        return release.version();
    }

    public Digest manifest() {
        return release.manifest();
    }

    public boolean fits(Device device) {
        return compatible.fits(device.type(), device.revision());
    }

    /// The TUF target under which `channel` offers it.
    public String targetName(Channel channel) {
        return "channels/" + channel + "/" + compatible.deviceType() + "/" + version() + ".json";
    }

    Release in(Channel channel) {
        var more = new TreeSet<>(channels);
        more.add(channel);
        return new Release(
                release,
                name,
                description,
                compatible,
                imageBytes,
                packBytes,
                packages,
                more,
                publishedAt);
    }
}
