// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.BootId;
import dev.evenkeel.core.Channel;
import dev.evenkeel.core.ClockQuality;
import dev.evenkeel.core.Compatible;
import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceTime;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.HardwareUrn;
import dev.evenkeel.core.IntRange;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.core.message.Condition;
import dev.evenkeel.core.message.DownloadPlan;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.core.message.UpdateProgress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/// A fleet with a clock that is moved by hand, and devices that speak as agents do.
public final class FleetFixture {
    public static final DeviceType TYPE = new DeviceType("qemu-x86");
    public static final Channel DEV = new Channel("dev");

    private final FleetRepository repository;
    private final Random random = new Random(7);
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");
    private long stopwatchNanos;
    private FleetOptions options = FleetOptions.DEFAULT;
    public Fleet fleet;

    public FleetFixture(FleetRepository repository) {
        this.repository = repository;
        this.fleet = open();
    }

    private Fleet open() {
        return Fleet.open(
                new FleetId("home"), repository, options, () -> now, () -> stopwatchNanos, random);
    }

    /// Starts anew with these.
    public void keep(Retention retention) {
        options = options.withRetention(retention);
        restart();
    }

    /// The server is started anew over the same repository.
    public void restart() {
        fleet = open();
    }

    public void pass(Duration time) {
        now = now.plus(time);
        stopwatchNanos += time.toNanos();
    }

    /// Somebody sets the clock; no time passes.
    public void clockJumps(Duration ahead) {
        now = now.plus(ahead);
    }

    public Release publish(String version) {
        return publish(version, TYPE);
    }

    public Release publish(String version, DeviceType type) {
        var release =
                new Release(
                        new ReleaseName(new Version(version), manifest(version)),
                        "demo",
                        "",
                        new Compatible(type, new IntRange(1, 3)),
                        1000,
                        500,
                        PackageList.EMPTY.digest(),
                        Set.of(DEV),
                        now);
        return fleet.releases().publish(release, PackageList.EMPTY);
    }

    public static Digest manifest(String version) {
        return Digest.of(version.getBytes(StandardCharsets.UTF_8));
    }

    public Rollout rollOut(String version) {
        return rollOut(version, GroupName.ALL);
    }

    public Rollout rollOut(String version, GroupName group) {
        Release release =
                fleet.releases().find(TYPE, new Version(version)).orElseGet(() -> publish(version));
        return fleet.rollouts()
                .start(new Rollouts.Wanted(release, Optional.empty(), group, Evidence.SIGNED));
    }

    public FakeDevice device() {
        return device(TYPE, 2);
    }

    public FakeDevice device(DeviceType type, int revision) {
        return new FakeDevice(
                admit(applicant(type, revision), new Leave.Token(token())).device().id());
    }

    public String token() {
        return fleet.enrolment().createToken(Duration.ofHours(1), "").token();
    }

    /// Somebody with a new key.
    public Applicant applicant() {
        return applicant(TYPE, 2);
    }

    private Applicant applicant(DeviceType type, int revision) {
        var key = new byte[44];
        random.nextBytes(key);
        var hardware = new HardwareUrn(fleet.id(), type, revision);
        return new Applicant(key, Optional.of(hardware), "192.0.2.7");
    }

    /// As the server's authority makes one.
    public Device.Certificate certificate(Device device) {
        return new Device.Certificate("1a2b", now, now.plus(Duration.ofDays(30)));
    }

    public Admittance.Admitted admit(Applicant applicant, Leave leave) {
        return switch (fleet.enrolment().admit(applicant, leave, this::certificate)) {
            case Admittance.Admitted admitted -> admitted;
            case Admittance.NotYet notYet -> throw new AssertionError(notYet);
        };
    }

    /// One device as the server sees it: it says what the test tells it to.
    public final class FakeDevice {
        public final DeviceId id;
        private BootId boot = newBoot();
        private long checkIns;
        private long reports;
        private Running running = new Running(Slot.A, new Version("1.0"), Optional.empty(), false);
        private Optional<UpdateProgress> update = Optional.empty();

        FakeDevice(DeviceId id) {
            this.id = id;
        }

        public FakeDevice running(String version) {
            return running(version, false);
        }

        public FakeDevice running(String version, boolean trial) {
            boot = newBoot();
            running =
                    new Running(
                            Slot.B, new Version(version), Optional.of(manifest(version)), trial);
            return this;
        }

        public FakeDevice tells(Stage stage, String version, RolloutId rollout) {
            update =
                    Optional.of(
                            new UpdateProgress(
                                    Optional.of(rollout),
                                    new Version(version),
                                    manifest(version),
                                    stage,
                                    10,
                                    100,
                                    5,
                                    ""));
            return this;
        }

        /// How the update that it tells of comes to it.
        public FakeDevice plans(DownloadPlan plan) {
            update = update.map(told -> told.with(plan));
            return this;
        }

        public FakeDevice tellsNothing() {
            update = Optional.empty();
            return this;
        }

        public CheckIn next() {
            return checkIn(++checkIns, boot);
        }

        public CheckIn checkIn(long counter, BootId of) {
            return new CheckIn(
                    1,
                    List.of("chunks"),
                    fleet.id(),
                    id,
                    of,
                    counter,
                    new DeviceTime(now, ClockQuality.SYNCED),
                    running,
                    update,
                    Condition.UNKNOWN);
        }

        public BootId boot() {
            return boot;
        }

        public CheckInAnswer checksIn() {
            return switch (fleet.devices().checkIn(next())) {
                case CheckInResult.Answered(CheckInAnswer answer) -> answer;
                case CheckInResult.TwoHolders(String what) -> throw new AssertionError(what);
            };
        }

        public FakeDevice reports(BootReport.Outcome outcome, String about, String reason) {
            long number = ++reports;
            fleet.devices()
                    .report(report(number, outcome, about, reason), new byte[] {(byte) number});
            return this;
        }

        public BootReport report(
                long counter, BootReport.Outcome outcome, String about, String reason) {
            return new BootReport(
                    fleet.id(),
                    id,
                    boot,
                    counter,
                    new DeviceTime(now, ClockQuality.SYNCED),
                    running,
                    BootReport.Verdict.GREEN,
                    outcome,
                    1,
                    about.isEmpty()
                            ? Optional.empty()
                            : Optional.of(
                                    new BootReport.Subject(
                                            Optional.empty(), new Version(about), manifest(about))),
                    reason);
        }

        public DeviceStatus status() {
            return fleet.devices().show(id);
        }

        public UpdateState state() {
            return status().update().orElseThrow().state();
        }
    }

    private BootId newBoot() {
        return new BootId(new UUID(random.nextLong(), random.nextLong()).toString());
    }
}
