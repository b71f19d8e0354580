// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.server.FakeAgent;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One device and what the server must know of it. Used by one thread at a time.
final class Member {
    /// A boot report, kept by the device until the server has it.
    ///
    /// @param inDoubt whether the server may have it already
    record Report(
            Dsse envelope,
            long counter,
            BootReport.Outcome outcome,
            Optional<RolloutId> rollout,
            String reason,
            Running running,
            boolean inDoubt) {
        Report doubted() {
            return new Report(envelope, counter, outcome, rollout, reason, running, true);
        }
    }

    /// What an update came to, by signed reports that the server has.
    ///
    /// @param states that may be told: two where a withdrawal was told and may have been lost
    record Result(Set<String> states, String reason) {}

    final FakeAgent agent;
    final List<Report> delivered = new ArrayList<>();
    final Map<RolloutId, Result> results = new HashMap<>();
    final Set<RolloutId> assigned = new HashSet<>();
    Optional<Report> pending = Optional.empty();

    private long reports;

    Member(FakeAgent agent) {
        this.agent = agent;
    }

    String id() {
        return agent.id.text();
    }

    interface Call {
        HttpResponse<byte[]> make() throws IOException;
    }

    /// Calls as the agent does: a server whose clock jumped takes certificates for expired, or gave
    /// some that are over, and the device gets another one with its known key.
    HttpResponse<byte[]> calls(Call call) throws IOException {
        HttpResponse<byte[]> response = call.make();
        boolean isOver =
                response.statusCode() == 401
                        && new String(response.body(), UTF_8).contains("has expired");
        if (!isOver) return response;
        HttpResponse<byte[]> given = agent.goesOnWithNextCertificate();
        return given.statusCode() == 200 ? call.make() : given;
    }

    void signs(BootReport.Outcome outcome, Optional<Campaign> about, String reason) {
        Dsse envelope =
                agent.nextReport(
                        outcome,
                        about.map(one ->
                                new BootReport.Subject(
                                        Optional.of(one.id()),
                                        new Version(one.release().version()),
                                        one.release().manifest())),
                        reason);
        pending =
                Optional.of(
                        new Report(
                                envelope,
                                ++reports,
                                outcome,
                                about.map(Campaign::id),
                                reason,
                                agent.running,
                                false));
    }

    /// The server has the pending report.
    void delivered(Map<RolloutId, Campaign> campaigns) {
        Report report = pending.orElseThrow();
        pending = Optional.empty();
        delivered.add(report);
        told(report.running(), campaigns, true);
        report.rollout()
                .ifPresent(rollout -> {
                    assigned.add(rollout);
                    results.put(rollout, result(report));
                });
    }

    private static Result result(Report report) {
        return switch (report.outcome()) {
            case COMMITTED -> new Result(Set.of("succeeded"), "");
            case ROLLED_BACK -> new Result(Set.of("rolled_back"), report.reason());
            case FAILED -> new Result(Set.of("failed"), report.reason());
            case NONE -> throw new IllegalStateException("says nothing of an update");
        };
    }

    /// The device said what it runs. Whatever succeeded and does not run any more is withdrawn,
    /// unless a newer update explains it.
    ///
    /// @param isSure whether the server is sure to remember it
    void told(Running running, Map<RolloutId, Campaign> campaigns, boolean isSure) {
        Set<String> newer = new HashSet<>();
        String runs = running.manifest().map(Object::toString).orElse("");
        for (RolloutId rollout : newestFirst(campaigns)) {
            String brings = campaigns.get(rollout).release().manifest().toString();
            Result result = results.get(rollout);
            boolean isWithdrawn =
                    result != null
                            && result.states().contains("succeeded")
                            && !brings.equals(runs)
                            && !newer.contains(runs);
            if (isWithdrawn) {
                Set<String> states =
                        isSure ? Set.of("rolled_back") : Set.of("succeeded", "rolled_back");
                results.put(rollout, new Result(states, ""));
            }
            newer.add(brings);
        }
    }

    private List<RolloutId> newestFirst(Map<RolloutId, Campaign> campaigns) {
        return assigned.stream()
                .filter(campaigns::containsKey)
                .sorted(
                        java.util.Comparator.comparingLong(
                                        (RolloutId id) -> campaigns.get(id).number())
                                .reversed())
                .toList();
    }
}
