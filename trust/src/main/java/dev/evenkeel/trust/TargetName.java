// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Version;
import java.util.regex.Pattern;

/// The TUF target of a release's manifest: `channels/<channel>/<device type>/<release>.json`, so
/// that a channel's role can be held to its own path.
public record TargetName(Channel channel, DeviceType deviceType, String release) {
    private static final Pattern RELEASE =
            Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._~+-]{0,126}[A-Za-z0-9])?");

    public TargetName {
        if (!RELEASE.matcher(release).matches()) {
            throw new MalformedInput(
                    "not a release in a target name: '"
                            + (release.length() <= 80 ? release : release.substring(0, 80) + "...")
                            + "'");
        }
    }

    public static TargetName of(Channel channel, DeviceType deviceType, Version release) {
        return new TargetName(channel, deviceType, release.text());
    }

    public static TargetName parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 4 || !parts[0].equals("channels") || !parts[3].endsWith(".json")) {
            throw new MalformedInput(
                    "not a target name: expected channels/<channel>/<device type>/<release>.json,"
                            + " found '"
                            + (text.length() <= 80 ? text : text.substring(0, 80) + "...")
                            + "'");
        }
        return new TargetName(
                new Channel(parts[1]),
                new DeviceType(parts[2]),
                parts[3].substring(0, parts[3].length() - ".json".length()));
    }

    /// The role that signs it.
    public String role() {
        return Roles.ofChannel(channel);
    }

    public String text() {
        return "channels/" + channel + "/" + deviceType + "/" + release + ".json";
    }

    @Override
    public String toString() {
        return text();
    }
}
