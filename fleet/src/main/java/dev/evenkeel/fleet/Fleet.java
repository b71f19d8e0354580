// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.FleetId;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// A set of devices under one owner, and all that can be asked of it. Start from [#open], then ask
/// the part that the request is about.
public final class Fleet {
    private final FleetId id;
    private final FleetOptions options;
    private final FleetRepository repository;
    private final Journal journal;
    private final SteadyClock steadyClock;
    private final List<FleetListener> listeners = new CopyOnWriteArrayList<>();
    private final Enrolment enrolment;
    private final Groups groups;
    private final Budgets budgets;
    private final Releases releases;
    private final Rollouts rollouts;
    private final Devices devices;
    private final Factories factories;

    private Fleet(
            FleetId id,
            FleetRepository repository,
            FleetOptions options,
            InstantSource clock,
            LongSupplier stopwatchNanos,
            RandomGenerator random) {
        FleetRepository.Kept kept = repository.load();
        this.id = id;
        this.options = options;
        this.repository = repository;
        this.journal = new Journal(repository);
        this.steadyClock = new SteadyClock(clock, stopwatchNanos);
        var registry = new Registry(kept);
        FleetListener listener = this::tell;
        this.groups = new Groups(registry, journal, kept.groups());
        this.budgets = new Budgets(registry, groups, journal, kept.budgets());
        this.releases = new Releases(repository, journal, listener, kept.releases());
        this.rollouts =
                new Rollouts(
                        registry,
                        groups,
                        releases,
                        journal,
                        options,
                        clock,
                        listener,
                        kept.rollouts());
        this.enrolment =
                new Enrolment(id, registry, journal, options, clock, random, listener, kept);
        this.factories = new Factories(journal, clock, kept.factories());
        this.devices =
                new Devices(
                        repository,
                        registry,
                        rollouts,
                        groups,
                        budgets,
                        journal,
                        options,
                        clock,
                        listener);
    }

    /// The fleet as `repository` remembers it.
    ///
    /// @param random a cryptographic source outside tests: ids and tokens come from it
    public static Fleet open(
            FleetId id,
            FleetRepository repository,
            FleetOptions options,
            InstantSource clock,
            RandomGenerator random) {
        return open(id, repository, options, clock, System::nanoTime, random);
    }

    /// As the other one, in a time of the caller's own.
    ///
    /// @param stopwatchNanos goes on evenly, whatever happens to the clock
    public static Fleet open(
            FleetId id,
            FleetRepository repository,
            FleetOptions options,
            InstantSource clock,
            LongSupplier stopwatchNanos,
            RandomGenerator random) {
        return new Fleet(id, repository, options, clock, stopwatchNanos, random);
    }

    public FleetId id() {
        return id;
    }

    public FleetOptions options() {
        return options;
    }

    public Enrolment enrolment() {
        return enrolment;
    }

    public Devices devices() {
        return devices;
    }

    public Factories factories() {
        return factories;
    }

    public Groups groups() {
        return groups;
    }

    public Budgets budgets() {
        return budgets;
    }

    public Releases releases() {
        return releases;
    }

    public Rollouts rollouts() {
        return rollouts;
    }

    /// The signed boot reports behind what is said of a device, newest first, as received.
    public List<byte[]> reports(DeviceId device, int limit) {
        return repository.reports(device, limit);
    }

    public void listen(FleetListener listener) {
        listeners.add(listener);
    }

    public void forget(FleetListener listener) {
        listeners.remove(listener);
    }

    /// From now on devices that have not begun an update wait for what `preparation` prepares.
    public void await(Preparation preparation) {
        devices.await(preparation);
    }

    /// Writes what waits to be written. To be called every second or so, and at the end.
    public void flush() {
        journal.flush();
    }

    /// Forgets what is older than the [Retention] says, unless the clock has just jumped. To be
    /// called every hour or so.
    public void forgetOld() {
        steadyClock
                .instant()
                .map(now -> now.minus(options.retention().age()))
                .ifPresent(than -> {
                    journal.now(List.of(new FleetChange.OlderForgotten(than)));
                    enrolment.forgetOlder(than);
                });
    }

    private void tell(FleetListener.News news) {
        for (FleetListener listener : listeners) listener.changed(news);
    }
}
