// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.trust.Roles;
import dev.evenkeel.trust.SafeName;
import dev.evenkeel.trust.TrustStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;

/// Trusted metadata in the state partition: one region for each role, preallocated, so that a full
/// disk never stops trust. Content: the role's name, a line end, the metadata as received. There is
/// one region for all channels: a device follows one at a time. The role of the deltas has none:
/// what it names saves bytes, and nothing is lost without it.
final class RegionTrustStore implements TrustStore {
    private final StatePartition state;

    RegionTrustStore(StatePartition state) {
        this.state = state;
    }

    @Override
    public Optional<byte[]> load(String role) {
        if (role.equals(Roles.DELTAS)) return Optional.empty();
        byte[] head = head(role);
        return state.read(region(role))
                .filter(bytes ->
                        bytes.length > head.length
                                && Arrays.equals(bytes, 0, head.length, head, 0, head.length))
                .map(bytes -> Arrays.copyOfRange(bytes, head.length, bytes.length));
    }

    @Override
    public void save(String role, byte[] bytes) {
        if (role.equals(Roles.DELTAS)) return;
        byte[] head = head(role);
        byte[] content = Arrays.copyOf(head, head.length + bytes.length);
        System.arraycopy(bytes, 0, content, head.length, bytes.length);
        write(region(role), content);
    }

    @Override
    public void remove(String role) {
        if (load(role).isPresent()) write(region(role), new byte[0]);
    }

    private void write(Region region, byte[] content) {
        try {
            state.write(region, content);
            // what was written once only stands in one copy only, and may rot; the other copy of a
            // root must not be the one before, whose keys are withdrawn
            if (region == Region.TRUST_ROOT) state.mirror(region);
            else {
                boolean _ = state.heal(region);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static byte[] head(String role) {
        return (SafeName.of(role) + "\n").getBytes(US_ASCII);
    }

    private static Region region(String role) {
        return switch (role) {
            case "root" -> Region.TRUST_ROOT;
            case "timestamp" -> Region.TRUST_TIMESTAMP;
            case "snapshot" -> Region.TRUST_SNAPSHOT;
            case "targets" -> Region.TRUST_TARGETS;
            default -> Region.TRUST_CHANNEL;
        };
    }
}
