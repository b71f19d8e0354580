// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.json.JsonObject;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/// How far the inactive slot is written and flushed, so that what was verified once is never
/// fetched again. Format: `docs/formats/journal.md`.
///
/// @param manifest digest of the release's manifest: a halted update goes on where it was, also
///   when another rollout brings the same release again
/// @param chunks for each payload, how many of its chunks, from the first on, are on the medium
/// @param downloadedBytes fetched for this release so far
/// @param deltaTries how often a frame of a delta was begun since one was last done; from
///   [#MOST_DELTA_TRIES] on this release comes without a delta
record Ledger(
        Digest manifest,
        Slot slot,
        Map<Payload.Kind, Integer> chunks,
        long downloadedBytes,
        int deltaTries,
        JsonObject unknown) {
    static final int FORMAT = 1;

    /// A frame that is begun and never done has ended the agent: it ran out of memory, or an
    /// encoder crashed. Power that goes now and then must not count as that.
    static final int MOST_DELTA_TRIES = 5;

    private static final Set<String> KNOWN =
            Set.of(
                    "type",
                    "format",
                    "manifest",
                    "slot",
                    "chunks",
                    "downloaded_bytes",
                    "delta_tries");

    Ledger {
        chunks = Map.copyOf(chunks);
    }

    static Ledger begin(Digest manifest, Slot slot) {
        return new Ledger(manifest, slot, Map.of(), 0, 0, JsonObject.EMPTY);
    }

    static Ledger read(JsonObject json) {
        JsonObject counts = json.object("chunks");
        var chunks = new EnumMap<Payload.Kind, Integer>(Payload.Kind.class);
        for (Payload.Kind kind : Payload.Kind.values()) {
            if (counts.has(kind.toString())) {
                chunks.put(kind, counts.smallInteger(kind.toString()));
            }
        }
        return new Ledger(
                new Digest(json.text("manifest")),
                Slot.parse(json.text("slot")),
                chunks,
                json.size("downloaded_bytes"),
                json.has("delta_tries") ? json.smallInteger("delta_tries") : 0,
                json.without(KNOWN));
    }

    JsonObject toJson() {
        JsonObject counts = JsonObject.EMPTY;
        for (Payload.Kind kind : Payload.Kind.values()) {
            if (chunks.containsKey(kind)) counts = counts.with(kind.toString(), done(kind));
        }
        JsonObject json =
                JsonObject.of("type", "ledger")
                        .with("format", FORMAT)
                        .with("manifest", manifest.hex())
                        .with("slot", slot.toString())
                        .with("chunks", counts)
                        .with("downloaded_bytes", downloadedBytes);
        return unknown.withAll(deltaTries == 0 ? json : json.with("delta_tries", deltaTries));
    }

    int done(Payload.Kind kind) {
        return chunks.getOrDefault(kind, 0);
    }

    Ledger with(Payload.Kind kind, int done, long downloaded) {
        var more = new EnumMap<Payload.Kind, Integer>(Payload.Kind.class);
        more.putAll(chunks);
        more.put(kind, done);
        return new Ledger(manifest, slot, more, downloaded, deltaTries, unknown);
    }

    Ledger withDeltaTries(int tries) {
        return new Ledger(manifest, slot, chunks, downloadedBytes, tries, unknown);
    }

    boolean takesDeltas() {
        return deltaTries < MOST_DELTA_TRIES;
    }
}
