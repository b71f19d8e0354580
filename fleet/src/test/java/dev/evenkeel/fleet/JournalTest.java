// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JournalTest {
    private static final DeviceId DEVICE = new DeviceId("dev-" + "0".repeat(26));

    private final Recorder recorder = new Recorder();
    private final Journal journal = new Journal(recorder);

    @Test
    void what_waits_is_written_together_with_what_is_acknowledged_and_before_it() {
        journal.later(List.of(removed("waits")));
        journal.now(List.of(removed("acknowledged")));
        assertThat(recorder.kept).containsExactly(removed("waits"), removed("acknowledged"));
    }

    @Test
    void only_the_last_state_of_a_device_is_written() {
        DeviceState first = DeviceState.unknown(DEVICE);
        DeviceState last =
                first.quarantined(new DeviceState.Quarantine(java.time.Instant.EPOCH, "x"));
        journal.later(List.of(new FleetChange.StateKept(first)));
        journal.later(List.of(new FleetChange.StateKept(last)));
        journal.flush();
        assertThat(recorder.kept).containsExactly(new FleetChange.StateKept(last));
    }

    @Test
    void after_a_full_disk_what_was_refused_is_not_written_and_what_waits_is() {
        recorder.isFull = true;
        journal.later(List.of(removed("waits")));
        assertThatThrownBy(() -> journal.now(List.of(removed("refused")))).hasMessage("disk full");
        recorder.isFull = false;
        journal.flush();
        assertThat(recorder.kept).containsExactly(removed("waits"));
    }

    private static FleetChange removed(String name) {
        return new FleetChange.GroupRemoved(new GroupName(name));
    }

    private static final class Recorder implements FleetRepository {
        final List<FleetChange> kept = new ArrayList<>();
        boolean isFull;

        @Override
        public Kept load() {
            return Kept.NOTHING;
        }

        @Override
        public void commit(List<FleetChange> changes) {
            if (isFull) throw new IllegalStateException("disk full");
            kept.addAll(changes);
        }

        @Override
        public List<DeviceEvent> timeline(DeviceId device, int limit) {
            return List.of();
        }

        @Override
        public Optional<PackageList> packages(Digest manifest) {
            return Optional.empty();
        }

        @Override
        public List<byte[]> reports(DeviceId device, int limit) {
            return List.of();
        }
    }
}
