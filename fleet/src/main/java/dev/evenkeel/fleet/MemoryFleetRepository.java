// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.RolloutId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A memory that lasts as long as the process, for tests and trials.
public final class MemoryFleetRepository implements FleetRepository {
    private record Part(RolloutId rollout, DeviceId device) {}

    private record Numbered(long counter, Instant receivedAt, byte[] envelope) {}

    private final Map<Digest, EnrolmentToken> tokens = new LinkedHashMap<>();
    private final Map<Digest, ExpectedKey> expectedKeys = new LinkedHashMap<>();
    private final Map<Digest, FactoryAuthority> factories = new LinkedHashMap<>();
    private final Map<DeviceId, Device> devices = new LinkedHashMap<>();
    private final Map<DeviceId, DeviceState> states = new LinkedHashMap<>();
    private final Map<GroupName, Group> groups = new LinkedHashMap<>();
    private final Map<Digest, Release> releases = new LinkedHashMap<>();
    private final Map<Digest, PackageList> packages = new HashMap<>();
    private final Map<RolloutId, Rollout> rollouts = new LinkedHashMap<>();
    private final Map<Part, DeviceUpdate> updates = new LinkedHashMap<>();
    private final Map<BudgetHolder, Budget> budgets = new HashMap<>();
    private final Map<DeviceId, List<Numbered>> reports = new HashMap<>();
    private final Map<Part, Long> proofs = new HashMap<>();
    private final Map<DeviceId, List<DeviceEvent>> timelines = new HashMap<>();

    /// A repository that remembers nothing yet.
    public MemoryFleetRepository() {}

    @Override
    public synchronized Kept load() {
        return new Kept(
                List.copyOf(tokens.values()),
                List.copyOf(expectedKeys.values()),
                List.copyOf(factories.values()),
                List.copyOf(devices.values()),
                List.copyOf(states.values()),
                List.copyOf(groups.values()),
                List.copyOf(releases.values()),
                List.copyOf(rollouts.values()),
                List.copyOf(updates.values()),
                budgets);
    }

    @Override
    public synchronized void commit(List<FleetChange> changes) {
        changes.forEach(this::keep);
    }

    private void keep(FleetChange change) {
        switch (change) {
            case FleetChange.TokenKept(EnrolmentToken token) -> tokens.put(token.digest(), token);
            case FleetChange.ExpectedKeyKept(ExpectedKey key) ->
                    expectedKeys.put(key.fingerprint(), key);
            case FleetChange.FactoryKept(FactoryAuthority authority) ->
                    factories.put(authority.fingerprint(), authority);
            case FleetChange.FactoryRemoved(Digest fingerprint) -> factories.remove(fingerprint);
            case FleetChange.DeviceKept(Device device) -> devices.put(device.id(), device);
            case FleetChange.StateKept(DeviceState state) -> states.put(state.device(), state);
            case FleetChange.GroupKept(Group group) -> groups.put(group.name(), group);
            case FleetChange.GroupRemoved(GroupName name) -> groups.remove(name);
            case FleetChange.ReleaseKept(Release release, PackageList list) -> {
                releases.put(release.manifest(), release);
                packages.put(release.manifest(), list);
            }
            case FleetChange.RolloutKept(Rollout rollout) -> rollouts.put(rollout.id(), rollout);
            case FleetChange.UpdateKept(DeviceUpdate update) ->
                    updates.put(new Part(update.rollout(), update.device()), update);
            case FleetChange.BudgetKept(BudgetHolder holder, Budget budget) ->
                    budgets.put(holder, budget);
            case FleetChange.BudgetRemoved(BudgetHolder holder) -> budgets.remove(holder);
            case FleetChange.ReportKept report -> keep(report);
            case FleetChange.EventHappened(DeviceEvent event, int limit) -> {
                var events = timelines.computeIfAbsent(event.device(), _ -> new ArrayList<>());
                events.addFirst(event);
                while (events.size() > limit) events.removeLast();
            }
            case FleetChange.OlderForgotten(Instant than) -> forgetOlder(than);
        }
    }

    private void keep(FleetChange.ReportKept report) {
        DeviceId device = report.device();
        for (RolloutId rollout : report.proves()) {
            proofs.put(new Part(rollout, device), report.counter());
        }
        var kept = reports.computeIfAbsent(device, _ -> new ArrayList<>());
        kept.add(new Numbered(report.counter(), report.receivedAt(), report.envelope()));
        kept.sort(Comparator.comparingLong(Numbered::counter).reversed());
        List<Numbered> older = kept.subList(Math.min(report.limit(), kept.size()), kept.size());
        older.removeIf(one -> !isProof(device, one));
    }

    private boolean isProof(DeviceId device, Numbered report) {
        return proofs.entrySet().stream()
                .anyMatch(proof ->
                        proof.getKey().device().equals(device)
                                && proof.getValue() == report.counter());
    }

    private void forgetOlder(Instant than) {
        tokens.values().removeIf(token -> token.expiresAt().isBefore(than));
        expectedKeys.values().removeIf(key -> key.expiresAt().isBefore(than));
        timelines.values().forEach(events -> events.removeIf(e -> e.at().isBefore(than)));
        reports.forEach((device, kept) ->
                kept.subList(Math.min(1, kept.size()), kept.size())
                        .removeIf(one -> one.receivedAt().isBefore(than) && !isProof(device, one)));
    }

    @Override
    public synchronized List<DeviceEvent> timeline(DeviceId device, int limit) {
        return timelines.getOrDefault(device, List.of()).stream().limit(limit).toList();
    }

    @Override
    public synchronized Optional<PackageList> packages(Digest manifest) {
        return Optional.ofNullable(packages.get(manifest));
    }

    @Override
    public synchronized List<byte[]> reports(DeviceId device, int limit) {
        return reports.getOrDefault(device, List.of()).stream()
                .sorted(Comparator.comparingLong(Numbered::counter).reversed())
                .limit(limit)
                .map(Numbered::envelope)
                .toList();
    }
}
