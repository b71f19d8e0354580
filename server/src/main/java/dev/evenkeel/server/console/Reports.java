// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.message.BootReport;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Boot reports for people. They were verified when they came; what is kept is the proof.
final class Reports {
    private static final int KEY_DIGITS = 12;

    private Reports() {}

    static DeviceView.ReportLine line(byte[] envelope) {
        Dsse kept = Dsse.read(envelope);
        BootReport report = BootReport.read(kept.payload());
        String key = kept.signatures().getFirst().keyId();
        return new DeviceView.ReportLine(
                report.counter(),
                When.of(report.at()),
                report.running().release()
                        + " in slot "
                        + report.running().slot().toString().toUpperCase(Locale.ROOT),
                report.verdict().toString(),
                outcome(report),
                report.attempts(),
                report.reason(),
                report.boot().text(),
                key.substring(0, Math.min(KEY_DIGITS, key.length())),
                new String(envelope, StandardCharsets.UTF_8));
    }

    private static String outcome(BootReport report) {
        String release = report.update().map(about -> about.release().text()).orElse("an update");
        return switch (report.outcome()) {
            case NONE -> "no update";
            case COMMITTED -> release + " committed";
            case ROLLED_BACK -> release + " rolled back";
            case FAILED -> release + " failed";
        };
    }
}
