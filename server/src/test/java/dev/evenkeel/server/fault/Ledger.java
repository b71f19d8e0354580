// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.fault;

import dev.evenkeel.core.RolloutId;
import dev.evenkeel.server.FakeAgent;
import dev.evenkeel.trust.PrivateKey;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/// All that was asked of the server and what it answered, outside its reach. An operation is
/// *acknowledged* (the server said yes), *refused* (it said no, so nothing may have changed) or *in
/// doubt* (the line went dead: either is right, but no half of it).
final class Ledger {
    /// An enrolment whose answer was lost: it must go through with the same token and key.
    record Joining(String token, PrivateKey key) {}

    /// A rollout whose start was not answered.
    record Starting(Publication release, String group) {}

    final List<Member> members = new CopyOnWriteArrayList<>();
    final Queue<String> tokens = new ConcurrentLinkedQueue<>();
    final Queue<Joining> joinings = new ConcurrentLinkedQueue<>();
    final Map<String, Publication> published = new ConcurrentSkipListMap<>();
    final Map<String, Publication> publishing = new ConcurrentHashMap<>();
    final Map<RolloutId, Campaign> campaigns = new ConcurrentHashMap<>();
    final Queue<Starting> startings = new ConcurrentLinkedQueue<>();

    /// The members that a group may have: one set, or two while a change is in doubt.
    final Map<String, Set<Set<String>>> groups = new ConcurrentHashMap<>();

    final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong doubtful = new AtomicLong();
    private final AtomicLong checks = new AtomicLong();

    void acknowledged() {
        acknowledged.incrementAndGet();
    }

    void refused() {
        refused.incrementAndGet();
    }

    void inDoubt() {
        doubtful.incrementAndGet();
    }

    /// Holds one promise against what the server says.
    void check(boolean holds, String whatElse) {
        checks.incrementAndGet();
        if (!holds) violations.add(whatElse);
    }

    void joins(FakeAgent agent) {
        members.add(new Member(agent));
    }

    List<Campaign> newestFirst() {
        return campaigns.values().stream()
                .sorted(java.util.Comparator.comparingLong(Campaign::number).reversed())
                .toList();
    }

    String counts() {
        return acknowledged
                + " acknowledged, "
                + refused
                + " refused, "
                + doubtful
                + " in doubt, "
                + checks
                + " checks, "
                + violations.size()
                + " broken";
    }
}
