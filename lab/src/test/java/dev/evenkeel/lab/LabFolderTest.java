// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LabFolderTest {
    @TempDir Path folder;

    @Test
    void says_how_to_start_a_device_that_does_not_run() {
        assertThatThrownBy(() -> new LabFolder(folder).cut("one", 1, true))
                .isInstanceOf(LabFailure.class)
                .hasMessageContaining("evenkeel lab start one");
    }

    @Test
    void takes_no_name_that_leads_out_of_its_folder() {
        assertThatThrownBy(() -> new LabFolder(folder).folder("../other"))
                .isInstanceOf(LabFailure.class)
                .hasMessageContaining("not a device's name");
    }

    @Test
    @Tag("real")
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_device_runs_on_after_its_start_and_takes_cut_console_and_stop() throws Exception {
        var lab = new LabFolder(folder.resolve("lab"));
        TestGuest guest = TestGuest.prepare(folder);
        Path disk = lab.folder("one").resolve("disk.img");
        Files.createDirectories(disk.getParent());
        try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(32 << 20);
        }
        lab.start(
                "one",
                MachineOptions.reference(lab.folder("one"), disk, new HostQemu())
                        .withMemory(192)
                        .withBoot(
                                new MachineOptions.Kernel(
                                        guest.kernel(),
                                        guest.initramfs(),
                                        "console=ttyS0 quiet panic=-1 mitigations=off")));
        try {
            awaitLine(lab, "GUEST unsynced");
            assertThat(lab.list()).extracting(LabFolder.Status::state).containsExactly("on");
            assertThat(lab.cut("one", 7, true)).contains("seed 7");
            awaitLine(lab, "GUEST verified bad=0");

            var screen = new ByteArrayOutputStream();
            byte[] keys = "echo hello\n".getBytes(StandardCharsets.UTF_8);
            lab.console("one", new ByteArrayInputStream(keys), screen);
            awaitLine(lab, "GUEST said hello");
        } finally {
            assertThat(lab.stop("one")).contains("shut down in order");
        }
        assertThat(lab.status("one").state()).isEqualTo("stopped");
        assertThat(lab.folder("one").resolve("daemon.json")).doesNotExist();
    }

    private static void awaitLine(LabFolder lab, String text) throws IOException {
        Path log = lab.folder("one").resolve("serial.log");
        for (int i = 0; i < 600; i++) {
            if (Files.exists(log) && Files.readString(log).contains(text)) return;
            try {
                Thread.sleep(200);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        throw new AssertionError(text + " not seen in " + log);
    }
}
