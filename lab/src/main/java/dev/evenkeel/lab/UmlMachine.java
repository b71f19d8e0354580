// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What a user-mode Linux device is made of, beside its disk; shared by all devices of a lane.
///
/// @param programs QEMU's storage daemon and user network
/// @param known the boot files of every release that may run on it
record UmlMachine(UmlKernel kernel, QemuCommand programs, List<SlotFiles> known) {
    /// Less than the reference device has: this kernel needs less for itself.
    private static final int MEMORY_MEBIBYTES = 384;

    private static final int PROBE_MEBIBYTES = 64;
    private static final int PROBE_SECONDS = 60;

    UmlMachine {
        known = List.copyOf(known);
    }

    /// The command line that offers the disk behind `nbd` as a virtio drive on `drive`.
    List<String> drive(Path nbd, Path drive) {
        var words =
                new ArrayList<>(
                        programs.prefix("qemu-storage-daemon", List.of(QemuArguments.folder(nbd))));
        words.add("--blockdev");
        words.add("driver=nbd,node-name=disk0,discard=unmap,server.type=unix,server.path=" + nbd);
        words.add("--export");
        words.add(
                "type=vhost-user-blk,id=drive,node-name=disk0,writable=on,addr.type=unix,addr.path="
                        + drive);
        return words;
    }

    /// The command line of one boot. `noreboot` ends it where a machine would begin again with its
    /// firmware.
    List<String> linux(BootModel.Boot boot, Path drive, String network) {
        Path initramfs = boot.files().initramfs();
        List<String> words =
                started(
                        List.of(
                                kernel.folder(),
                                QemuArguments.folder(drive),
                                QemuArguments.folder(initramfs)),
                        MEMORY_MEBIBYTES);
        words.add("initrd=" + initramfs);
        words.add("virtio_uml.device=" + drive + ":2");
        words.add(network);
        words.add("rdinit=/uml/init");
        // its watchdog is a program that it starts on the host, and the attempt alone may crash it
        words.add("systemd.watchdog_sec=0");
        words.addAll(List.of(boot.arguments().split(" ", -1)));
        return words;
    }

    /// The command line's beginning. The memory is a file in the sandbox's own /tmp, which is a
    /// tmpfs.
    private List<String> started(List<Path> visible, int memoryMebibytes) {
        var words = new ArrayList<>(programs.prefix("unshare", visible));
        // its helpers outlive it when it is killed: a process namespace ends them all at once. The
        // shell is there because a process 1 is spared the signals that it sends itself.
        words.addAll(List.of("--pid", "--fork", "--kill-child", "/bin/sh", "-c"));
        words.addAll(List.of("\"$@\"; exit $?", "uml", "env", "TMPDIR=/tmp", "HOME=/tmp"));
        words.addAll(List.of(kernel.program().toString(), "seccomp=on"));
        words.add("mem=" + memoryMebibytes + "M");
        words.addAll(List.of("con=null", "con0=null,fd:1", "ssl=null", "noreboot"));
        return words;
    }

    /// Starts a kernel that has no root, and looks how far it comes.
    ///
    /// @throws LabFailure when this machine does not run user-mode Linux, with what to do instead
    void requireRunning(Path log) throws IOException {
        List<String> words = started(List.of(kernel.folder()), PROBE_MEBIBYTES);
        words.addAll(List.of("console=tty0", "panic=1"));
        GuestProcess probe = GuestProcess.logged(words, log);
        boolean ended = probe.awaitExit(Duration.ofSeconds(PROBE_SECONDS));
        probe.kill();
        String said = Files.readString(log, StandardCharsets.ISO_8859_1);
        if (ended && said.contains("Unable to mount root fs")) return;
        throw new LabFailure(
                "user-mode Linux does not run on this machine (it needs namespaces, seccomp filters"
                        + " and a tmpfs that programs may run from); the other lane does the same,"
                        + " slower: --lane qemu. It said:\n"
                        + probe.lastWords());
    }
}
