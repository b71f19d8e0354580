// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.FleetId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// The life of a repository, one folder for each stage, for clients that are not ours:
/// `bench/foreign-tuf`.
public final class ForeignRepository {
    private final Path folder;
    private final Path live;
    private final Instant now = Instant.now();
    private final SigningKeys keys;
    private final MetadataPublisher publisher;
    private final PrivateKey alice = PrivateKey.generate(KeyType.ED25519);
    private final PrivateKey bob = PrivateKey.generate(KeyType.ECDSA);
    private final PrivateKey carol = PrivateKey.generate(KeyType.RSA);
    private final PrivateKey dave = PrivateKey.generate(KeyType.ECDSA);

    private ForeignRepository(Path folder) throws IOException {
        this.folder = folder;
        this.live = folder.resolve("live");
        this.keys = SigningKeys.createDevelopment(folder.resolve("keys"));
        this.publisher = new MetadataPublisher(live, keys);
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        new ForeignRepository(folder).live();
        expired(folder.resolve("expired"));
    }

    private void live() throws IOException {
        publisher.initialise(
                new FleetId("harbour"), List.of(new Channel("dev"), new Channel("prod")), now);
        publisher.publish("channels/dev/qemu-x86/1.0.json", "manifest of 1.0".getBytes(UTF_8), now);
        keep("1-development");

        List<NamedKey> people =
                List.of(named(alice, "alice"), named(bob, "bob"), named(carol, "carol"));
        publisher.accept(
                changes()
                        .replace(Roles.ROOT, 2, people)
                        .replace(Roles.TARGETS, 2, people)
                        .replace("channel-prod", 2, people)
                        .replace(Roles.COURIER, 1, List.of(named(dave, "dave")))
                        .request(now)
                        .signedBy(bob)
                        .signedBy(carol),
                now);
        release("1.1", alice, bob);
        keep("2-people");

        NamedKey fresh = new NamedKey(keys.addOnlineKey(Roles.TIMESTAMP), "server");
        publisher.accept(
                changes()
                        .replace(Roles.TIMESTAMP, 1, List.of(fresh))
                        .request(now)
                        .signedBy(alice)
                        .signedBy(carol),
                now);
        publisher.accept(
                changes()
                        .rotate("bob", named(dave, "dave"))
                        .request(now)
                        .signedBy(alice)
                        .signedBy(bob)
                        .signedBy(dave),
                now);
        release("1.2", carol, dave);
        keep("3-rotated");
    }

    private void release(String version, PrivateKey one, PrivateKey other) throws IOException {
        byte[] manifest = ("manifest of " + version).getBytes(UTF_8);
        publisher.offer("channels/prod/qemu-x86/" + version + ".json", manifest, now);
        SigningRequest request = publisher.request("channel-prod", now);
        publisher.accept(request.signedBy(one).signedBy(other), now);
    }

    private static void expired(Path folder) throws IOException {
        SigningKeys keys = SigningKeys.createDevelopment(folder.resolve("keys"));
        Path live = folder.resolve("live");
        var publisher = new MetadataPublisher(live, keys);
        Instant lastWeek = Instant.now().minus(Duration.ofDays(8));
        publisher.initialise(new FleetId("harbour"), List.of(new Channel("dev")), lastWeek);
        publisher.publish(
                "channels/dev/qemu-x86/1.0.json", "manifest of 1.0".getBytes(UTF_8), lastWeek);
        copy(live, folder.resolveSibling("4-expired"));
        publisher.renewOnline(Instant.now());
        copy(live, folder.resolveSibling("5-renewed"));
    }

    private static NamedKey named(PrivateKey key, String holder) {
        return new NamedKey(key.publicKey(), holder);
    }

    private KeyChanges changes() throws IOException {
        return KeyChanges.to(publisher.files());
    }

    private void keep(String stage) throws IOException {
        copy(live, folder.resolve(stage));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}
