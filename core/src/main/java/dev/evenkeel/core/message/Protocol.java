// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

/// The device protocol's version and names. A server serves its own version and the one before.
public final class Protocol {
    public static final int VERSION = 1;
    public static final int OLDEST_SERVED = 1;

    public static final String BOOT_REPORT_TYPE = "application/vnd.evenkeel.boot-report+json";
    public static final String ENROLMENT_TYPE = "application/vnd.evenkeel.enrolment+json";

    private Protocol() {}
}
