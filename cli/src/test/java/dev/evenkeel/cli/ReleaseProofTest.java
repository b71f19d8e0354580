// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.image.ReleaseFile;
import dev.evenkeel.trust.MetadataPublisher;
import dev.evenkeel.trust.SigningKeys;
import dev.evenkeel.trust.TargetFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `evenkeel release verify`: which step refuses, and what it says.
class ReleaseProofTest {
    private final Instant now = Instant.now();
    private static final List<Channel> CHANNELS = List.of(new Channel("dev"), new Channel("prod"));

    /// Nobody changes it.
    @TempDir static Path shared;

    private static Path release;

    @TempDir Path folder;

    /// What the command said, line by line.
    private record Said(int code, List<String> lines, String err) {
        String last() {
            return lines.get(lines.size() - 2);
        }
    }

    @BeforeAll
    static void a_release() throws IOException {
        release = TrainingRelease.make(shared.resolve("release"), new Version("1.1"));
    }

    private static byte[] manifestBytes() throws IOException {
        return Files.readAllBytes(release.resolve(ReleaseFile.MANIFEST));
    }

    private static String target(String channel) throws IOException {
        return Manifest.read(manifestBytes()).targetName(new Channel(channel));
    }

    private MetadataPublisher repository(String name, Instant at) throws IOException {
        var keys = SigningKeys.createDevelopment(folder.resolve(name + "-keys"));
        var publisher = new MetadataPublisher(folder.resolve(name), keys);
        publisher.initialise(DemoFleet.FLEET, CHANNELS, at);
        return publisher;
    }

    /// A repository that offers the release to `dev`; gives its manifest there.
    private Path offered(String name, Instant at) throws IOException {
        TargetFile file = repository(name, at).publish(target("dev"), manifestBytes(), at);
        return folder.resolve(name).resolve(file.path());
    }

    private static Said verify(Object... words) {
        var out = new StringWriter();
        var err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        var arguments = new ArrayList<>(List.of("release", "verify"));
        for (Object word : words) arguments.add(word.toString());
        int code = line.execute(arguments.toArray(String[]::new));
        return new Said(code, out.toString().lines().toList(), err.toString());
    }

    private static void refused(Said said, String why) {
        assertThat(said.code()).as(said.toString()).isEqualTo(1);
        assertThat(said.lines()).as(said.err()).endsWith("not trusted");
        assertThat(said.last()).startsWith("NO   ").contains(why);
        assertThat(said.lines().subList(0, said.lines().size() - 2))
                .allMatch(line -> line.startsWith("ok   "));
    }

    @Test
    void a_release_in_a_repository_is_trusted_and_every_step_is_named() throws IOException {
        Path manifest = offered("repository", now);
        Path root = folder.resolve("repository/metadata/1.root.json");
        Said said = verify(manifest, "--root", root);
        assertThat(said.code()).as(said.toString()).isZero();
        assertThat(String.join("\n", said.lines()))
                .containsSubsequence(
                        "ok   manifest of training 1.1 for fleet",
                        "ok   root 1 is where trust begins; its own 1 of 1 keys have signed",
                        "ok   root 1 holds until ",
                        "ok   timestamp 2 is signed as it must be and holds until ",
                        "ok   snapshot 2 is signed",
                        "ok   targets 1 is signed",
                        "ok   channel-dev 2 is signed",
                        "ok   " + target("dev") + " is named there",
                        "bytes are those that were signed",
                        "\ntrusted");
        assertThat(said.lines()).noneMatch(line -> line.startsWith("NO"));
    }

    @Test
    void without_a_root_it_says_what_that_proves() throws IOException {
        Said said = verify(offered("repository", now));
        assertThat(said.code()).isZero();
        assertThat(said.lines())
                .anyMatch(line -> line.contains("proves nothing to who does not trust"));
    }

    @Test
    void a_release_folder_is_trusted_where_a_repository_offers_it() throws IOException {
        offered("repository", now);
        Said said = verify(release, "--repository", folder.resolve("repository"));
        assertThat(said.code()).as(said.toString()).isZero();
        assertThat(said.lines())
                .anyMatch(line -> line.startsWith("ok   2 images, their indexes, SBOM"));
        refused(verify(release), "nobody has signed a release folder");
    }

    @Test
    void wrong_software_a_changed_byte_in_a_manifest_is_refused() throws IOException {
        Path manifest = offered("repository", now);
        String good = Files.readString(manifest);
        Files.writeString(manifest, good.replace("\"training\"", "\"trainind\""));
        refused(verify(manifest), "wrong software");
        Files.writeString(manifest, good.replaceFirst("\\{", "["));
        refused(verify(manifest), "manifest");
    }

    @Test
    void wrong_software_the_channel_that_offers_other_bytes_is_told_of() throws IOException {
        // `prod`, which comes last, offers another release and knows nothing of this one
        MetadataPublisher publisher = repository("repository", now);
        publisher.publish(target("dev"), "another manifest".getBytes(StandardCharsets.UTF_8), now);
        publisher.publish(
                "channels/prod/" + DemoFleet.DEVICE_TYPE + "/1.0.json", manifestBytes(), now);
        refused(verify(release, "--repository", folder.resolve("repository")), "wrong software");
    }

    @Test
    void a_wrong_byte_in_an_image_is_refused() throws IOException {
        offered("repository", now);
        Path copy = TrainingRelease.make(folder.resolve("copy"), new Version("1.1"));
        Path image = copy.resolve(ReleaseFile.BOOT_IMAGE);
        byte[] bytes = Files.readAllBytes(image);
        bytes[bytes.length / 2] ^= 1;
        Files.write(image, bytes);
        refused(verify(copy, "--repository", folder.resolve("repository")), ReleaseFile.BOOT_IMAGE);
    }

    @Test
    void freeze_an_expired_repository_is_refused() throws IOException {
        Path manifest = offered("repository", now.minus(Duration.ofDays(30)));
        Said said = verify(manifest);
        refused(said, "timestamp");
        assertThat(said.last()).contains("expired").contains("freeze");
    }

    @Test
    void arbitrary_installation_a_repository_under_a_foreign_root_is_refused() throws IOException {
        Path manifest = offered("repository", now);
        repository("other", now);
        Path root = folder.resolve("other/metadata/1.root.json");
        Said said = verify(manifest, "--root", root);
        refused(said, "timestamp");
        assertThat(said.last()).contains("arbitrary installation");
    }

    @Test
    void a_release_that_no_channel_offers_is_refused() throws IOException {
        Path manifest = offered("repository", now);
        Path never = TrainingRelease.make(folder.resolve("never"), new Version("9.9"));
        Said said = verify(never, "--repository", folder.resolve("repository"));
        refused(said, "no role that may name channels/");
        Path copied = manifest.resolveSibling("9.9.json");
        Files.copy(never.resolve(ReleaseFile.MANIFEST), copied);
        refused(verify(copied), "never published in that channel");
    }

    @Test
    void a_repository_without_any_release_is_a_refusal_with_its_reason() throws IOException {
        repository("repository", now);
        refused(
                verify(release, "--repository", folder.resolve("repository")),
                "no channel offers it");
    }

    @Test
    void what_is_no_release_is_refused_without_steps() {
        Said said = verify(folder);
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err()).contains("is no release");
        Said none = verify(release, "--repository", folder.resolve("nothing"));
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err()).contains("1.root.json");
    }

    @Test
    void programs_read_the_same_as_json() throws IOException {
        Said said = verify("--json", release);
        assertThat(said.code()).isEqualTo(1);
        JsonObject json =
                StrictJson.parseObject(
                        String.join("\n", said.lines()).getBytes(StandardCharsets.UTF_8),
                        Limits.MESSAGE_BYTES);
        assertThat(json.flag("trusted")).isFalse();
        assertThat(json.array("steps").objects().getFirst().flag("good")).isTrue();
        assertThat(json.array("steps").objects().getLast().flag("good")).isFalse();
    }
}
