// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static dev.evenkeel.trust.RepositorySimulator.NOW;
import static dev.evenkeel.trust.RepositorySimulator.TARGET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.trust.TrustException.EndlessData;
import dev.evenkeel.trust.TrustException.MalformedMetadata;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Truncated, bit-flipped, oversized and endless metadata.
class DamagedMetadataTest {
    private final RepositorySimulator repository = new RepositorySimulator();

    private final Map<String, byte[]> untouched = repository.snapshotOfServer();
    private final RootTrust root = RootTrust.held(repository.served("1.root.json"));
    private final FinalRoot last = root.at(NOW);
    private final TimestampTrust timestamp =
            last.timestamp(repository.served("timestamp.json"), TimestampFloor.NONE);
    private final SnapshotTrust snapshot =
            timestamp.snapshot(repository.served("1.snapshot.json"), SnapshotFloor.NONE);
    private final TargetsTrust targets = snapshot.targets(repository.served("1.targets.json"));

    /// Each verdict, with the file that it accepts.
    private Map<String, Consumer<byte[]>> verdicts() {
        repository.allow("root", 1, "new root");
        repository.publishRoot();
        Delegation prod = repository.delegations.getLast();
        return Map.of(
                "2.root.json", root::next,
                "timestamp.json", bytes -> last.timestamp(bytes, TimestampFloor.NONE),
                "1.snapshot.json", bytes -> timestamp.snapshot(bytes, SnapshotFloor.NONE),
                "1.targets.json", snapshot::targets,
                "1.channel-prod.json", bytes -> targets.delegated(prod, bytes));
    }

    @Test
    void no_flipped_byte_is_accepted() {
        verdicts()
                .forEach((file, verdict) -> {
                    byte[] whole = repository.served(file);
                    verdict.accept(whole);
                    for (int at = 0; at < whole.length; at++) {
                        for (int flip : new int[] {0x01, 0x20, 0x80}) {
                            byte[] flipped = whole.clone();
                            flipped[at] ^= (byte) flip;
                            assertThatThrownBy(() -> verdict.accept(flipped))
                                    .as(file + ", byte " + at + " by " + flip)
                                    .isInstanceOf(TrustException.class);
                        }
                    }
                });
    }

    @Test
    void no_truncated_file_is_accepted() {
        verdicts()
                .forEach((file, verdict) -> {
                    byte[] whole = repository.served(file);
                    for (int length = 0; length < whole.length; length++) {
                        byte[] cut = Arrays.copyOf(whole, length);
                        assertThatThrownBy(() -> verdict.accept(cut))
                                .as(file + " cut to " + length)
                                .isInstanceOf(TrustException.class);
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2.root.json",
                "timestamp.json",
                "1.snapshot.json",
                "1.targets.json",
                "1.channel-prod.json"
            })
    void nothing_of_a_damaged_file_is_stored(String file) throws Exception {
        repository.publishRoot();
        untouched.putAll(repository.snapshotOfServer());
        MemoryStore device = repository.newDevice();
        byte[] whole = repository.served(file);
        for (int at = 7; at < whole.length; at += 101) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 1;
            repository.serve(file, flipped);
            assertRefused(device, file + " with byte " + at + " flipped");
        }
        repository.serve(file, whole);
        assertThat(repository.client(device).refresh(NOW).find(TARGET)).isPresent();
    }

    private void assertRefused(MemoryStore device, String what) {
        MemoryStore copy = device.copy();
        assertThatThrownBy(() -> repository.client(copy).refresh(NOW).find(TARGET))
                .as(what)
                .isInstanceOf(TrustException.class);
        copy.records.forEach((role, bytes) ->
                assertThat(untouched.values()).as(what + ": " + role).contains(bytes));
    }

    @Test
    void endless_data_is_cut_off_at_the_limit() {
        var endless = new EndlessStream();
        MetadataSource source =
                (name, max) ->
                        name.equals("timestamp.json")
                                ? Optional.of(MetadataSource.read(endless, name, max))
                                : repository.fetch(name, max);
        assertThatThrownBy(() -> new TufClient(repository.newDevice(), source).refresh(NOW))
                .asInstanceOf(type(EndlessData.class))
                .satisfies(refused -> assertThat(refused.limitBytes).isEqualTo(16 << 10));
        assertThat(endless.read).isEqualTo((16 << 10) + 1);
    }

    @Test
    void a_source_that_ignores_its_limit_is_found_out() {
        var limits = new TrustLimits(512 << 10, 100, 1 << 20, 1 << 20, 8, 8);
        MetadataSource careless = (name, max) -> Optional.ofNullable(repository.served.get(name));
        assertThatThrownBy(
                        () -> new TufClient(repository.newDevice(), careless, limits).refresh(NOW))
                .isInstanceOf(EndlessData.class);
    }

    @Test
    void no_more_is_fetched_than_the_metadata_above_allows() {
        byte[] whole = repository.served("1.snapshot.json");
        repository.serve("1.snapshot.json", Arrays.copyOf(whole, whole.length + 1));
        assertThatThrownBy(() -> repository.client(repository.newDevice()).refresh(NOW))
                .asInstanceOf(type(EndlessData.class))
                .satisfies(refused -> assertThat(refused.limitBytes).isEqualTo(whole.length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"signed\":{}}",
                "{\"signatures\":[],\"signed\":[]}",
                "{\"signatures\":{},\"signed\":{}}",
                "{\"signatures\":[],\"signed\":{},\"signed\":{}}",
                "{\"signatures\":[{\"keyid\":\"a\",\"sig\":0}],\"signed\":{}}",
                "{\"signatures\":[{\"keyid\":\"a\",\"sig\":\"ab\"},"
                        + "{\"keyid\":\"a\",\"sig\":\"ab\"}],\"signed\":{}}",
                "{\"signatures\":[],\"signed\":{\"a\":1.5}}",
                "{\"signatures\":[],\"signed\":{\"a\":\"\\uD800\"}}",
                "{\"signatures\":[],\"signed\":{}} x"
            })
    void what_is_no_signed_file_is_malformed(String text) {
        repository.serve("timestamp.json", text.getBytes(UTF_8));
        assertThatThrownBy(() -> repository.client(repository.newDevice()).refresh(NOW))
                .isInstanceOf(MalformedMetadata.class)
                .hasMessageStartingWith("reading timestamp metadata: ");
    }

    @Test
    void many_signatures_are_refused_before_they_cost_time() {
        List<PrivateKey> many =
                IntStream.range(0, 65).mapToObj(i -> TestKeys.named("many " + i)).toList();
        byte[] file = SignedFile.sign(repository.root(), many);
        assertThatThrownBy(() -> SignedFile.parse("root", file))
                .isInstanceOf(MalformedMetadata.class)
                .hasMessageContaining("at most 64 signatures");
    }

    @Test
    void one_roles_file_never_passes_for_anothers_though_one_key_signs_both() {
        repository.allow("timestamp", 1, "snapshot");
        repository.publishRoot();
        repository.serve("timestamp.json", repository.served("1.snapshot.json"));
        assertThatThrownBy(() -> repository.client(repository.newDevice()).refresh(NOW))
                .isInstanceOf(MalformedMetadata.class)
                .hasMessageContaining("expected type 'timestamp', found 'snapshot'");
    }

    @Test
    void a_damaged_floor_in_the_store_does_not_stop_the_device_for_ever() throws Exception {
        MemoryStore device = repository.newDevice();
        device.save("timestamp", "rotten".getBytes(UTF_8));
        device.save("snapshot", new byte[0]);
        assertThat(repository.client(device).refresh(NOW).find(TARGET)).isPresent();
    }

    @Test
    void a_signature_that_is_no_signature_harms_nobody_beside_a_good_one() throws Exception {
        byte[] whole = repository.served("timestamp.json");
        for (String odd : List.of("", "0", "AB", "no hexadecimal", "00".repeat(64))) {
            MemoryStore device = repository.newDevice();
            JsonObject file = StrictJson.parseObject(whole, 1 << 20);
            List<Json> both = new ArrayList<>(file.array("signatures").items());
            both.addFirst(JsonObject.of("keyid", "another").with("sig", odd));
            repository.serve(
                    "timestamp.json",
                    file.with("signatures", new JsonArray(both)).toCanonicalBytes());
            assertThat(repository.client(device).refresh(NOW).find(TARGET)).as(odd).isPresent();
        }
    }

    @Test
    void a_delegation_to_a_top_role_would_take_its_place_and_is_refused() {
        for (String name : List.of("root", "timestamp", "snapshot", "targets", "x".repeat(513))) {
            assertThatThrownBy(
                            () -> new Delegation(name, RoleKeys.of(1, List.of()), List.of(), true))
                    .isInstanceOf(MalformedInput.class);
        }
        PublicKey key = TestKeys.named("a").publicKey();
        assertThat(Delegation.ofChannel(new Channel("prod"), key).role()).isEqualTo("channel-prod");
    }

    private static final class EndlessStream extends InputStream {
        long read;

        @Override
        public int read() throws IOException {
            read++;
            return 'x';
        }

        @Override
        public int read(byte[] into, int from, int length) {
            Arrays.fill(into, from, from + length, (byte) 'x');
            read += length;
            return length;
        }
    }

    @Test
    void a_stream_of_exactly_the_limit_is_whole() throws Exception {
        byte[] four = {1, 2, 3, 4};
        assertThat(MetadataSource.read(new ByteArrayInputStream(four), "x", 4)).isEqualTo(four);
    }
}
