// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.Assignment;
import java.util.Map;
import java.util.Optional;

/// Whether a verified release may be installed on this device, decided before its first byte is
/// fetched.
///
/// @param versions which versions are welcome
/// @param dataFormat that the data partition is written in
/// @param partitionBytes sizes of the partitions that would be written, by name
record Admission(
        FleetId fleet,
        DeviceType deviceType,
        int revision,
        VersionRule versions,
        int dataFormat,
        Slot target,
        Map<String, Long> partitionBytes) {
    Admission {
        partitionBytes = Map.copyOf(partitionBytes);
    }

    /// Why the release is refused, in plain words; empty when it is welcome.
    Optional<String> refusal(Assignment assignment, Manifest manifest, Digest digest) {
        if (!digest.equals(assignment.manifest())) {
            return refuse(
                    "the server assigned manifest "
                            + assignment.manifest().brief()
                            + ", the signed metadata name "
                            + digest.brief());
        }
        if (!manifest.fleet().equals(fleet)) {
            return refuse(
                    "it is for fleet " + manifest.fleet() + ", this device belongs to " + fleet);
        }
        if (!manifest.compatible().fits(deviceType, revision)) {
            return refuse(
                    "it is for "
                            + manifest.compatible()
                            + ", this device is "
                            + deviceType
                            + " revision "
                            + revision);
        }
        if (!manifest.version().equals(assignment.release())) {
            return refuse(
                    "the server announced release "
                            + assignment.release()
                            + ", the manifest is of "
                            + manifest.version());
        }
        Optional<String> tooOld = versions.refusal(fleet, manifest.version(), digest);
        if (tooOld.isPresent()) return refuse(tooOld.get());
        Version running = versions.running();
        if (manifest.minimum().isPresent() && running.compareTo(manifest.minimum().get()) < 0) {
            return refuse(
                    "it needs at least release "
                            + manifest.minimum().get()
                            + ", "
                            + running
                            + " runs here; install a stepping stone first");
        }
        if (!manifest.dataFormat().canRead(dataFormat)) {
            return refuse(
                    "it reads data formats "
                            + manifest.dataFormat().reads()
                            + ", the data here are in format "
                            + dataFormat);
        }
        return tooLarge(manifest);
    }

    private Optional<String> tooLarge(Manifest manifest) {
        for (Payload payload : manifest.payloads()) {
            String partition = payload.kind().partition(target);
            long room = partitionBytes.getOrDefault(partition, 0L);
            if (payload.sizeBytes() > room) {
                return refuse(
                        "its "
                                + payload.kind()
                                + " has "
                                + payload.sizeBytes()
                                + " bytes, partition "
                                + partition
                                + " has "
                                + room);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> refuse(String why) {
        return Optional.of("refused: " + why);
    }
}
