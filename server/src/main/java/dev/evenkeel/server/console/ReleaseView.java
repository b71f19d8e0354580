// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.fleet.PackageList;
import java.util.List;

/// One release.
///
/// @param runs devices that run it
/// @param updates what it costs devices to come to it from what they run
/// @param previous version of the release before it, to compare with; empty for the first
public record ReleaseView(
        String release,
        String name,
        String description,
        String deviceType,
        String revisions,
        List<String> channels,
        String manifest,
        String image,
        String pack,
        When published,
        int runs,
        List<Update> updates,
        String previous,
        List<PackageList.Entry> packages) {
    /// From one release to this one.
    ///
    /// @param delta bytes where deltas are taken, or why there is none
    /// @param chunks bytes of the chunks that the release before lacks
    /// @param whole bytes of everything
    public record Update(String from, String delta, String chunks, String whole) {}

    public ReleaseView {
        channels = List.copyOf(channels);
        updates = List.copyOf(updates);
        packages = List.copyOf(packages);
    }
}
