// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.delta;

import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.Version;
import java.util.List;

/// From one release to another, image by image: what an update costs each way.
///
/// @param forRollout whether devices are on this way now
/// @param rows the images that differ
/// @param sameFullBytes compressed bytes of the images that do not, and that nobody fetches
public record DeltaStep(
        DeviceType deviceType,
        Version from,
        Version to,
        boolean forRollout,
        List<Row> rows,
        long sameFullBytes) {
    /// One image.
    ///
    /// @param chunkBytes frames of the chunks that the old image lacks
    /// @param fullBytes frames of all chunks of the new image
    public record Row(
            Payload.Kind kind, DeltaPair pair, DeltaState state, long chunkBytes, long fullBytes) {}

    public DeltaStep {
        rows = List.copyOf(rows);
    }

    public long chunkBytes() {
        return rows.stream().mapToLong(Row::chunkBytes).sum();
    }

    public long fullBytes() {
        return sameFullBytes + rows.stream().mapToLong(Row::fullBytes).sum();
    }

    /// Whether at least one image has a delta.
    public boolean hasDelta() {
        return rows.stream().anyMatch(row -> row.state() instanceof DeltaState.Ready);
    }

    /// Whether one of them is waited for.
    boolean isUnfinished() {
        return rows.stream()
                .anyMatch(row ->
                        row.state() instanceof DeltaState.Waiting
                                || row.state() instanceof DeltaState.Making);
    }

    /// What is fetched where deltas that are ready are taken, and chunks for the rest.
    public long cheapestBytes() {
        long bytes = 0;
        for (Row row : rows) {
            bytes +=
                    row.state() instanceof DeltaState.Ready ready
                            ? ready.bytes()
                            : row.chunkBytes();
        }
        return bytes;
    }
}
