// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Downgrade;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.VersionFloor;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.fleet.Device;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.FleetException.Contradiction;
import dev.evenkeel.fleet.Release;
import dev.evenkeel.trust.MetadataPublisher;
import dev.evenkeel.trust.Offer;
import dev.evenkeel.trust.TargetFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What channels say about versions: floors below which nothing is installed, and the leave for one
/// device to go below. Both are signed by the channel's role, so a stolen server can give neither
/// where the channel's keys are elsewhere.
final class VersionRules {
    private static final Logger LOG = LoggerFactory.getLogger(VersionRules.class);
    private static final long MOST_SECONDS = 30 * Validity.DAY_SECONDS;
    private static final int MOST_REASON = 500;

    private final Fleet fleet;
    private final MetadataPublisher metadata;
    private final InstantSource clock;
    private final Path repository;

    VersionRules(Fleet fleet, MetadataPublisher metadata, InstantSource clock, Path repository) {
        this.fleet = fleet;
        this.metadata = metadata;
        this.clock = clock;
        this.repository = repository;
    }

    /// Whether a target of a channel is a rule, not a release.
    static boolean isRule(String targetName) {
        return isIn(targetName, VersionFloor.FOLDER) || isIn(targetName, Downgrade.FOLDER);
    }

    private static boolean isIn(String targetName, String folder) {
        String[] parts = targetName.split("/", -1);
        return parts.length == 4 && parts[2].equals(folder);
    }

    /// Sets the floor of a channel for a device type. Devices keep the highest that they saw, so it
    /// only rises; and it rises to a release that the channel has, as one above all of them would
    /// lock every device out.
    Answer setFloor(Request request) throws IOException {
        JsonObject body = request.json();
        var channel = new Channel(body.text("channel"));
        var type = new DeviceType(body.text("device_type"));
        var version = new Version(body.text("version"));
        Optional<VersionFloor> before = floor(channel, type);
        if (before.filter(floor -> version.compareTo(floor.version()) < 0).isPresent()) {
            throw new Contradiction(
                    "the floor of channel "
                            + channel
                            + " for "
                            + type
                            + " is "
                            + before.get().version()
                            + " and is never lowered: devices keep the highest that they saw. Give"
                            + " one device leave for a downgrade instead");
        }
        boolean isReached =
                fleet.releases().list().stream()
                        .filter(release -> release.compatible().deviceType().equals(type))
                        .filter(release -> release.channels().contains(channel))
                        .anyMatch(release -> release.version().compareTo(version) >= 0);
        if (!isReached) {
            throw new Contradiction(
                    "channel "
                            + channel
                            + " offers no release for "
                            + type
                            + " that reaches "
                            + version
                            + "; with such a floor its devices could install nothing. Promote one"
                            + " first");
        }
        var floor = new VersionFloor(fleet.id(), type, version);
        Offer offer =
                metadata.offer(
                        VersionFloor.target(channel, type), floor.toBytes(), clock.instant());
        LOG.info("floor of channel {} for {}: {} ({})", channel, type, version, told(offer));
        return answer(view(channel, floor), offer);
    }

    /// Gives one device leave to install one older release for a time.
    Answer allowDowngrade(Request request) throws IOException {
        JsonObject body = request.json();
        Device device = fleet.devices().show(request.device()).device();
        var channel = new Channel(body.text("channel"));
        Release release =
                fleet.releases()
                        .show(new Version(body.text("release")), Optional.of(device.type()));
        if (!release.fits(device) || !release.channels().contains(channel)) {
            throw new Contradiction(
                    "channel "
                            + channel
                            + " offers no release "
                            + release.version()
                            + " that fits device "
                            + device.id());
        }
        Instant now = clock.instant();
        Instant expires = now.plus(Validity.of(body, MOST_SECONDS)).truncatedTo(ChronoUnit.SECONDS);
        var leave =
                new Downgrade(
                        fleet.id(), device.id(), release.version(), release.manifest(), expires);
        Offer offer = metadata.offer(Downgrade.target(channel, device.id()), leave.toBytes(), now);
        String what =
                "an operator gives leave to install "
                        + release.version()
                        + " from channel "
                        + channel
                        + " until "
                        + expires
                        + " although it is older"
                        + reason(body)
                        + told(offer);
        fleet.devices().downgradeAllowed(device.id(), what);
        LOG.warn("device {}: {}", device.id(), what);
        return answer(view(channel, leave), offer);
    }

    private static String reason(JsonObject body) {
        String reason = body.optionalText("reason").orElse("");
        if (reason.length() > MOST_REASON) {
            throw new MalformedInput("reason: is longer than " + MOST_REASON + " characters");
        }
        return reason.isEmpty() ? "" : ": " + reason;
    }

    private static String told(Offer offer) {
        return switch (offer) {
            case Offer.Published _ -> "";
            case Offer.Waiting waiting -> "; " + waiting.told();
        };
    }

    /// All rules in force.
    Answer list(Request request) throws IOException {
        var floors = new ArrayList<JsonObject>();
        var downgrades = new ArrayList<JsonObject>();
        for (Map.Entry<String, TargetFile> target : metadata.targets().entrySet()) {
            String name = target.getKey();
            if (!isRule(name)) continue;
            var channel = new Channel(name.split("/", -1)[1]);
            byte[] bytes = content(target.getValue());
            if (isIn(name, VersionFloor.FOLDER)) {
                floors.add(view(channel, VersionFloor.read(bytes)));
            } else downgrades.add(view(channel, Downgrade.read(bytes)));
        }
        return Answer.json(
                JsonObject.of("floors", Views.list(floors, json -> json))
                        .with("downgrades", Views.list(downgrades, json -> json)));
    }

    private Optional<VersionFloor> floor(Channel channel, DeviceType type) throws IOException {
        TargetFile file = metadata.targets().get(VersionFloor.target(channel, type));
        return file == null ? Optional.empty() : Optional.of(VersionFloor.read(content(file)));
    }

    private byte[] content(TargetFile file) throws IOException {
        Path path = repository.resolve(file.path());
        if (Files.size(path) > Limits.MESSAGE_BYTES) {
            throw new IOException("the rule " + file.name() + " is too large to be one");
        }
        return file.verify(Files.readAllBytes(path));
    }

    private static JsonObject view(Channel channel, VersionFloor floor) {
        return JsonObject.of("channel", channel.text())
                .with("device_type", floor.deviceType().text())
                .with("version", floor.version().text());
    }

    private static JsonObject view(Channel channel, Downgrade leave) {
        return JsonObject.of("channel", channel.text())
                .with("device", leave.device().text())
                .with("release", leave.release().text())
                .with("manifest", leave.manifest().hex())
                .with("expires_at", leave.expires().toString());
    }

    private static Answer answer(JsonObject rule, Offer offer) {
        return Answer.json(
                switch (offer) {
                    case Offer.Published _ -> rule;
                    case Offer.Waiting waiting -> rule.with("waiting", waiting.told());
                });
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/v1/version-rules", Access.OPERATOR, this::list),
                Route.of(
                        "PUT",
                        "/api/v1/version-floors",
                        Access.OPERATOR,
                        Limits.MESSAGE_BYTES,
                        this::setFloor),
                Route.of(
                        "POST",
                        "/api/v1/devices/{device}/downgrades",
                        Access.OPERATOR,
                        Limits.MESSAGE_BYTES,
                        this::allowDowngrade));
    }
}
