// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.agent.Device;
import dev.evenkeel.agent.Server;
import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.boot.Region;
import dev.evenkeel.core.Disk;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.message.CheckInAnswer;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Wrappers of the agent's ports that each spoil one step, as a mistake in the agent would.
final class Spoilers {
    private Spoilers() {}

    /// Changes what the agent gets when it opens certain partitions.
    static Device disks(PowerOn machine, Predicate<Partition> which, UnaryOperator<Disk> change) {
        return new WrappedDevice(machine) {
            @Override
            public Disk open(String partition, boolean writable) throws IOException {
                Disk disk = super.open(partition, writable);
                return which.test(Partition.named(partition)) ? change.apply(disk) : disk;
            }
        };
    }

    /// Changes the state partition as the agent sees it.
    static Device state(PowerOn machine, UnaryOperator<Disk> change) {
        return disks(machine, partition -> partition == Partition.STATE, change);
    }

    /// The same in the stories in which the device's certificate is due for renewal.
    static Device stateWhenRenewing(PowerOn machine, UnaryOperator<Disk> change) {
        return machine.has(Scenario.Habit.RENEWAL_DUE) ? state(machine, change) : machine;
    }

    static boolean isPayload(Partition partition) {
        return partition.kind() == Partition.Kind.PAYLOAD;
    }

    static boolean isRecord(Partition partition) {
        return partition == Partition.ENV_0 || partition == Partition.ENV_1;
    }

    static Disk unflushed(Disk disk) {
        return new WrappedDisk(disk) {
            @Override
            public void flush() {}
        };
    }

    static Disk verifiedThroughCache(Disk disk) {
        return new WrappedDisk(disk) {
            @Override
            public void readPastCache(long offset, ByteBuffer into) throws IOException {
                read(offset, into);
            }
        };
    }

    /// Writes into one region of the state partition are forgotten.
    static Disk forgetting(Disk state, Region region) {
        return new WrappedDisk(state) {
            @Override
            public void write(long offset, ByteBuffer from) throws IOException {
                if (!StateMap.region(offset).equals(Optional.of(region))) super.write(offset, from);
            }
        };
    }

    /// As long as something holds, writes into one region of the state partition are forgotten.
    static Disk forgetting(Disk state, Region region, BooleanSupplier when) {
        return new WrappedDisk(state) {
            @Override
            public void write(long offset, ByteBuffer from) throws IOException {
                boolean isForgotten =
                        when.getAsBoolean() && StateMap.region(offset).equals(Optional.of(region));
                if (!isForgotten) super.write(offset, from);
            }
        };
    }

    /// Both copies of a region are written in one go.
    static Disk bothAtOnce(Disk state, Region region) {
        return new WrappedDisk(state) {
            @Override
            public void write(long offset, ByteBuffer from) throws IOException {
                ByteBuffer same = from.duplicate();
                super.write(offset, from);
                if (!StateMap.region(offset).equals(Optional.of(region))) return;
                long first = region.offset(0);
                long other =
                        offset < region.offset(1)
                                ? offset - first + region.offset(1)
                                : offset - region.offset(1) + first;
                super.write(other, same);
            }
        };
    }

    /// The server seems to say what the device's clock says, where that is later.
    static Server timedBy(PowerOn machine, Server server) {
        return (Server)
                Proxy.newProxyInstance(
                        Server.class.getClassLoader(),
                        new Class<?>[] {Server.class},
                        (_, method, arguments) -> {
                            Object answer = invoked(server, method, arguments);
                            return answer instanceof CheckInAnswer said
                                    ? timed(said, machine)
                                    : answer;
                        });
    }

    private static @Nullable Object invoked(
            Server server, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(server, arguments);
        } catch (InvocationTargetException thrown) {
            throw Objects.requireNonNull(thrown.getCause());
        }
    }

    private static CheckInAnswer timed(CheckInAnswer said, PowerOn machine) {
        Instant later =
                machine.clockSays()
                        .filter(clock -> clock.isAfter(said.serverTime()))
                        .orElse(said.serverTime());
        return new CheckInAnswer(said.protocol(), later, said.pollSeconds(), said.assignment());
    }

    /// What stands in the inactive slot is not seen.
    static Disk blind(Disk disk) {
        return new WrappedDisk(disk) {
            @Override
            public void read(long offset, ByteBuffer into) {
                into.put(new byte[into.remaining()]);
            }
        };
    }

    /// Also writes somewhere else what is written here.
    static Disk spilling(Disk disk, Disk into) {
        return new WrappedDisk(disk) {
            @Override
            public void write(long offset, ByteBuffer from) throws IOException {
                ByteBuffer same = from.duplicate();
                super.write(offset, from);
                into.write(offset % Math.max(1, into.sizeBytes() - same.remaining()), same);
            }
        };
    }

    static Device alwaysGreen(PowerOn machine) {
        return new WrappedDevice(machine) {
            @Override
            public Map<String, String> facts(String name) {
                return name.equals("health")
                        ? Map.of("verdict", "green", "finished", "0")
                        : super.facts(name);
            }
        };
    }

    /// Arms the slot when its verification begins.
    static Disk armedBeforeVerified(PowerOn machine, Disk slot, int attempts) {
        return new WrappedDisk(slot) {
            @Override
            public void readPastCache(long offset, ByteBuffer into) throws IOException {
                Slot target = machine.slot().other();
                var records =
                        new BootRecords(
                                machine.disk(Partition.ENV_0), machine.disk(Partition.ENV_1));
                BootRecord record = records.load().record();
                if (!record.isOnTrial(target)) records.store(record.arm(target, attempts));
                super.readPastCache(offset, into);
            }
        };
    }

    /// Some writes reach the disk only after the effect that they should have come before: the next
    /// flush of certain partitions.
    static Device late(
            PowerOn machine, Predicate<Operation.Write> which, Predicate<Partition> effect) {
        return new LateWrites(machine, which, effect);
    }

    private static final class LateWrites extends WrappedDevice {
        private final Predicate<Operation.Write> which;
        private final Predicate<Partition> effect;
        private final PowerOn machine;
        private Operation.@Nullable Write held;

        LateWrites(PowerOn machine, Predicate<Operation.Write> which, Predicate<Partition> effect) {
            super(machine);
            this.machine = machine;
            this.which = which;
            this.effect = effect;
        }

        @Override
        public Disk open(String name, boolean writable) throws IOException {
            Partition partition = Partition.named(name);
            return new WrappedDisk(super.open(name, writable)) {
                @Override
                public void write(long offset, ByteBuffer from) throws IOException {
                    byte[] bytes = new byte[from.remaining()];
                    from.duplicate().get(bytes);
                    var write = new Operation.Write(partition, offset, bytes, false);
                    if (which.test(write)) held = write;
                    else super.write(offset, from);
                }

                @Override
                public void flush() throws IOException {
                    Operation.Write waiting = held;
                    if (waiting != null && waiting.partition() == partition) return;
                    super.flush();
                    if (waiting != null && effect.test(partition)) deliver(waiting);
                }
            };
        }

        @Override
        public boolean reboot(String reason) throws IOException {
            Operation.Write waiting = held;
            if (waiting != null) deliver(waiting);
            return super.reboot(reason);
        }

        private void deliver(Operation.Write waiting) throws IOException {
            held = null;
            Disk disk = machine.disk(waiting.partition());
            disk.write(waiting.offset(), ByteBuffer.wrap(waiting.bytes()));
            disk.flush();
        }
    }
}
