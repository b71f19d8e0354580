// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.DataFormat;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.time.Instant;

/// What the running slot says of itself, in its verified `/usr/lib/evenkeel/release.json`.
///
/// @param built when the release was built: no time before it is believed
public record RunningRelease(Version version, DataFormat dataFormat, Instant built) {
    static RunningRelease read(byte[] bytes, Instant built) {
        try {
            JsonObject json = StrictJson.parseObject(bytes, Limits.MESSAGE_BYTES);
            return new RunningRelease(
                    new Version(json.text("release")),
                    DataFormat.read(json.object("data_format")),
                    built);
        } catch (MalformedInput wrong) {
            throw wrong.in("release.json");
        }
    }
}
