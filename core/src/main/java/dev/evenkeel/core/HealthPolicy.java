// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import dev.evenkeel.core.json.JsonObject;

/// When a trial boot counts as healthy.
///
/// @param attempts boots that the boot counter grants to the new release before the bootloader
///   falls back
/// @param stableSeconds how long the checks must have been green before the agent commits
/// @param deadlineSeconds uptime by which a trial must be committed; then the device reboots by
///   itself
public record HealthPolicy(int attempts, int stableSeconds, int deadlineSeconds) {
    public static final HealthPolicy DEFAULT = new HealthPolicy(3, 10, 300);

    public HealthPolicy {
        if (attempts < 1 || attempts > 9)
            throw new MalformedInput("health attempts: expected 1 to 9, found " + attempts);
        if (deadlineSeconds <= stableSeconds) {
            throw new MalformedInput(
                    "health deadline of "
                            + deadlineSeconds
                            + " s must be longer than the stable time of "
                            + stableSeconds
                            + " s");
        }
    }

    public static HealthPolicy read(JsonObject json) {
        return new HealthPolicy(
                json.smallInteger("attempts"),
                json.smallInteger("stable_seconds"),
                json.smallInteger("deadline_seconds"));
    }

    public JsonObject toJson() {
        return JsonObject.of("attempts", attempts)
                .with("stable_seconds", stableSeconds)
                .with("deadline_seconds", deadlineSeconds);
    }
}
