// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.fleet.PackageList;
import java.util.List;

/// How one release differs from another.
///
/// @param download bytes that a device which has `from` fetches for `to`
/// @param percent of the whole image that these are
public record DifferenceView(
        String from,
        String to,
        String deviceType,
        List<String> versions,
        PackageList.Difference packages,
        String download,
        String image,
        String percent,
        long chunks) {
    public DifferenceView {
        versions = List.copyOf(versions);
    }
}
