// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.blueprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evenkeel.core.Version;
import dev.evenkeel.image.blueprint.Blueprint.Filesystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlueprintTest {
    private static final String SMALLEST =
            "name = \"box\"\nversion = \"1.0\"\n[device]\ntype = \"qemu-x86\"\n";

    private static final String ANNS_KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKZ2bXQ2c9Qm0V1t4cC8zF1uQ0mYbq4m1o2g3h4i5j6k ann@desk";

    @TempDir private Path folder;

    @Test
    void reads_the_smallest_blueprint_with_defaults() throws IOException {
        Blueprint blueprint = read(SMALLEST);
        assertThat(blueprint.fleet().text()).isEqualTo("default");
        assertThat(blueprint.archives())
                .singleElement()
                .satisfies(archive -> assertThat(archive.suite()).isEqualTo("trixie"));
        assertThat(blueprint.filesystem().type()).isEqualTo(Filesystem.Type.SQUASHFS);
        assertThat(blueprint.health().attempts()).isEqualTo(3);
        assertThat(blueprint.packages()).isEmpty();
    }

    @Test
    void an_extending_blueprint_overrides_values_and_adds_to_lists() throws IOException {
        Files.writeString(
                folder.resolve("base.toml"),
                SMALLEST + "[[packages]]\nname = \"curl\"\n[[packages]]\nname = \"jq\"\n");
        Blueprint blueprint =
                read(
                        "extends = \"base.toml\"\nversion = \"1.1\"\n[[packages]]\nname = \"jq\"\nversion = \"1.7*\"\n[[packages]]\nname = \"nano\"\n");
        assertThat(blueprint.name()).isEqualTo("box");
        assertThat(blueprint.version()).isEqualTo(new Version("1.1"));
        assertThat(blueprint.packages())
                .extracting(Blueprint.WantedPackage::wish)
                .containsExactly("curl", "jq=1.7*", "nano");
    }

    @Test
    void tells_every_mistake_at_once_in_the_order_of_the_file() throws IOException {
        BlueprintFault fault =
                refused(
                        "name = \"Box!\"\nversion = 7\n[device]\ntype = \"qemu-x86\"\n[layout]\nslot_size = \"3Q\"\n");
        assertThat(fault.mistakes())
                .extracting(BlueprintFault.Mistake::key)
                .containsExactly("name", "version", "layout.slot_size");
    }

    /// One mistake in each line: what is added to a sound blueprint, the key, the line that the
    /// message must name, and a part of what it must say.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    descripton = "x"                                   | descripton             | 1 | did you mean 'description'
                    colour = "blue"                                    | colour                 | 1 | expected one of
                    fleet = "No Spaces"                                | fleet                  | 1 | a fleet name
                    built = "yesterday"                                | built                  | 1 | 2026-11-20T00:00:00Z
                    suite = "$(reboot)"                                | suite                  | 1 | the name of a suite
                    overlay = "tree"                                   | overlay                | 1 | found the text 'tree'
                    overlay = ["nowhere"]                              | overlay[0]             | 1 | found 'nowhere'
                    extends = "nothing.toml"                           | extends                | 1 | a blueprint file that exists
                    minimum_version = "one"                            | minimum_version        | 1 | a version
                    packages = "curl"                                  | packages               | 1 | written as [[packages]]
                    packages = [{ name = "Curl" }]                     | packages[0].name       | 1 | the name of a Debian package
                    packages = [{ version = "1" }]                     | packages[0].name       | 1 | the key is missing
                    packages = [{ name = "curl", version = "v1" }]     | packages[0].version    | 1 | or *
                    packages = [{ name = "curl", verison = "1" }]      | packages[0].verison    | 1 | did you mean 'version'
                    layout = { slot_size = 200 }                       | layout.slot_size       | 1 | found the number 200
                    layout = { slot_size = "8M" }                      | layout.slot_size       | 1 | from 16M on
                    data_format = { reads = [2, 1] }                   | data_format.reads      | 1 | 0 <= min <= max
                    data_format = { reads = [1, 2], writes = 3 }       | data_format.writes     | 1 | also reads
                    filesystem = { type = "ext4" }                     | filesystem.type        | 1 | squashfs or erofs
                    filesystem = { type = "erofs", compression = "xz" }| filesystem.compression | 1 | for erofs
                    filesystem = { level = 99 }                        | filesystem.level       | 1 | from 1 to 22
                    filesystem = { block = "5K" }                      | filesystem.block       | 1 | up to 1M
                    root = { mode = "rw" }                             | root.mode              | 1 | overlay or ram
                    health = { attempts = 0 }                          | health.attempts        | 1 | from 1 to 9
                    health = { stable_seconds = 60, deadline_seconds = 60 } | health.deadline_seconds | 1 | more than stable_seconds
                    health = { required = ["check.sh"] }               | health.required[0]     | 1 | a script beside the blueprint
                    files = [{ path = "etc/x", text = "" }]            | files[0].path          | 1 | an absolute path
                    files = [{ path = "/etc/../x", text = "" }]        | files[0].path          | 1 | without . and ..
                    files = [{ path = "/etc/x" }]                      | files[0].path          | 1 | found neither
                    files = [{ path = "/x", text = "", mode = "rwx" }] | files[0].mode          | 1 | in octal
                    archives = [{ uri = "ftp://x", suite = "sid" }]    | archives[0].uri        | 1 | https://
                    customizations = { hostname = "a b" }              | customizations.hostname| 1 | a host name
                    customizations = { kernel = { append = "a;b" } }   | customizations.kernel  | 1 | without quotes
                    customizations.user = "ann"                        | customizations.user    | 1 | written as [[customizations.user]]
                    customizations.user = [{ shell = "/bin/sh" }]      | customizations.user[0].name | 1 | the key is missing
                    customizations.user = [{ name = "Ann" }]           | customizations.user[0].name | 1 | a user name of a-z
                    customizations.user = [{ name = "ann" }, { name = "ann" }] | customizations.user[1].name | 1 | each user once
                    customizations.user = [{ name = "ann", description = "A:B" }] | customizations.user[0].description | 1 | without ':'
                    customizations.user = [{ name = "ann", passwort = "x" }] | customizations.user[0].passwort | 1 | did you mean 'password'
                    customizations.user = [{ name = "ann", uid = 70000 }] | customizations.user[0].uid | 1 | from 0 to 65533
                    customizations.user = [{ name = "ann", groups = "sudo" }] | customizations.user[0].groups | 1 | a list
                    customizations.user = [{ name = "ann", home = "ann" }] | customizations.user[0].home | 1 | /home/ann
                    customizations.user = [{ name = "ann", home = "/data/ann" }] | customizations.user[0].home | 1 | a uid beside
                    customizations.user = [{ name = "ann", home = "/data/.evenkeel" }] | customizations.user[0].home | 1 | an absolute path
                    customizations.user = [{ name = "ann", shell = "bash" }] | customizations.user[0].shell | 1 | /bin/bash
                    customizations.sshkey = [{ user = "ann" }]         | customizations.sshkey[0].key | 1 | the key is missing
                    customizations.sshkey = [{ user = "ann", key = "ssh-ed25519 AAAA" }] | customizations.sshkey[0].key | 1 | a damaged key of type ssh-ed25519
                    hooks = { build = ["none.sh"] }                    | hooks.build[0]         | 1 | a script beside
                    """)
    void names_line_key_and_what_was_expected(String added, String key, int line, String said)
            throws IOException {
        BlueprintFault fault = refused(added.strip() + "\n" + SMALLEST);
        assertThat(fault.mistakes()).hasSize(1);
        BlueprintFault.Mistake mistake = fault.mistakes().getFirst();
        assertThat(mistake.key()).isEqualTo(key.strip());
        assertThat(mistake.line()).isEqualTo(line);
        assertThat(fault).hasMessageContaining("box.toml:" + line + ":").hasMessageContaining(said);
    }

    @ParameterizedTest
    @CsvSource({
        "password = \"correct horse\", mkpasswd",
        "key = \"-----BEGIN OPENSSH PRIVATE KEY----- correct horse\", a private key",
        "key = \"correct horse\", a public SSH key"
    })
    void a_message_never_repeats_what_may_be_secret(String line, String said) throws IOException {
        BlueprintFault fault =
                refused(SMALLEST + "[[customizations.user]]\nname = \"ann\"\n" + line + "\n");
        assertThat(fault)
                .hasMessageContaining("box.toml:7:")
                .hasMessageContaining(said)
                .hasMessageNotContaining("correct horse");
    }

    @Test
    void an_extending_blueprint_replaces_users_of_the_same_name_and_adds_keys() throws IOException {
        String user = "[[customizations.user]]\nname = \"%s\"\nshell = \"%s\"\n";
        String key = "[[customizations.sshkey]]\nuser = \"ann\"\nkey = \"\"\"\n%s\"\"\"\n";
        Files.writeString(
                folder.resolve("base.toml"),
                SMALLEST
                        + user.formatted("ann", "/bin/sh")
                        + user.formatted("bob", "/bin/sh")
                        + key.formatted(ANNS_KEY));
        Customizations read =
                read("extends = \"base.toml\"\n"
                                + user.formatted("ann", "/bin/bash")
                                + key.formatted(ANNS_KEY + "\n" + ANNS_KEY))
                        .customizations();
        assertThat(read.users())
                .extracting(one -> one.name() + " " + one.shell().orElseThrow())
                .containsExactly("ann /bin/bash", "bob /bin/sh");
        assertThat(read.sshKeys())
                .extracting(Customizations.SshKey::key)
                .containsExactly(ANNS_KEY, ANNS_KEY, ANNS_KEY);
    }

    @Test
    void a_file_that_is_no_toml_is_told_with_its_place() throws IOException {
        BlueprintFault fault = refused("name = \"box\"\nversion = = 1\n");
        assertThat(fault.mistakes().getFirst().line()).isEqualTo(2);
    }

    @Test
    void a_missing_file_is_a_fault_and_not_a_stack_of_causes() {
        assertThat(
                        catchThrowableOfType(
                                BlueprintFault.class,
                                () -> Blueprint.read(folder.resolve("no.toml"))))
                .hasMessageContaining("no.toml");
    }

    private Blueprint read(String text) throws IOException {
        return Blueprint.read(Files.writeString(folder.resolve("box.toml"), text));
    }

    private BlueprintFault refused(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("box.toml"), text);
        return catchThrowableOfType(BlueprintFault.class, () -> Blueprint.read(file));
    }
}
