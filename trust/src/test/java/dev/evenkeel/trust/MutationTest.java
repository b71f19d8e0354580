// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static dev.evenkeel.trust.RepositorySimulator.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonFlag;
import dev.evenkeel.core.json.JsonInteger;
import dev.evenkeel.core.json.JsonNull;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.JsonText;
import dev.evenkeel.core.json.PrettyJson;
import dev.evenkeel.core.json.StrictJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every entry of every metadata file added, dropped, renamed, swapped and put elsewhere, as an
/// attacker on the way would: without the keys.
class MutationTest {
    private final RepositorySimulator repository = repositoryOfThresholds();
    private final RootTrust root = RootTrust.held(repository.served("1.root.json"));
    private final FinalRoot last = root.at(NOW);
    private final TimestampTrust timestamp =
            last.timestamp(repository.served("timestamp.json"), TimestampFloor.NONE);

    /// Two of two for each top role, so that no signature is one too many.
    private static RepositorySimulator repositoryOfThresholds() {
        var repository = new RepositorySimulator();
        for (String role : Roles.TOP) {
            repository.allow(role, 2, role, "second " + role);
        }
        repository.rootVersion = 0;
        repository.signers.remove("last root");
        repository.put("channels/prod/qemu-x86/1.2.json", "manifest of 1.2");
        repository.publishRoot();
        repository.timestampVersion = 0;
        repository.snapshotVersion = 0;
        repository.versions.clear();
        repository.publish();
        return repository;
    }

    /// Verdicts that take any file which is signed as it must be, so that nothing but signatures
    /// stands between a changed entry and its use: no length, no digest.
    private Map<String, Consumer<byte[]>> verdicts() {
        repository.publishRoot();
        return new LinkedHashMap<>(
                Map.of(
                        "2.root.json",
                        root::next,
                        "timestamp.json",
                        bytes -> last.timestamp(bytes, TimestampFloor.NONE),
                        "1.snapshot.json",
                        bytes -> last.open(Roles.SNAPSHOT, bytes, Snapshot::read, Snapshot::header),
                        "1.targets.json",
                        bytes -> last.open(Roles.TARGETS, bytes, Targets::read, Targets::header),
                        "1.channel-prod.json",
                        bytes ->
                                SignedFile.parse("channel-prod", bytes)
                                        .verifiedBy(repository.delegations.getLast().keys())));
    }

    @TestFactory
    List<DynamicTest> no_changed_entry_is_accepted() {
        var tests = new ArrayList<DynamicTest>();
        verdicts()
                .forEach((file, verdict) ->
                        tests.add(DynamicTest.dynamicTest(file, () -> mutate(file, verdict))));
        return tests;
    }

    private void mutate(String file, Consumer<byte[]> verdict) {
        JsonObject whole = StrictJson.parseObject(repository.served(file), 1 << 20);
        verdict.accept(repository.served(file));
        byte[] meaning = whole.object("signed").toSignedBytes();
        int changed = 0;
        for (Json mutant : mutants(whole.object("signed"))) {
            JsonObject signed = JsonObject.from(mutant);
            if (Arrays.equals(signed.toSignedBytes(), meaning)) continue;
            changed++;
            byte[] bytes = whole.with("signed", signed).toCanonicalBytes();
            assertThatThrownBy(() -> verdict.accept(bytes))
                    .as(file + ": " + signed)
                    .isInstanceOf(TrustException.class);
        }
        assertThat(changed).isGreaterThan(20);
    }

    @TestFactory
    List<DynamicTest> no_changed_signature_counts() {
        var tests = new ArrayList<DynamicTest>();
        verdicts()
                .forEach((file, verdict) ->
                        tests.add(
                                DynamicTest.dynamicTest(file, () -> mutateSigners(file, verdict))));
        return tests;
    }

    private void mutateSigners(String file, Consumer<byte[]> verdict) {
        JsonObject whole = StrictJson.parseObject(repository.served(file), 1 << 20);
        JsonArray signatures = whole.array("signatures");
        for (Json mutant : mutants(signatures)) {
            byte[] bytes = whole.with("signatures", mutant).toCanonicalBytes();
            boolean isSameSet =
                    mutant instanceof JsonArray(List<Json> items)
                            && items.containsAll(signatures.items())
                            && items.size() == signatures.items().size();
            if (isSameSet) {
                verdict.accept(bytes);
            } else if (holdsAll(mutant, signatures)) {
                // an entry that is no signature of this role, beside all that are: not counted,
                // unless it is no entry at all, or a second one under the same id
                acceptedOrMalformed(verdict, bytes);
            } else {
                assertThatThrownBy(() -> verdict.accept(bytes))
                        .as(file + ": " + mutant)
                        .isInstanceOf(TrustException.class);
            }
        }
    }

    private static boolean holdsAll(Json mutant, JsonArray signatures) {
        if (!(mutant instanceof JsonArray(List<Json> items))) return false;
        return signatures.items().stream()
                .map(JsonObject::from)
                .allMatch(good ->
                        items.stream()
                                .anyMatch(item ->
                                        item instanceof JsonObject object
                                                && object.member("keyid")
                                                        .equals(good.member("keyid"))
                                                && object.member("sig")
                                                        .equals(good.member("sig"))));
    }

    private static void acceptedOrMalformed(Consumer<byte[]> verdict, byte[] bytes) {
        try {
            verdict.accept(bytes);
        } catch (TrustException.MalformedMetadata refused) {
            assertThat(refused.attack()).contains(Attack.DAMAGED_METADATA);
        }
    }

    @Test
    void members_in_another_order_are_the_same_metadata() {
        verdicts()
                .forEach((file, verdict) -> {
                    JsonObject whole = StrictJson.parseObject(repository.served(file), 1 << 20);
                    verdict.accept(PrettyJson.write(reversed(whole)).getBytes(UTF_8));
                });
        assertThat(timestamp.version()).isEqualTo(1);
    }

    private static Json reversed(Json json) {
        return switch (json) {
            case JsonObject(Map<String, Json> members) -> {
                JsonObject turned = JsonObject.EMPTY;
                for (String name : new ArrayList<>(members.keySet()).reversed()) {
                    turned = turned.with(name, reversed(value(members, name)));
                }
                yield turned;
            }
            case JsonArray _, JsonText _, JsonInteger _, JsonFlag _, JsonNull _ -> json;
        };
    }

    private static Json value(Map<String, Json> members, String name) {
        Json value = members.get(name);
        if (value == null) throw new IllegalArgumentException(name);
        return value;
    }

    /// All that differ from `json` by one entry added, dropped, renamed, swapped, put elsewhere, or
    /// replaced by another value.
    private static List<Json> mutants(Json json) {
        var mutants = new ArrayList<Json>();
        switch (json) {
            case JsonObject object -> ofObject(object, mutants);
            case JsonArray(List<Json> items) -> ofArray(items, mutants);
            case JsonText(String text) -> {
                mutants.add(new JsonText(text + "0"));
                mutants.add(new JsonText(text.isEmpty() ? "0" : text.substring(1)));
                mutants.add(JsonNull.NULL);
            }
            case JsonInteger(long number) -> {
                mutants.add(new JsonInteger(number + 1));
                mutants.add(new JsonInteger(number - 1));
                mutants.add(new JsonInteger(number + (1L << 32)));
                mutants.add(new JsonText(Long.toString(number)));
            }
            case JsonFlag(boolean flag) -> mutants.add(new JsonFlag(!flag));
            case JsonNull _ -> mutants.add(new JsonInteger(0));
        }
        return mutants;
    }

    private static void ofObject(JsonObject object, List<Json> mutants) {
        Map<String, Json> members = object.members();
        mutants.add(object.with("added", 1));
        for (String name : members.keySet()) {
            Json value = value(members, name);
            mutants.add(object.without(Set.of(name)));
            mutants.add(object.without(Set.of(name)).with(name + "x", value));
            for (Json changed : mutants(value)) mutants.add(object.with(name, changed));
            for (String other : members.keySet()) {
                if (other.compareTo(name) <= 0) continue;
                mutants.add(object.with(name, value(members, other)).with(other, value));
            }
        }
    }

    private static void ofArray(List<Json> items, List<Json> mutants) {
        mutants.add(with(items, list -> list.add(new JsonText("added"))));
        for (int i = 0; i < items.size(); i++) {
            int at = i;
            mutants.add(with(items, list -> list.remove(at)));
            mutants.add(with(items, list -> list.add(items.get(at))));
            for (Json changed : mutants(items.get(at))) {
                mutants.add(with(items, list -> list.set(at, changed)));
            }
        }
        if (items.size() > 1) mutants.add(with(items, Collections::reverse));
    }

    private static Json with(List<Json> items, Consumer<List<Json>> change) {
        List<Json> copy = new ArrayList<>(items);
        change.accept(copy);
        return new JsonArray(copy);
    }
}
