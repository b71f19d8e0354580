// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

/// The device protocol's version and names. A server serves its own version and the one before,
/// where that was ever released: version 1, with a bearer credential, was not.
public final class Protocol {
    public static final int VERSION = 2;

    /// What a server of this release serves.
    public static final Versions SERVED = new Versions(2, VERSION);

    /// The name under which every device asks for its server in TLS (SNI), whatever the server's
    /// address is: under it, and only under it, the server asks for a client certificate.
    public static final String DEVICE_HOST = "devices.evenkeel.internal";

    public static final String BOOT_REPORT_TYPE = "application/vnd.evenkeel.boot-report+json";

    private Protocol() {}

    /// A range of versions, ends included.
    public record Versions(int oldest, int newest) {
        public Versions {
            if (oldest > newest || oldest < 1) {
                throw new IllegalArgumentException("versions " + oldest + " to " + newest);
            }
        }

        public boolean hold(int version) {
            return version >= oldest && version <= newest;
        }
    }
}
