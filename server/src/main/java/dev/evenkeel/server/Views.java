// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.fleet.Budget;
import dev.evenkeel.fleet.Device;
import dev.evenkeel.fleet.DeviceEvent;
import dev.evenkeel.fleet.DeviceStatus;
import dev.evenkeel.fleet.DeviceUpdate;
import dev.evenkeel.fleet.EnrolmentToken;
import dev.evenkeel.fleet.ExpectedKey;
import dev.evenkeel.fleet.FactoryAuthority;
import dev.evenkeel.fleet.Group;
import dev.evenkeel.fleet.GroupName;
import dev.evenkeel.fleet.PackageList;
import dev.evenkeel.fleet.Release;
import dev.evenkeel.fleet.Rollout;
import dev.evenkeel.fleet.RolloutStatus;
import dev.evenkeel.fleet.Waiting;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/// The fleet as the operator API shows it. Described in `openapi.json`.
final class Views {
    private Views() {}

    static JsonObject device(DeviceStatus status, long payloadBytesServed) {
        JsonObject json =
                JsonObject.of("device", status.device().id().text())
                        .with("device_type", status.device().type().text())
                        .with("revision", status.device().revision())
                        .with("enrolled_at", time(status.device().enrolledAt()))
                        .with("online", status.online())
                        .with("state", status.shown().map(Object::toString).orElse("idle"))
                        .with(
                                "groups",
                                JsonArray.ofTexts(
                                        status.groups().stream().map(GroupName::text).toList()))
                        .with("payload_bytes_served", payloadBytesServed)
                        .with("updates", list(status.updates(), Views::update));
        var contact = status.state().contact();
        if (contact.isPresent()) {
            var checkIn = contact.get().checkIn();
            json =
                    json.with("seen_at", time(contact.get().at()))
                            .with("boot_id", checkIn.boot().text())
                            .with("protocol", checkIn.protocol())
                            .with("clock", checkIn.sent().clock().toString())
                            .with("running", checkIn.running().toJson())
                            .with("condition", checkIn.condition().toJson());
        }
        if (status.desired().isPresent()) {
            Rollout desired = status.desired().get();
            json =
                    json.with(
                            "desired",
                            JsonObject.of("rollout", desired.id().text())
                                    .with("release", desired.release().version().text()));
        }
        if (status.waitsFor().isPresent()) {
            json = json.with("waits_for", status.waitsFor().get());
        }
        if (status.plan().isPresent()) json = json.with("plan", status.plan().get().toJson());
        if (status.state().report().isPresent()) {
            var report = status.state().report().get();
            json =
                    json.with(
                            "report",
                            JsonObject.of("counter", report.counter())
                                    .with("outcome", report.outcome().toString())
                                    .with("verdict", report.verdict().toString())
                                    .with("attempts", report.attempts())
                                    .with("running", report.running().toJson())
                                    .with("reason", report.reason()));
        }
        if (status.state().quarantine().isPresent()) {
            var quarantine = status.state().quarantine().get();
            json =
                    json.with(
                            "quarantine",
                            JsonObject.of("at", time(quarantine.at()))
                                    .with("what", quarantine.what()));
        }
        return withIdentity(json, status.device());
    }

    private static JsonObject withIdentity(JsonObject device, Device known) {
        JsonObject json =
                device.with("key", known.fingerprint().hex())
                        .with("admitted_by", known.admission().way().toString());
        if (known.certificate().isPresent()) {
            Device.Certificate certificate = known.certificate().get();
            json =
                    json.with(
                            "certificate",
                            JsonObject.of("serial", certificate.serial())
                                    .with("issued_at", time(certificate.issuedAt()))
                                    .with("expires_at", time(certificate.expiresAt())));
        }
        if (known.revoked().isPresent()) {
            json =
                    json.with(
                            "revoked",
                            JsonObject.of("at", time(known.revoked().get().at()))
                                    .with("why", known.revoked().get().why()));
        }
        return json;
    }

    static JsonObject update(DeviceUpdate update) {
        return JsonObject.of("rollout", update.rollout().text())
                .with("release", update.release().version().text())
                .with("manifest", update.release().manifest().hex())
                .with("state", update.state().name().toString())
                .with("reason", update.state().reason())
                .with("evidence", update.state().evidence().toString())
                .with("since", time(update.since()))
                .with("done_bytes", update.doneBytes())
                .with("total_bytes", update.totalBytes())
                .with("downloaded_bytes", update.downloadedBytes())
                .with("allowed_bytes", update.allowedBytes())
                .with("message", update.message());
    }

    static JsonObject event(DeviceEvent event) {
        return JsonObject.of("at", time(event.at()))
                .with("kind", event.kind().toString())
                .with("text", event.text());
    }

    static JsonObject release(Release release) {
        return JsonObject.of("release", release.version().text())
                .with("name", release.name())
                .with("description", release.description())
                .with("device_type", release.compatible().deviceType().text())
                .with("revisions", release.compatible().revisions().toJson())
                .with("manifest", release.manifest().hex())
                .with(
                        "channels",
                        JsonArray.ofTexts(
                                release.channels().stream().map(Object::toString).toList()))
                .with("image_bytes", release.imageBytes())
                .with("pack_bytes", release.packBytes())
                .with("packages_digest", release.packages().hex())
                .with("published_at", time(release.publishedAt()));
    }

    static JsonObject difference(PackageList.Difference difference) {
        return JsonObject.of("added", list(difference.added(), Views::change))
                .with("removed", list(difference.removed(), Views::change))
                .with("changed", list(difference.changed(), Views::change));
    }

    private static JsonObject change(PackageList.Change change) {
        return JsonObject.of("name", change.name())
                .with("before", change.before())
                .with("after", change.after());
    }

    static JsonObject rollout(RolloutStatus status) {
        Rollout rollout = status.rollout();
        JsonObject counts = JsonObject.EMPTY;
        for (var count : status.counts().entrySet()) {
            counts = counts.with(count.getKey().toString(), count.getValue());
        }
        JsonObject json =
                JsonObject.of("rollout", rollout.id().text())
                        .with("release", rollout.release().version().text())
                        .with("manifest", rollout.release().manifest().hex())
                        .with("device_type", rollout.deviceType().text())
                        .with("channel", rollout.channel().text())
                        .with("group", rollout.group().text())
                        .with("state", rollout.state().toString())
                        .with("evidence", rollout.least().toString())
                        .with("note", rollout.note())
                        .with("started_at", time(rollout.startedAt()))
                        .with("changed_at", time(rollout.changedAt()))
                        .with("devices", status.devices())
                        .with("not_needed", status.notNeeded())
                        .with("counts", counts);
        return rollout.budget().isPresent()
                ? json.with("budget", budget(rollout.budget().get()))
                : json;
    }

    static JsonObject budget(Budget budget) {
        return JsonObject.of("bytes", budget.bytes()).with("beyond", budget.beyond().toString());
    }

    static JsonObject group(Group group) {
        return JsonObject.of("group", group.name().text())
                .with(
                        "devices",
                        JsonArray.ofTexts(
                                group.members().stream().map(Object::toString).sorted().toList()));
    }

    static JsonObject token(EnrolmentToken token) {
        JsonObject json =
                JsonObject.of("id", token.digest().brief())
                        .with("note", token.note())
                        .with("created_at", time(token.createdAt()))
                        .with("expires_at", time(token.expiresAt()));
        return token.usedBy().isPresent()
                ? json.with("used_by", token.usedBy().get().text())
                : json;
    }

    static JsonObject waiting(Waiting who) {
        return JsonObject.of("code", who.code().text())
                .with("key", who.fingerprint().hex())
                .with("device_type", who.hardware().type().text())
                .with("revision", who.hardware().revision())
                .with("address", who.address())
                .with("since", time(who.since()));
    }

    static JsonObject expectedKey(ExpectedKey key) {
        JsonObject json =
                JsonObject.of("key", key.fingerprint().hex())
                        .with("way", key.way().toString())
                        .with("note", key.note())
                        .with("created_at", time(key.createdAt()))
                        .with("expires_at", time(key.expiresAt()));
        return key.usedBy().isPresent() ? json.with("used_by", key.usedBy().get().text()) : json;
    }

    static JsonObject factory(FactoryAuthority authority) {
        return JsonObject.of("authority", authority.fingerprint().hex())
                .with("note", authority.note())
                .with("added_at", time(authority.addedAt()));
    }

    static <T> JsonArray list(Collection<T> things, Function<T, JsonObject> view) {
        List<Json> views = things.stream().<Json>map(view).toList();
        return new JsonArray(views);
    }

    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
