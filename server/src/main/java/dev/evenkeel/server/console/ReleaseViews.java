// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.fleet.DeviceStatus;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.PackageList;
import dev.evenkeel.fleet.Release;
import dev.evenkeel.server.delta.DeltaStep;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Releases for people, and how they differ.
public final class ReleaseViews {
    private ReleaseViews() {}

    public static List<ReleaseView> list(Fleet fleet, Instant now) {
        List<DeviceStatus> devices = fleet.devices().list();
        return fleet.releases().list().stream()
                .map(release -> view(fleet, release, devices, List.of(), List.of(), now))
                .toList();
    }

    /// One release and its packages.
    ///
    /// @param steps of the queue of deltas
    public static ReleaseView show(
            Fleet fleet, Release release, List<DeltaStep> steps, Instant now) {
        return view(
                fleet,
                release,
                fleet.devices().list(),
                steps,
                fleet.releases().packages(release).packages(),
                now);
    }

    private static ReleaseView view(
            Fleet fleet,
            Release release,
            List<DeviceStatus> devices,
            List<DeltaStep> steps,
            List<PackageList.Entry> packages,
            Instant now) {
        return new ReleaseView(
                release.version().text(),
                release.name(),
                release.description(),
                release.compatible().deviceType().text(),
                release.compatible().revisions().toString(),
                release.channels().stream().map(Channel::text).toList(),
                release.manifest().hex(),
                Words.bytes(release.imageBytes()),
                Words.bytes(release.packBytes()),
                When.of(release.publishedAt(), now),
                (int) devices.stream().filter(device -> runs(device, release)).count(),
                updates(steps, release),
                previous(fleet, release),
                packages);
    }

    private static List<ReleaseView.Update> updates(List<DeltaStep> steps, Release release) {
        return steps.stream()
                .filter(step ->
                        step.deviceType().equals(release.compatible().deviceType())
                                && step.to().equals(release.version()))
                .sorted(Comparator.comparing(DeltaStep::from).reversed())
                .map(step ->
                        new ReleaseView.Update(
                                step.from().text(),
                                delta(step),
                                Words.bytes(step.chunkBytes()),
                                Words.bytes(step.fullBytes())))
                .toList();
    }

    private static String delta(DeltaStep step) {
        String state = step.rows().getFirst().state().word().replace('_', ' ');
        return step.hasDelta() ? Words.bytes(step.cheapestBytes()) : "none: " + state;
    }

    private static boolean runs(DeviceStatus device, Release release) {
        return release.fits(device.device())
                && device.running().filter(release.release()::isRunIn).isPresent();
    }

    private static String previous(Fleet fleet, Release release) {
        return ofType(fleet, release.compatible().deviceType()).stream()
                .filter(other -> other.version().compareTo(release.version()) < 0)
                .findFirst()
                .map(other -> other.version().text())
                .orElse("");
    }

    private static List<Release> ofType(Fleet fleet, DeviceType type) {
        return fleet.releases().list().stream()
                .filter(release -> release.compatible().deviceType().equals(type))
                .toList();
    }

    /// How `after` differs from `before`, in packages and in bytes.
    ///
    /// @param chunks and `bytes` that a device which has `before` fetches for `after`
    public static DifferenceView difference(
            Fleet fleet, Release before, Release after, long chunks, long bytes) {
        DeviceType type = after.compatible().deviceType();
        double percent = after.imageBytes() == 0 ? 0 : 100.0 * bytes / after.imageBytes();
        return new DifferenceView(
                before.version().text(),
                after.version().text(),
                type.text(),
                ofType(fleet, type).stream().map(release -> release.version().text()).toList(),
                fleet.releases().packages(before).to(fleet.releases().packages(after)),
                Words.bytes(bytes),
                Words.bytes(after.imageBytes()),
                String.format(Locale.ROOT, percent < 10 ? "%.1f" : "%.0f", percent),
                chunks);
    }
}
