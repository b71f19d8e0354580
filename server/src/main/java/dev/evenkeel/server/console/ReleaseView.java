// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.fleet.PackageList;
import java.util.List;

/// One release.
///
/// @param runs devices that run it
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
        String previous,
        List<PackageList.Entry> packages) {
    public ReleaseView {
        channels = List.copyOf(channels);
        packages = List.copyOf(packages);
    }
}
