// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.BootId;
import dev.evenkeel.testkit.DiskWatch;
import dev.evenkeel.testkit.Medium;
import dev.evenkeel.testkit.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What may differ between two states without any difference in what the device will do: the names
/// of boots, how often counters were counted, and in which half of the state partition a copy lies.
/// Each state is brought into one form before it is explored, so that equal ones are equal bytes.
/// Without this a proof would count histories, not states.
final class Symmetry {
    private static final int BOOT_POOL = 7;
    private static final Pattern BOOT = Pattern.compile("00000000-0000-0007-0000-[0-9a-f]{12}");
    private static final Pattern COUNTERS = Pattern.compile("\"counters\":\\d+");
    private static final Pattern COUNTER = Pattern.compile("\"counter\":\\d+");
    private static final Pattern DOWNLOADED = Pattern.compile("\"downloaded_bytes\":\\d+");

    /// Of a state in which nobody has to look for names.
    static final Symmetry NONE = new Symmetry(List.of(), List.of());

    /// Regions in which boots are named, so that they have to be read together.
    static final List<Region> NAMING = List.of(Region.JOURNAL, Region.RESTARTS, Region.REPORTS);

    private final Map<String, String> boots = new HashMap<>();
    private final boolean hasReports;

    /// @param remembering contents in which boots are named
    private Symmetry(List<byte[]> remembering, List<byte[]> reports) {
        this.hasReports =
                reports.stream()
                        .map(one -> new String(one, ISO_8859_1))
                        .anyMatch(one -> !one.contains("\"waiting\":[]"));
        // the names inside of signed reports cannot be changed
        if (hasReports) return;
        for (byte[] content : remembering) {
            Matcher found = BOOT.matcher(new String(content, ISO_8859_1));
            while (found.find()) boots.computeIfAbsent(found.group(), _ -> boot(boots.size() + 1));
        }
    }

    /// For a state partition.
    ///
    /// @param olderMatters whether the newest copy of a region may be lost later
    static Symmetry of(Medium state, boolean olderMatters) {
        List<byte[]> reports = contents(Copies.of(state, Region.REPORTS));
        boolean isNewestOnly = !olderMatters && !reports.isEmpty();
        return new Symmetry(remembering(state), isNewestOnly ? reports.subList(0, 1) : reports);
    }

    /// The contents in which boots are named, the newest of each region first.
    private static List<byte[]> remembering(Medium state) {
        var all = new ArrayList<byte[]>();
        for (Region region : NAMING) {
            if (region != Region.REPORTS) all.addAll(contents(Copies.of(state, region)));
        }
        return all;
    }

    /// Readable contents of a region, the newest first.
    static List<byte[]> contents(List<StatePartition.Copy> copies) {
        Optional<byte[]> first = copies.get(0).content();
        Optional<byte[]> second = copies.get(1).content();
        if (first.isEmpty()) return second.map(List::of).orElse(List.of());
        if (second.isEmpty()) return List.of(first.get());
        return copies.get(1).sequence() > copies.get(0).sequence()
                ? List.of(second.get(), first.get())
                : List.of(first.get(), second.get());
    }

    /// The name of a new boot: one that the device does not remember.
    static BootId freshBoot(MachineState state) {
        Medium medium = state.medium(Partition.STATE);
        var remembered = new StringBuilder();
        for (Region region : NAMING) {
            for (byte[] content : contents(Copies.of(medium, region))) {
                remembered.append(new String(content, ISO_8859_1));
            }
        }
        int number = 1;
        while (remembered.indexOf(boot(number)) >= 0) number++;
        return new BootId(boot(number));
    }

    /// The whole state in the form that stands for all that are equal to it.
    static MachineState canonical(MachineState state, boolean olderMatters) {
        Medium medium = state.medium(Partition.STATE);
        Symmetry symmetry = of(medium, olderMatters);
        for (Region region : Region.values()) medium = symmetry.canonical(medium, region);
        MachineState same = state.with(Partition.STATE, medium);
        return symmetry.hasReports() ? same : same.with(state.around().withoutCounters());
    }

    /// Whether reports wait, whose counters the server has to know.
    boolean hasReports() {
        return hasReports;
    }

    /// The content that stands for all that are equal to it.
    byte[] canonical(Region region, byte[] content) {
        return switch (region) {
            case JOURNAL, RESTARTS -> renamed(content);
            case CLOCK -> replaced(content, COUNTERS, "\"counters\":0");
            case LEDGER -> replaced(content, DOWNLOADED, "\"downloaded_bytes\":0");
            case REPORTS -> hasReports ? content : replaced(content, COUNTER, "\"counter\":1");
            case PROVISIONING,
                    IDENTITY,
                    TRUST_ROOT,
                    TRUST_TIMESTAMP,
                    TRUST_SNAPSHOT,
                    TRUST_TARGETS,
                    TRUST_CHANNEL,
                    HISTORY ->
                    content;
        };
    }

    /// The medium with the copies of one region in the form that stands for all: the older copy
    /// first, the newest behind it, a broken one behind a good one.
    Medium canonical(Medium medium, Region region) {
        List<StatePartition.Copy> copies = Copies.of(medium, region);
        List<byte[]> newestFirst = contents(copies);
        if (newestFirst.isEmpty() || isCanonical(region, copies, newestFirst)) return medium;
        Medium blank = medium;
        for (int copy = 0; copy < 2; copy++) {
            blank = blank.blanked(region.offset(copy), region.sizeBytes());
        }
        Medium written = written(blank, region, newestFirst);
        Optional<Integer> broken = broken(copies);
        return broken.isEmpty()
                ? written
                : moved(medium, region.offset(broken.get()), written, region.offset(1), region);
    }

    private boolean isCanonical(
            Region region, List<StatePartition.Copy> copies, List<byte[]> newestFirst) {
        for (int i = 0; i < newestFirst.size(); i++) {
            if (copies.get(i).sequence() != i + 1) return false;
        }
        return newestFirst.stream()
                .allMatch(content -> Arrays.equals(content, canonical(region, content)));
    }

    private Medium written(Medium blank, Region region, List<byte[]> newestFirst) {
        var disk = new SimulatedDisk("state", blank, SimulatedDisk.SECTOR_BYTES, DiskWatch.NONE);
        try {
            for (byte[] content : newestFirst.reversed()) {
                new StatePartition(disk).write(region, canonical(region, content));
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return disk.medium();
    }

    private static Optional<Integer> broken(List<StatePartition.Copy> copies) {
        if (copies.get(0).isBroken()) return Optional.of(0);
        return copies.get(1).isBroken() ? Optional.of(1) : Optional.empty();
    }

    private static Medium moved(Medium from, long at, Medium to, long place, Region region) {
        Medium changed = to;
        int[] pages =
                from.writtenPages()
                        .filter(page ->
                                (long) page * Medium.PAGE_BYTES >= at
                                        && (long) page * Medium.PAGE_BYTES
                                                < at + region.sizeBytes())
                        .toArray();
        for (int page : pages) {
            long offset = (long) page * Medium.PAGE_BYTES - at;
            changed = changed.with(place + offset, from.page(page));
        }
        return changed;
    }

    static StatePartition partition(Medium medium) {
        return new StatePartition(
                new SimulatedDisk("state", medium, SimulatedDisk.SECTOR_BYTES, DiskWatch.NONE));
    }

    private byte[] renamed(byte[] content) {
        if (boots.isEmpty()) return content;
        return BOOT.matcher(new String(content, ISO_8859_1))
                .replaceAll(found -> boots.getOrDefault(found.group(), found.group()))
                .getBytes(ISO_8859_1);
    }

    private static byte[] replaced(byte[] content, Pattern what, String by) {
        return what.matcher(new String(content, ISO_8859_1)).replaceAll(by).getBytes(ISO_8859_1);
    }

    private static String boot(int number) {
        return new UUID(BOOT_POOL, number).toString();
    }
}
