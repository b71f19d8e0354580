// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.PrettyJson;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.trust.DeviceCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What `evenkeel-agent doctor` tells: each fact that this device's trust rests on, and what ends
/// next. Reads only, and needs neither a network nor a running agent. Nothing here is secret.
record Doctor(Instant now, List<Finding> findings) {
    private static final Map<String, String> ROLES =
            Map.of(
                    "root", "the next root is fetched first of all, so this alone stops nothing",
                    "timestamp", "fetched anew with each update",
                    "snapshot", "fetched anew with each update",
                    "targets", "new installs wait until the release key signs again");

    Doctor {
        findings = List.copyOf(findings);
    }

    static Doctor examine(Device device, StatePartition state, Log log, Clock clock)
            throws IOException {
        var memory = new Memory(state, log);
        Instant built = Booted.read(device).release().built();
        var trust = new RegionTrustStore(state);
        var time = new TimeFloor(device, clock, memory, trust, new SecureRandom(), log, built);
        // metadata are judged by signed time alone; all else by the best that is known
        Instant now = time.now().at();
        var findings = new ArrayList<Finding>();
        findings.add(clock(device, memory, built, clock.wall()));
        provisioning(memory.provisioning(), findings);
        identity(memory.identity(), now, findings);
        roots(trust, time.trusted(), findings);
        floors(memory, findings);
        storage(state, findings);
        return new Doctor(now, findings);
    }

    private static Finding clock(Device device, Memory memory, Instant built, Instant wall) {
        Instant floor = memory.clock().floor();
        Instant least = floor.isAfter(built) ? floor : built;
        String text =
                "says "
                        + wall
                        + ", "
                        + (device.isClockSynced() ? "set by a time source" : "set by nobody")
                        + "; not before "
                        + least
                        + (floor.isAfter(built)
                                ? ", a time that the server said"
                                : ", when the running release was built");
        return wall.isBefore(least)
                ? Finding.warning("clock", text + ": the floor is believed instead")
                : Finding.ok("clock", text);
    }

    private static void provisioning(Optional<Provisioning> known, List<Finding> findings) {
        if (known.isEmpty()) {
            findings.add(
                    Finding.fault(
                            "server",
                            "this device was never provisioned: it knows no server and cannot be"
                                    + " updated; write a record into its state partition with"
                                    + " 'evenkeel device provision'"));
            return;
        }
        Provisioning given = known.get();
        findings.add(
                Finding.ok(
                        "server",
                        given.server()
                                + " of fleet "
                                + given.fleet()
                                + ", as a "
                                + given.deviceType()
                                + " revision "
                                + given.revision()));
        findings.add(authority(given.serverCertificate()));
    }

    private static Finding authority(byte[] der) {
        try {
            var pinned =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(der));
            return Finding.ok(
                    "server authority",
                    pinned.getSubjectX500Principal().getName()
                            + ", "
                            + Digest.of(der).brief()
                            + "; pinned, its dates do not matter");
        } catch (CertificateException broken) {
            return Finding.fault(
                    "server authority",
                    "the pinned certificate cannot be read ("
                            + broken.getMessage()
                            + "): no server is trusted; provision the device again");
        }
    }

    private static void identity(Optional<Identity> known, Instant now, List<Finding> findings) {
        if (known.isEmpty()) {
            findings.add(
                    Finding.warning(
                            "key",
                            "none yet: the agent makes one when it runs for the first time"));
            return;
        }
        findings.add(
                Finding.ok(
                        "key",
                        known.get().key().publicKey()
                                + ", fingerprint "
                                + known.get().fingerprint()
                                + ", code "
                                + known.get().code()));
        findings.add(
                known.get()
                        .certificate()
                        .map(certificate -> certificate(certificate, now))
                        .orElseGet(() ->
                                Finding.warning(
                                        "certificate", "none yet: the device has not enrolled")));
    }

    private static Finding certificate(DeviceCertificate certificate, Instant now) {
        String text =
                certificate.name().device()
                        + ", serial "
                        + certificate.serial()
                        + ", renewed from "
                        + certificate.renewal();
        boolean isOverdue = now.isAfter(certificate.renewal());
        Finding by =
                Finding.until(
                        "certificate",
                        text,
                        certificate.until(),
                        now,
                        "the server is asked for a new one with the known key at the next contact");
        // short certificates are always near their end; what counts is that renewals work
        Finding.Level level = isOverdue ? Finding.Level.WARNING : Finding.Level.OK;
        return new Finding(level, by.subject(), by.text(), by.ends());
    }

    private static void roots(RegionTrustStore trust, Instant now, List<Finding> findings) {
        for (String role : List.of("root", "timestamp", "snapshot", "targets")) {
            Optional<byte[]> stored = trust.load(role);
            if (stored.isPresent()) {
                findings.add(metadata(role, stored.get(), now));
            } else if (role.equals("root")) {
                findings.add(
                        Finding.fault(
                                "root of trust", "there is none: no release can be verified"));
            }
        }
    }

    private static Finding metadata(String role, byte[] bytes, Instant now) {
        String subject = role.equals("root") ? "root of trust" : role + " metadata";
        try {
            JsonObject signed =
                    StrictJson.parseObject(bytes, Limits.METADATA_BYTES).object("signed");
            Finding by =
                    Finding.until(
                            subject,
                            "version " + signed.integer("version"),
                            Instant.parse(signed.text("expires")),
                            now,
                            ROLES.getOrDefault(role, ""));
            // what is renewed with every update is over between updates, and that is as it shall be
            boolean isShort = role.equals("timestamp") || role.equals("snapshot");
            return isShort
                    ? new Finding(Finding.Level.OK, subject, by.text(), Optional.empty())
                    : by;
        } catch (MalformedInput | java.time.DateTimeException broken) {
            return Finding.fault(subject, "cannot be read: " + broken.getMessage());
        }
    }

    private static void floors(Memory memory, List<Finding> findings) {
        findings.add(
                Finding.ok(
                        "floors",
                        memory.clock()
                                        .versions()
                                        .map(version -> "no release below " + version + "; ")
                                        .orElse("")
                                + memory.clock()
                                        .signed()
                                        .map(word -> "signed time " + word.time() + "; ")
                                        .orElse("no signed time yet; ")
                                + "check-in counters below "
                                + memory.clock().counters()
                                + " and boot report counters below "
                                + memory.reports().counter()
                                + " were used; "
                                + memory.reports().waiting().size()
                                + " reports wait"));
    }

    private static void storage(StatePartition state, List<Finding> findings) {
        for (Region region : Region.values()) {
            StatePartition.Reading reading = state.inspect(region);
            if (reading.isLost()) {
                findings.add(Finding.fault("state partition", "lost: " + reading.faults()));
            } else if (!reading.faults().isEmpty()) {
                findings.add(
                        Finding.warning(
                                "state partition",
                                "one of two copies is broken, and written again with the next"
                                        + " change: "
                                        + reading.faults()));
            }
        }
    }

    /// What ends next by itself, if nothing is done about it.
    Optional<Finding> next() {
        return findings.stream()
                .filter(finding -> finding.ends().filter(now::isBefore).isPresent())
                .min(Comparator.comparing(finding -> finding.ends().orElseThrow()));
    }

    Finding.Level worst() {
        return findings.stream()
                .map(Finding::level)
                .max(Comparator.naturalOrder())
                .orElse(Finding.Level.OK);
    }

    String toText() {
        var text = new StringBuilder();
        for (Finding finding : findings) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%-8s %-18s %s%n",
                            finding.level(),
                            finding.subject(),
                            finding.text()));
        }
        text.append(
                next().map(first ->
                                "Next: "
                                        + first.subject()
                                        + " ends at "
                                        + first.ends().orElseThrow()
                                        + "\n")
                        .orElse("Next: nothing ends by itself\n"));
        return text.toString();
    }

    String toJson() {
        JsonObject json =
                JsonObject.of("now", now.toString())
                        .with("worst", worst().toString())
                        .with(
                                "findings",
                                new JsonArray(
                                        findings.stream().<Json>map(Finding::toJson).toList()));
        if (next().isPresent()) json = json.with("next", next().get().toJson());
        return PrettyJson.write(json);
    }
}
