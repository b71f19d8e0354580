// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.core.message.Provisioning;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The agent's records in the state partition. A record that cannot be read counts as absent: the
/// device goes on from what the others say, and says so.
final class Memory {
    private final StatePartition state;
    private final Log log;
    private @Nullable History history;

    Memory(StatePartition state, Log log) {
        this.state = state;
        this.log = log;
    }

    /// Brings every record to two good copies. What the storage does not take is left as it is: the
    /// other copy serves as well.
    void heal() {
        for (Region region : Region.values()) {
            try {
                if (state.heal(region)) log.warn("state partition: healed region " + region);
            } catch (IOException failed) {
                log.error("state partition: cannot heal " + region + ": " + failed.getMessage());
            }
        }
    }

    Optional<Provisioning> provisioning() {
        return parsed(Region.PROVISIONING, Provisioning::read);
    }

    Optional<Identity> identity() {
        return record(Region.IDENTITY, Identity::read);
    }

    void store(Identity identity) throws IOException {
        writeTwice(Region.IDENTITY, identity.toJson());
    }

    Journal journal() {
        return record(Region.JOURNAL, Journal::read).orElse(Journal.EMPTY);
    }

    void store(Journal journal) throws IOException {
        write(Region.JOURNAL, journal.toJson());
    }

    /// The ledger of this release in this slot; an empty one when there is another's or none.
    Ledger ledger(Digest manifest, Slot slot) {
        return record(Region.LEDGER, Ledger::read)
                .filter(ledger -> ledger.manifest().equals(manifest) && ledger.slot() == slot)
                .orElseGet(() -> Ledger.begin(manifest, slot));
    }

    void store(Ledger ledger) throws IOException {
        write(Region.LEDGER, ledger.toJson());
    }

    ReportQueue reports() {
        return record(Region.REPORTS, ReportQueue::read).orElse(ReportQueue.EMPTY);
    }

    void store(ReportQueue reports) throws IOException {
        writeTwice(Region.REPORTS, reports.toJson());
    }

    ClockRecord clock() {
        return record(Region.CLOCK, ClockRecord::read).orElse(ClockRecord.EMPTY);
    }

    void store(ClockRecord clock) throws IOException {
        writeTwice(Region.CLOCK, clock.toJson());
    }

    Restarts restarts() {
        return record(Region.RESTARTS, Restarts::read).orElse(Restarts.NONE);
    }

    void store(Restarts restarts) throws IOException {
        write(Region.RESTARTS, restarts.toJson());
    }

    History history() {
        History known = history;
        if (known == null) {
            known = record(Region.HISTORY, History::read).orElse(History.EMPTY);
            history = known;
        }
        return known;
    }

    void store(History changed) throws IOException {
        write(Region.HISTORY, changed.toJson());
        history = changed;
    }

    private <T> Optional<T> record(Region region, Function<JsonObject, T> read) {
        return parsed(
                region, bytes -> read.apply(StrictJson.parseObject(bytes, region.capacityBytes())));
    }

    private <T> Optional<T> parsed(Region region, Function<byte[], T> read) {
        StatePartition.Reading reading = state.inspect(region);
        if (reading.isLost()) {
            log.warn("state partition: region " + region + " is lost: " + reading.faults());
        }
        try {
            return reading.content().filter(bytes -> bytes.length > 0).map(read);
        } catch (MalformedInput unreadable) {
            log.warn("state partition: region " + region + ": " + unreadable.getMessage());
            return Optional.empty();
        }
    }

    /// For what must not go back by one record when a flash loses an erase block with the newest
    /// copy in it: a counter that is used twice is a message that nobody believes.
    private void writeTwice(Region region, JsonObject json) throws IOException {
        write(region, json);
        state.mirror(region);
    }

    private void write(Region region, JsonObject json) throws IOException {
        state.write(region, json.toCanonicalBytes());
    }
}
