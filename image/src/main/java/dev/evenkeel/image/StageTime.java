// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.core.json.JsonObject;

/// What one stage of a build took.
///
/// @param cpuMillis of this process and of every program that it ran
/// @param peakBytes the most memory that this process and its programs held together, sampled
public record StageTime(String stage, long wallMillis, long cpuMillis, long peakBytes) {
    JsonObject toJson() {
        return JsonObject.of("stage", stage)
                .with("wall_ms", wallMillis)
                .with("cpu_ms", cpuMillis)
                .with("peak_bytes", peakBytes);
    }
}
