// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.core.message.Assignment;
import dev.evenkeel.server.Client;
import dev.evenkeel.server.FakeAgent;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/// Asks a server that came back for everything that it ever acknowledged, and settles what was in
/// doubt: it must be wholly there or go through now.
final class Checker {
    private static final int REPORTS = 20;

    private final Ledger ledger;
    private final Line line;

    Checker(Ledger ledger, Line line) {
        this.ledger = ledger;
        this.line = line;
    }

    void check() throws IOException {
        rollouts();
        releases();
        groups();
        enrolments();
        tokens();
        for (Member member : ledger.members) {
            if (member.pending.isPresent()) load(member).deliver();
        }
        devices();
        for (Member member : ledger.members) quietCheckIn(member);
        devices();
    }

    private DeviceLoad load(Member member) {
        return new DeviceLoad(ledger, member, new Replies(ledger, false), new Random(0));
    }

    private void rollouts() throws IOException {
        var listed = new HashSet<RolloutId>();
        for (JsonObject rollout : get("/api/v1/rollouts").array("rollouts").objects()) {
            var id = new RolloutId(rollout.text("rollout"));
            ledger.check(listed.add(id), "rollout " + id + " is listed twice");
            Campaign known = ledger.campaigns.get(id);
            if (known == null) adopt(id, rollout);
            else compare(known, rollout);
        }
        for (RolloutId id : ledger.campaigns.keySet()) {
            ledger.check(listed.contains(id), "rollout " + id + " is lost");
        }
        for (Member member : ledger.members) {
            for (RolloutId id : member.assigned) {
                ledger.check(listed.contains(id), "rollout " + id + " was assigned and is lost");
            }
        }
        ledger.startings.clear();
    }

    private void adopt(RolloutId id, JsonObject rollout) {
        Optional<Ledger.Starting> starting =
                ledger.startings.stream()
                        .filter(s -> s.release().manifest().hex().equals(rollout.text("manifest")))
                        .filter(s -> s.group().equals(rollout.text("group")))
                        .findFirst();
        ledger.check(starting.isPresent(), "nobody started " + rollout);
        if (starting.isEmpty()) return;
        ledger.startings.remove(starting.get());
        ledger.check(rollout.text("state").equals("running"), "nobody changed " + rollout);
        ledger.campaigns.put(
                id,
                new Campaign(
                        id,
                        starting.get().release(),
                        starting.get().group(),
                        Set.of("running"),
                        0,
                        "g0"));
    }

    private void compare(Campaign known, JsonObject rollout) {
        String state = rollout.text("state");
        boolean isSame =
                rollout.text("manifest").equals(known.release().manifest().hex())
                        && rollout.text("group").equals(known.group())
                        && known.states().contains(state);
        ledger.check(isSame, rollout + " should be " + known);
        ledger.campaigns.put(known.id(), known.in(Set.of(state)));
    }

    private void releases() throws IOException {
        Map<String, String> listed = new HashMap<>();
        for (JsonObject release : get("/api/v1/releases").array("releases").objects()) {
            listed.put(release.text("release"), release.text("manifest"));
        }
        for (Publication release : ledger.published.values()) {
            ledger.check(
                    release.manifest().hex().equals(listed.remove(release.version())),
                    "release " + release.version() + " is lost");
        }
        for (Publication release : List.copyOf(ledger.publishing.values())) {
            String there = listed.remove(release.version());
            ledger.check(
                    there == null || there.equals(release.manifest().hex()),
                    "release " + release.version() + " became " + there);
            var again = OperatorLoad.upload(line.operator(), release);
            ledger.check(
                    again.statusCode() == 201,
                    "release "
                            + release.version()
                            + " cannot be published again: "
                            + Client.text(again));
            ledger.publishing.remove(release.version());
            ledger.published.put(release.version(), release);
        }
        ledger.check(listed.isEmpty(), "nobody published " + listed);
    }

    private void groups() throws IOException {
        for (Map.Entry<String, Set<Set<String>>> group : ledger.groups.entrySet()) {
            Set<String> members =
                    Set.copyOf(get("/api/v1/groups/" + group.getKey()).array("devices").texts());
            ledger.check(
                    group.getValue().contains(members),
                    "group " + group.getKey() + " has " + members + ", not " + group.getValue());
            group.setValue(Set.of(members));
        }
    }

    private void enrolments() throws IOException {
        for (Ledger.Joining joining : List.copyOf(ledger.joinings)) {
            var again = FakeAgent.triesToEnrol(line.nobody(), joining.token(), joining.key());
            boolean isIn = again.statusCode() == 200;
            ledger.check(isIn, "an enrolment cannot be repeated: " + Client.text(again));
            if (isIn) {
                ledger.joins(
                        FakeAgent.enrolled(again, joining.key(), line.address(), line.authority()));
            }
        }
        ledger.joinings.clear();
    }

    private void tokens() throws IOException {
        Set<String> unused =
                get("/api/v1/enrolment-tokens").array("enrolment_tokens").objects().stream()
                        .filter(token -> !token.has("used_by"))
                        .map(token -> token.text("id"))
                        .collect(Collectors.toSet());
        for (String token : ledger.tokens) {
            String id = Digest.of(token.getBytes(UTF_8)).brief();
            ledger.check(unused.contains(id), "token " + id + " is lost or used");
        }
    }

    private void devices() throws IOException {
        Map<String, JsonObject> listed = new HashMap<>();
        for (JsonObject device : get("/api/v1/devices").array("devices").objects()) {
            listed.put(device.text("device"), device);
        }
        for (Member member : ledger.members) {
            JsonObject device = listed.remove(member.id());
            ledger.check(device != null, member.id() + " is lost");
            if (device != null) compare(member, device);
        }
        ledger.check(listed.isEmpty(), "nobody enrolled " + listed.keySet());
    }

    private void compare(Member member, JsonObject device) throws IOException {
        ledger.check(!device.has("quarantine"), "an honest device is accused: " + device);
        long counter = device.has("report") ? device.object("report").integer("counter") : 0;
        ledger.check(
                counter == member.delivered.size(),
                member.id() + " has report " + counter + " of " + member.delivered.size());
        Map<String, JsonObject> updates = new HashMap<>();
        for (JsonObject update : device.array("updates").objects()) {
            updates.put(update.text("rollout"), update);
        }
        member.results.forEach((rollout, result) -> {
            JsonObject update = updates.get(rollout.text());
            boolean isTrue =
                    update != null
                            && result.states().contains(update.text("state"))
                            && update.text("evidence").equals("signed")
                            && (result.reason().isEmpty()
                                    || result.reason().equals(update.text("reason")));
            ledger.check(isTrue, member.id() + ": " + update + " should be " + result);
        });
        reports(member);
    }

    /// The newest signed reports, byte for byte.
    private void reports(Member member) throws IOException {
        JsonArray kept =
                get("/api/v1/devices/" + member.id() + "/boot-reports?limit=" + REPORTS)
                        .array("boot_reports");
        List<JsonObject> expected =
                member.delivered.reversed().stream()
                        .limit(REPORTS)
                        .map(report -> report.envelope().toBytes())
                        .map(bytes -> StrictJson.parseObject(bytes, bytes.length))
                        .toList();
        ledger.check(
                kept.objects().equals(expected),
                member.id() + " has not the reports that it delivered");
    }

    /// Nobody changes anything now, so what the device is told can only be one thing.
    private void quietCheckIn(Member member) throws IOException {
        Optional<RolloutId> right = desired(member);
        Optional<RolloutId> told = load(member).checksIn().map(Assignment::rollout);
        ledger.check(right.equals(told), member.id() + " was told " + told + ", right is " + right);
        member.told(member.agent.running, ledger.campaigns, true);
    }

    /// The newest running rollout of its groups decides, see `Rollouts`.
    private Optional<RolloutId> desired(Member member) {
        Optional<Digest> runs = member.agent.running.manifest();
        for (Campaign campaign : ledger.newestFirst()) {
            if (!concerns(campaign, member)) continue;
            if (runs.equals(Optional.of(campaign.release().manifest()))) return Optional.empty();
            if (!campaign.is("running")) continue;
            boolean hadItsTry = member.results.containsKey(campaign.id());
            return hadItsTry ? Optional.empty() : Optional.of(campaign.id());
        }
        return Optional.empty();
    }

    private boolean concerns(Campaign campaign, Member member) {
        if (campaign.group().equals("all")) return true;
        return ledger.groups.get(campaign.group()).iterator().next().contains(member.id());
    }

    private JsonObject get(String path) throws IOException {
        var response = line.operator().get(path);
        if (response.statusCode() != 200) {
            throw new IOException(path + ": " + response.statusCode() + Client.text(response));
        }
        return Client.json(response);
    }
}
