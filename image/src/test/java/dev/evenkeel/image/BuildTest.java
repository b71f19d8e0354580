// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.boot.DiskSlice;
import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.AgentBundle;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Locker;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.image.tool.ToolRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One real lock and build, looked at from every side.
@Tag("real")
class BuildTest {
    private static final Path EXAMPLE =
            Path.of("../examples/qemu-x86").toAbsolutePath().normalize();

    @TempDir private static Path folder;
    private static Path project;
    private static Store store;
    private static Blueprint blueprint;
    private static Lock lock;
    private static ToolRoot tools;
    private static BuildResult built;
    private static final LoginKey KEY = LoginKey.generate();

    @BeforeAll
    static void build() throws IOException {
        store = Store.standard();
        project = folder.resolve("project");
        OtherBuilder.copyTree(EXAMPLE, project.resolve("qemu-x86"));
        Files.createDirectories(project.resolve("box"));
        Files.writeString(
                project.resolve("box/hook.sh"),
                "#!/bin/sh\nset -eu\nchown 7:8 /etc/from-blueprint\nid -u >/etc/hook-ran-as\n");
        Path file =
                Files.writeString(
                        project.resolve("box/box.toml"),
                        """
                        extends = "../qemu-x86/blueprint.toml"
                        name = "box"

                        [[files]]
                        path = "/etc/from-blueprint"
                        text = "hello"
                        mode = "0640"

                        [hooks]
                        build = ["hook.sh"]

                        [[packages]]
                        name = "openssh-server"

                        [[customizations.user]]
                        name = "ann"
                        description = "Ann of the night shift"
                        password = "$6$salt$IxDD3jeSOb5eB1CX5LBsqZFVkJdido3OUILO5Ifz5iwMuTS4XMS130MTSuDDl3aCI6WouIL9AjRbLCelDCy.g."
                        key = "%1$s"
                        uid = 1500
                        home = "/data/home/ann"
                        groups = ["systemd-journal"]

                        [[customizations.user]]
                        name = "bob"
                        shell = "/bin/sh"

                        [[customizations.sshkey]]
                        user = "bob"
                        key = "%1$s"
                        """
                                .formatted(KEY.publicLine()));
        blueprint = Blueprint.read(file);
        var agent = new AgentBundle(AgentJars.ofThisTest(), Optional.empty());
        lock = new Locker(store, agent, Progress.SILENT).lock(blueprint, Optional.empty());
        tools = ToolRoot.tools(lock, store, Progress.SILENT);
        built = Builder.build(blueprint, lock, store, folder.resolve("release"), Progress.SILENT);
    }

    @Test
    void leaves_the_release_and_nothing_else() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(
                            left.map(file -> file.getFileName().toString())
                                    .filter(name -> name.contains("building")))
                    .isEmpty();
        }
        Manifest manifest =
                Manifest.read(Files.readAllBytes(built.folder().resolve(ReleaseFile.MANIFEST)));
        assertThat(manifest).isEqualTo(built.manifest());
    }

    @Test
    void a_repository_accepts_the_release() throws IOException {
        var published =
                ContentFolder.open(folder.resolve("repository"))
                        .publish(built.folder(), built.manifest());
        assertThat(published.newChunks()).isPositive();
    }

    @Test
    void the_slot_verifies_against_the_root_hash_of_the_manifest() {
        Payload.Verity verity =
                built.manifest().payload(Payload.Kind.SLOT_IMAGE).verity().orElseThrow();
        String slot = built.folder().resolve(ReleaseFile.SLOT_IMAGE).toString();
        tools.sandbox(built.folder())
                .child(
                        "verifying",
                        "veritysetup",
                        "verify",
                        slot,
                        slot,
                        verity.rootHash().hex(),
                        "--hash-offset=" + verity.hashOffsetBytes())
                .run();
    }

    @Test
    void files_and_hooks_of_the_blueprint_are_in_the_slot_with_their_owners() throws IOException {
        SquashfsListing slot = slot();
        assertThat(entry(slot, "/etc/from-blueprint"))
                .satisfies(entry -> assertThat(entry.mode()).isEqualTo("640"))
                .satisfies(entry -> assertThat(entry.owner()).isEqualTo("7:8"));
        assertThat(cat("/etc/hook-ran-as")).isEqualTo("0\n");
        assertThat(cat("/etc/hostname")).isEqualTo("edge-node\n");
        assertThat(cat("/usr/lib/evenkeel/release.json"))
                .contains("\"release\":\"1.0\"", "\"device_type\":\"qemu-x86\"");
        assertThat(entry(slot, "/usr/lib/greenboot/check/required.d/10-network.sh").mode())
                .isEqualTo("755");
    }

    @Test
    void users_are_in_the_slot_as_the_blueprint_says_and_nothing_of_them_depends_on_the_day()
            throws IOException {
        assertThat(cat("/etc/passwd"))
                .contains(
                        "\nann:x:1500:1500:Ann of the night shift:/data/home/ann:/bin/bash\n",
                        "\nbob:x:1000:1000::/home/bob:/bin/sh\n");
        assertThat(cat("/etc/shadow")).contains("\nann:$6$salt$", "\nbob:*:::::::\n");
        assertThat(cat("/etc/group")).containsPattern("\nsystemd-journal:x:\\d+:ann\n");
        assertThat(entry(slot(), "/home/bob"))
                .satisfies(home -> assertThat(home.mode()).isEqualTo("700"))
                .satisfies(home -> assertThat(home.owner()).isEqualTo("1000:1000"));
        assertThat(slot().entries())
                .noneMatch(entry ->
                        entry.path().endsWith("/systemd-user-sessions.service")
                                && entry.path().startsWith("/etc/"));
    }

    /// With the image's own sshd, as it ships.
    @Test
    void a_key_of_the_blueprint_logs_in_and_a_password_never_does() throws IOException {
        var slot = new UnpackedSlot(built, tools);
        List<String> logins = slot.logins(KEY, "ann", "bob", "root");
        assertThat(logins.get(0))
                .startsWith("ann: uid=1500(ann) gid=1500(ann)")
                .contains("(systemd-journal)")
                .endsWith(" at /data/home/ann");
        assertThat(logins.get(1)).startsWith("bob: uid=1000(bob)").endsWith(" at /home/bob");
        // only this method is left: no password is ever asked for
        assertThat(logins.get(2)).contains("Permission denied (publickey)");
        assertThat(slot.logins(LoginKey.generate(), "ann"))
                .singleElement()
                .asString()
                .contains("Permission denied (publickey)");
    }

    @Test
    void the_agents_java_is_the_locked_one_and_starts_in_the_tree() throws IOException {
        assertThat(cat("/usr/lib/evenkeel/runtime/release"))
                .contains("JAVA_VERSION=\"25")
                .contains("java.base");
        assertThat(entry(slot(), "/usr/lib/evenkeel/runtime/bin/java").mode()).isEqualTo("755");
        // Debian's 25.0.5 brought them along, and no slot held its image any more
        assertThat(slot().entries()).noneMatch(entry -> entry.path().endsWith(".debuginfo"));
    }

    @Test
    void nothing_of_one_machine_is_in_the_slot() throws IOException {
        assertThat(cat("/etc/machine-id")).isEmpty();
        List<String> paths = slot().entries().stream().map(SquashfsListing.Entry::path).toList();
        assertThat(paths)
                .noneMatch(path -> path.endsWith(".ko.xz"))
                .noneMatch(path -> path.startsWith("/etc/ssh/ssh_host_"))
                .noneMatch(path ->
                        path.startsWith("/var/cache/")
                                || path.startsWith("/var/log/")
                                || path.startsWith("/boot/"));
    }

    @Test
    void a_new_disk_boots_slot_a_and_never_the_empty_slot_b() throws IOException {
        try (var disk = new FileDisk(built.folder().resolve(ReleaseFile.DISK_IMAGE))) {
            var records =
                    new BootRecords(
                            DiskSlice.partition(disk, "env-0"), DiskSlice.partition(disk, "env-1"));
            BootRecord record = records.load().record();
            assertThat(records.load().isSound()).isTrue();
            assertThat(record.first()).hasToString("a");
            assertThat(record.otherAllowed()).isFalse();
        }
    }

    @Test
    void the_sbom_is_valid_and_names_every_package_with_url_digest_and_licence() throws Exception {
        byte[] sbom = Files.readAllBytes(built.folder().resolve(ReleaseFile.SBOM));
        assertThat(new JsonParser().validate(sbom, Version.VERSION_16)).isEmpty();
        var components = new JsonParser().parse(sbom).getComponents();
        assertThat(components).hasSizeGreaterThanOrEqualTo(lock.image().size());
        assertThat(
                        components.stream()
                                .filter(c -> c.getName().equals("systemd"))
                                .findFirst()
                                .orElseThrow())
                .satisfies(c ->
                        assertThat(c.getPurl())
                                .startsWith("pkg:deb/debian/systemd@257")
                                .endsWith("?arch=amd64&distro=trixie"))
                .satisfies(c ->
                        assertThat(c.getLicenses().getLicenses())
                                .anyMatch(l -> "LGPL-2.1-or-later".equals(l.getId())))
                .satisfies(c -> assertThat(c.getHashes()).hasSize(1));
    }

    @Test
    void the_size_report_adds_up_to_the_filesystem() {
        long sum = built.sizes().parts().stream().mapToLong(SizeReport.Part::packedBytes).sum();
        assertThat(sum)
                .isBetween(
                        built.sizes().filesystemBytes() - 1000,
                        built.sizes().filesystemBytes() + 1000);
        assertThat(built.sizes().parts().getFirst().name()).startsWith("linux-image-");
    }

    @Test
    void the_provenance_names_every_file_that_was_read_and_not_where_it_lay() throws IOException {
        String provenance = Files.readString(built.folder().resolve(ReleaseFile.PROVENANCE));
        for (String source :
                List.of(
                        "\"name\":\"box.toml\",\"part\":\"blueprint\"",
                        "\"name\":\"blueprint.toml\",\"part\":\"extends\"",
                        "\"name\":\"etc/issue\",\"part\":\"overlay\"",
                        "\"name\":\"10-network.sh\",\"part\":\"health.required\"",
                        "\"name\":\"50-time.sh\",\"part\":\"health.wanted\"",
                        "\"name\":\"hook.sh\",\"part\":\"hooks.build\"")) {
            assertThat(provenance).contains(source);
        }
        assertThat(provenance).doesNotContain(folder.toString());
    }

    /// Offline, another user, folder, store without anything made before, umask, time zone and
    /// locale.
    @Test
    void another_builder_without_a_network_makes_the_same_bytes() throws Exception {
        Path other = OtherBuilder.build(project, lock, store);
        try {
            assertThat(new ReleaseDiff(tools).first(built.folder(), other)).isEmpty();
        } finally {
            OtherBuilder.remove(other);
        }
    }

    @Test
    void a_lock_that_is_stale_is_refused_with_the_line_that_it_lacks() throws IOException {
        Path file =
                Files.writeString(
                        project.resolve("box/more.toml"),
                        "extends = \"box.toml\"\n\n[[packages]]\nname = \"nano\"\n");
        assertThatThrownBy(() ->
                        Builder.build(
                                Blueprint.read(file),
                                lock,
                                store,
                                folder.resolve("more"),
                                Progress.SILENT))
                .isInstanceOf(BuildFault.StaleLock.class)
                .hasMessageContaining("more.toml:3: package nano is not in the lock");
        assertThat(folder.resolve("more")).doesNotExist();
    }

    @Test
    void a_folder_that_is_no_release_is_never_replaced() throws IOException {
        Path precious = Files.createDirectories(folder.resolve("precious"));
        assertThatThrownBy(() -> Builder.build(blueprint, lock, store, precious, Progress.SILENT))
                .isInstanceOf(BuildFault.OutputExists.class);
    }

    private static SquashfsListing slot() throws IOException {
        Path slot = built.folder().resolve(ReleaseFile.SLOT_IMAGE);
        Path pseudo = folder.resolve("slot.pseudo");
        Files.deleteIfExists(pseudo);
        return SquashfsListing.read(slot, pseudo, tools.sandbox(folder));
    }

    private static SquashfsListing.Entry entry(SquashfsListing slot, String path) {
        return slot.entries().stream()
                .filter(entry -> entry.path().equals(path))
                .findFirst()
                .orElseThrow();
    }

    private static String cat(String path) {
        return tools.sandbox(built.folder())
                .child(
                        "reading " + path,
                        "unsquashfs",
                        "-cat",
                        built.folder().resolve(ReleaseFile.SLOT_IMAGE).toString(),
                        path.substring(1))
                .run();
    }
}
