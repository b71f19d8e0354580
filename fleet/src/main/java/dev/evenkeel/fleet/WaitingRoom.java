// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.KeyCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The devices that wait for a person. In memory only: who waits asks again every minute, and who
/// does not ask any more does not wait. Bounded, for every address too, because anybody may come
/// in: strangers who fill it keep the others waiting, but let nobody in.
///
/// Its own monitor guards it.
final class WaitingRoom {
    static final int MOST = 1_000;
    static final int MOST_OF_AN_ADDRESS = 100;
    static final Duration ASKS_EVERY = Duration.ofSeconds(30);
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

    private record Place(Waiting who, Instant asked) {}

    private final Map<Digest, Place> places = new LinkedHashMap<>();

    /// Whether there is a place for it.
    synchronized boolean enter(Waiting who, Instant now) {
        places.values().removeIf(place -> isOver(place, now));
        Place known = places.get(who.fingerprint());
        if (known == null && !hasRoom(who.address())) return false;
        places.put(who.fingerprint(), new Place(known == null ? who : known.who(), now));
        return true;
    }

    private boolean hasRoom(String address) {
        long neighbours =
                places.values().stream()
                        .filter(place -> place.who().address().equals(address))
                        .count();
        return places.size() < MOST && neighbours < MOST_OF_AN_ADDRESS;
    }

    private static boolean isOver(Place place, Instant now) {
        return place.asked().plus(FORGOTTEN_AFTER).isBefore(now);
    }

    /// Who waits, longest first.
    synchronized List<Waiting> all(Instant now) {
        return places.values().stream()
                .filter(place -> !isOver(place, now))
                .map(Place::who)
                .sorted(Comparator.comparing(Waiting::since))
                .toList();
    }

    /// The one with this code; empty when there is none, or more than one.
    synchronized Optional<Waiting> find(KeyCode code, Instant now) {
        List<Waiting> found = all(now).stream().filter(one -> one.code().equals(code)).toList();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    synchronized void leave(Digest fingerprint) {
        places.remove(fingerprint);
    }
}
