// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.fault;

import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.server.Client;
import dev.evenkeel.server.FakeAgent;
import dev.evenkeel.trust.PrivateKey;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/// One operator who never rests. It changes only the rollouts that it started and its own group,
/// one thing after the other, so that it knows what must be so.
final class OperatorLoad {
    /// Longer than any jump of the clock, so that no token expires by one.
    private static final long TOKEN_SECONDS = 3_650L * 86_400;

    private final Ledger ledger;
    private final Line line;
    private final Replies replies;
    private final Releases releases;
    private final String group;
    private final int most;
    private final RandomGenerator random;

    /// @param number of the operator
    /// @param most devices that may be enrolled
    OperatorLoad(
            Ledger ledger,
            Line line,
            Replies replies,
            Releases releases,
            int number,
            int most,
            RandomGenerator random) {
        this.ledger = ledger;
        this.line = line;
        this.replies = replies;
        this.releases = releases;
        this.group = "g" + number;
        this.most = most;
        this.random = random;
    }

    /// Does one thing more. Throws when the line goes dead.
    void step() throws IOException {
        int dice = random.nextInt(100);
        if (dice < 12) createToken();
        else if (dice < 30) enrol();
        else if (dice < 40) publish(releases.next());
        else if (dice < 43) publishAgain();
        else if (dice < 58) start();
        else if (dice < 85) change();
        else regroup();
    }

    void createToken() throws IOException {
        JsonObject forYears = JsonObject.of("valid_seconds", TOKEN_SECONDS);
        var response = sent(() -> line.operator().post("/api/v1/enrolment-tokens", forYears));
        if (replies.isYes("a token", response)) {
            ledger.tokens.add(Client.json(response).text("token"));
        }
    }

    void enrol() throws IOException {
        if (ledger.members.size() >= most) return;
        String token = ledger.tokens.poll();
        if (token == null) return;
        PrivateKey key = PrivateKey.generate();
        try {
            var response = sent(() -> FakeAgent.triesToEnrol(line.nobody(), token, key));
            if (replies.isYes("an enrolment", response)) {
                ledger.joins(FakeAgent.enrolled(response, key, line.address(), line.authority()));
            } else {
                ledger.tokens.add(token); // refused, so it is as good as new
            }
        } catch (IOException dead) {
            ledger.joinings.add(new Ledger.Joining(token, key));
            throw dead;
        }
    }

    /// A release that was refused or not answered is published again by the checker: what is there
    /// of it is no half of anything only if that works.
    void publish(Publication release) throws IOException {
        ledger.publishing.put(release.version(), release);
        if (replies.isYes("a release", sent(() -> upload(line.operator(), release)))) {
            ledger.published.put(release.version(), release);
            ledger.publishing.remove(release.version());
        }
    }

    static HttpResponse<byte[]> upload(Client operator, Publication release) throws IOException {
        return operator.send(
                "POST",
                "/api/v1/releases?channel=dev",
                release.release().tar(),
                Map.of("Content-Type", "application/x-tar"));
    }

    private void publishAgain() throws IOException {
        Publication known = anyPublished();
        replies.isYes("a release again", sent(() -> upload(line.operator(), known)));
    }

    private Publication anyPublished() {
        List<Publication> all = List.copyOf(ledger.published.values());
        // mostly new ones, so that devices have something to do
        int newest = Math.max(0, all.size() - 4);
        return all.get(newest + random.nextInt(all.size() - newest));
    }

    private void start() throws IOException {
        var starting = new Ledger.Starting(anyPublished(), random.nextInt(3) == 0 ? group : "all");
        ledger.startings.add(starting);
        var response =
                sent(() ->
                        line.operator()
                                .post(
                                        "/api/v1/rollouts",
                                        JsonObject.of("release", starting.release().version())
                                                .with("group", starting.group())));
        if (replies.isYes("a rollout", response)) {
            var id = new RolloutId(Client.json(response).text("rollout"));
            boolean isNew = !ledger.campaigns.containsKey(id);
            ledger.check(isNew, "rollout " + id + " was started twice");
            ledger.campaigns.put(
                    id,
                    new Campaign(
                            id, starting.release(), starting.group(), Set.of("running"), 0, group));
        }
        ledger.startings.remove(starting);
    }

    private void change() throws IOException {
        List<Campaign> own =
                ledger.newestFirst().stream()
                        .filter(one -> one.owner().equals(group))
                        .filter(one -> one.states().size() == 1 && !one.is("aborted"))
                        .toList();
        if (own.isEmpty()) return;
        Campaign campaign = own.get(random.nextInt(Math.min(own.size(), 3)));
        int dice = random.nextInt(10);
        if (dice < 2) change(campaign, "abort", "aborted");
        else if (campaign.is("halted")) change(campaign, "resume", "running");
        else change(campaign, "halt", "halted");
    }

    private void change(Campaign campaign, String verb, String next) throws IOException {
        var either = new TreeSet<>(campaign.states());
        either.add(next);
        Campaign doubtful = campaign.in(either);
        ledger.campaigns.put(campaign.id(), doubtful);
        var response =
                sent(() ->
                        line.operator()
                                .post(
                                        "/api/v1/rollouts/" + campaign.id() + "/" + verb,
                                        JsonObject.of("note", verb + " by " + group)));
        boolean isDone = replies.isYes(verb, response);
        ledger.campaigns.put(campaign.id(), doubtful.in(isDone ? Set.of(next) : campaign.states()));
    }

    private void regroup() throws IOException {
        Set<String> before = ledger.groups.get(group).iterator().next();
        var after = new TreeSet<String>();
        for (Member member : ledger.members) {
            if (random.nextInt(3) == 0) after.add(member.id());
        }
        ledger.groups.put(group, either(before, after));
        byte[] body =
                JsonObject.of("devices", JsonArray.ofTexts(List.copyOf(after))).toCanonicalBytes();
        var response =
                sent(() -> line.operator().send("PUT", "/api/v1/groups/" + group, body, Map.of()));
        ledger.groups.put(
                group, Set.of(replies.isYes("a group", response) ? Set.copyOf(after) : before));
    }

    private static Set<Set<String>> either(Set<String> before, Set<String> after) {
        return before.equals(after) ? Set.of(before) : Set.of(before, Set.copyOf(after));
    }

    @FunctionalInterface
    private interface Sending {
        HttpResponse<byte[]> send() throws IOException;
    }

    private HttpResponse<byte[]> sent(Sending sending) throws IOException {
        try {
            return sending.send();
        } catch (IOException dead) {
            ledger.inDoubt();
            throw dead;
        }
    }
}
