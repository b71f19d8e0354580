// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

/// Content that does not fit into its region of the state partition. Nothing was written.
public final class RegionFull extends RuntimeException {
    private final Region region;
    private final int foundBytes;

    RegionFull(Region region, int foundBytes) {
        super(
                "state partition: region "
                        + region
                        + " holds "
                        + region.capacityBytes()
                        + " bytes, "
                        + foundBytes
                        + " were to be written; nothing was changed");
        this.region = region;
        this.foundBytes = foundBytes;
    }

    public Region region() {
        return region;
    }

    public int foundBytes() {
        return foundBytes;
    }
}
