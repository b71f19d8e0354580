// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The other ways to a root, each booted, updated and committed on a device.
@Tag("long")
class OtherRootsTest {
    @Test
    void a_device_whose_slots_are_erofs_boots_and_updates() throws Exception {
        try (Scene scene = updated("erofs")) {
            assertThat(scene.run("grep -c ' / overlay ' /proc/mounts").said()).isEqualTo("1");
            assertThat(
                            scene.run(
                                            "cat /proc/filesystems; dd if=/dev/mapper/slot bs=1 skip=1024 count=4 2>/dev/null | od -An -tx1")
                                    .said())
                    .contains("erofs")
                    // EROFS_SUPER_MAGIC_V1, little-endian
                    .endsWith("e2 e1 f5 e0");
        }
    }

    @Test
    void a_device_whose_root_is_in_memory_boots_and_updates() throws Exception {
        try (Scene scene = updated("ram")) {
            assertThat(scene.run("grep ' / ' /proc/mounts").said()).contains("tmpfs");
            assertThat(scene.run("ls /dev/mapper").said()).doesNotContain("slot");
            assertThat(scene.run("echo any >/usr/bin/written").exitCode()).isZero();
        }
    }

    private static Scene updated(String kind) throws Exception {
        Scene scene = Scene.open(Path.of("target/root-" + kind), "devices/" + kind, Scene.FACTORY);
        scene.switchOn();
        scene.publish(Scene.GOOD);
        scene.awaitShell();
        scene.awaitCommitted(Scene.FACTORY);
        scene.rollOut(Scene.GOOD);
        assertThat(scene.awaitEnd(Scene.GOOD).is("succeeded")).isTrue();
        scene.awaitShell();
        return scene;
    }
}
