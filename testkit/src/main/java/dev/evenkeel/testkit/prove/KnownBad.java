// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.agent.Device;
import dev.evenkeel.agent.Server;
import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootStep;
import dev.evenkeel.boot.BootTable;
import dev.evenkeel.boot.Bootloader;
import dev.evenkeel.boot.CopyRow;
import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.UbootEnvironment;
import dev.evenkeel.core.Disk;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.Optional;

/// Mistakes that an updater could make, each put between the shipping agent and its device. The
/// prover has to catch every one: a proof that cannot fail proves nothing.
public enum KnownBad implements Sabotage {
    ARM_BEFORE_VERIFY("the slot is armed before it was read back") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.disks(
                    machine,
                    Spoilers::isPayload,
                    disk -> Spoilers.armedBeforeVerified(machine, disk, BootRecord.ATTEMPTS));
        }
    },
    NO_FLUSH_BEFORE_ARM("the slot is not flushed, and verified through the page cache") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.disks(
                    machine,
                    Spoilers::isPayload,
                    disk -> Spoilers.verifiedThroughCache(Spoilers.unflushed(disk)));
        }
    },
    VERIFY_THROUGH_CACHE("the slot is verified through the page cache only") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.disks(machine, Spoilers::isPayload, Spoilers::verifiedThroughCache);
        }
    },
    SINGLE_BOOT_RECORD("there is one boot record, written in place") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.disks(
                    machine,
                    partition -> partition == Partition.ENV_1,
                    _ -> machine.disk(Partition.ENV_0));
        }

        @Override
        public Bootloader bootloader() {
            return copies(row ->
                    row.withSource(
                                    row.first() == CopyRow.Copy.GOOD
                                            ? CopyRow.Source.ENV_0
                                            : CopyRow.Source.DEFAULT)
                            .withTarget(CopyRow.Target.ENV_0));
        }
    },
    RECORD_OVER_THE_NEWER("the bootloader writes over the newer copy of the boot record") {
        @Override
        public Bootloader bootloader() {
            return copies(row ->
                    row.withTarget(
                            row.reads() == CopyRow.Source.ENV_1
                                    ? CopyRow.Target.ENV_1
                                    : CopyRow.Target.ENV_0));
        }
    },
    RECORD_NOT_FLUSHED("the boot record is not flushed") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.disks(machine, Spoilers::isRecord, Spoilers::unflushed);
        }
    },
    BOTH_RECORDS_AT_ONCE("both copies of the boot record are written before a flush") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.disks(
                    machine,
                    Spoilers::isRecord,
                    disk ->
                            Spoilers.spilling(
                                    disk,
                                    machine.disk(
                                            disk.name().equals("env-0")
                                                    ? Partition.ENV_1
                                                    : Partition.ENV_0)));
        }
    },
    COMMIT_BEFORE_HEALTH("the trial is committed before its health checks spoke") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.alwaysGreen(machine);
        }
    },
    JOURNAL_AFTER_EFFECT("the stage is journaled after its effect") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.late(
                    machine,
                    write ->
                            write.partition() == Partition.STATE
                                    && StateMap.region(write.offset())
                                            .equals(Optional.of(Region.JOURNAL)),
                    partition -> partition != Partition.STATE);
        }
    },
    LEDGER_BEFORE_FLUSH("chunks are recorded as verified before they are flushed") {
        @Override
        public Device device(PowerOn machine) {
            return new LateFlush(machine);
        }
    },
    SLOT_CLOSED_LATE("the way back into a slot is closed after its first write, not before") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.late(
                    machine,
                    write ->
                            Spoilers.isRecord(write.partition())
                                    && write.bytes().length == UbootEnvironment.SIZE_BYTES
                                    && !BootRecord.read(write.bytes()).otherAllowed(),
                    Spoilers::isPayload);
        }
    },
    DATA_WRITTEN("what is written into a slot spills into the data partition") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.disks(
                    machine,
                    Spoilers::isPayload,
                    disk -> Spoilers.spilling(disk, machine.disk(Partition.DATA)));
        }
    },
    RUNNING_SLOT_WRITTEN("the running slot is written instead of the other one") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.disks(
                    machine,
                    partition -> partition.isOf(machine.slot().other()),
                    disk ->
                            machine.disk(
                                    Partition.named(disk.name().substring(0, 5) + machine.slot())));
        }
    },
    COUNTER_NOT_DECREMENTED("the bootloader takes no attempt") {
        @Override
        public Bootloader bootloader() {
            return row("boot");
        }
    },
    FALLBACK_DISABLED("the bootloader never falls back") {
        @Override
        public Bootloader bootloader() {
            return row("fallback", BootStep.TAKE_ATTEMPT);
        }
    },
    FALLBACK_WITHOUT_ATTEMPTS("a fallback gives the other slot no attempts") {
        @Override
        public Bootloader bootloader() {
            return row("fallback", BootStep.SWITCH_SLOTS, BootStep.TAKE_ATTEMPT);
        }
    },
    FALLBACK_ENDS_TRIAL("a fallback forgets that the slot it leaves was never committed") {
        @Override
        public Bootloader bootloader() {
            return row(
                    "fallback",
                    BootStep.EMPTY_FIRST,
                    BootStep.SWITCH_SLOTS,
                    BootStep.FILL_FIRST,
                    BootStep.END_TRIAL,
                    BootStep.TAKE_ATTEMPT);
        }
    },
    TIME_FORGOTTEN("the newest known time is not stored") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.state(machine, disk -> Spoilers.forgetting(disk, Region.CLOCK));
        }
    },
    REPORT_DROPPED("a report is acknowledged before it is stored, and lost") {
        @Override
        public Server server(PowerOn machine, Server server) {
            return (Server)
                    Proxy.newProxyInstance(
                            Server.class.getClassLoader(),
                            new Class<?>[] {Server.class},
                            (_, method, arguments) ->
                                    method.getName().equals("report")
                                            ? null
                                            : method.invoke(server, arguments));
        }
    },
    KEY_STORED_LATE("a device's key is stored only with the server's answer to it") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.state(
                    machine,
                    disk ->
                            Spoilers.forgetting(
                                    disk,
                                    Region.IDENTITY,
                                    () -> machine.hasToEnrol() && !machine.isEnrolled()));
        }
    },
    AHEAD_CLOCK_BELIEVED("the device's own clock raises its time floor for ever") {
        @Override
        public Server server(PowerOn machine, Server server) {
            return Spoilers.timedBy(machine, server);
        }
    },
    ROOT_IN_ONE_PIECE("both copies of a new root are written before a flush") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.state(machine, disk -> Spoilers.bothAtOnce(disk, Region.TRUST_ROOT));
        }
    },
    ROOT_BEFORE_REMOVAL("a new root is stored before what withdrawn keys signed is removed") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.state(machine, LateRemoval::new);
        }
    },
    CERTIFICATE_BEFORE_DURABLE("the old certificate goes before the new one is durable") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.stateWhenRenewing(
                    machine, disk -> Spoilers.bothAtOnce(disk, Region.IDENTITY));
        }
    },
    CERTIFICATE_NOT_STORED("a renewed certificate is shown and not stored") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.stateWhenRenewing(
                    machine, disk -> Spoilers.forgetting(disk, Region.IDENTITY));
        }
    },
    SIGNED_TIME_LOWERED("whoever counts check-ins drops the signed time") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.state(machine, Untimed::new);
        }
    },
    COPIES_NOT_HEALED("what stands in one good copy is never written into a broken one") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.state(machine, NeverHealed::new);
        }
    },
    FETCHED_AGAIN("what already stands in the slot is not looked at") {
        @Override
        public Device device(PowerOn machine) {
            return Spoilers.disks(
                    machine, partition -> partition.isOf(machine.slot().other()), Spoilers::blind);
        }
    };

    private final String words;

    KnownBad(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }

    private interface RowChange {
        CopyRow of(CopyRow row);
    }

    private static Bootloader copies(RowChange change) {
        return new Bootloader(
                BootTable.SHIPPED.withCopies(
                        BootTable.SHIPPED.copies().stream().map(change::of).toList()));
    }

    private static Bootloader row(String name, BootStep... steps) {
        return new Bootloader(
                BootTable.SHIPPED.with(BootTable.SHIPPED.slotRow(name).withSteps(steps)));
    }

    /// Flushes of slots wait for the next flush of the state partition.
    private static final class LateFlush extends WrappedDevice {
        private final PowerOn machine;

        LateFlush(PowerOn machine) {
            super(machine);
            this.machine = machine;
        }

        @Override
        public Disk open(String name, boolean writable) throws IOException {
            Disk disk = super.open(name, writable);
            Partition partition = Partition.named(name);
            if (partition == Partition.STATE) return flushingAll(disk);
            return Spoilers.isPayload(partition) ? Spoilers.unflushed(disk) : disk;
        }

        private Disk flushingAll(Disk state) {
            return new WrappedDisk(state) {
                @Override
                public void flush() throws IOException {
                    super.flush();
                    for (Partition partition : Partition.values()) {
                        if (Spoilers.isPayload(partition)) machine.disk(partition).flush();
                    }
                }
            };
        }
    }
}
