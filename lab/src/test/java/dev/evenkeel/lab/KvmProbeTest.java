// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("real")
class KvmProbeTest {
    @TempDir Path folder;

    @Test
    void does_not_believe_in_kvm_before_a_kernel_has_booted() throws Exception {
        Path noKernel = Files.write(folder.resolve("vmlinuz"), new byte[100_000]);
        assertThat(KvmProbe.choose(new HostQemu(), noKernel, folder.resolve("cache")))
                .isEqualTo(Acceleration.EMULATION);
    }

    @Test
    void asks_only_once_for_each_boot_of_the_host() throws Exception {
        TestGuest guest = TestGuest.prepare(folder);
        Path cache = folder.resolve("cache");
        Acceleration found = KvmProbe.choose(new HostQemu(), guest.kernel(), cache);
        var broken = new RecordedQemu(List.of("/bin/false"), Path.of("/"));
        assertThat(KvmProbe.choose(broken, guest.kernel(), cache)).isEqualTo(found);
    }
}
