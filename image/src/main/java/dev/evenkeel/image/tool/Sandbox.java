// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.tool;

import dev.evenkeel.image.process.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs programs inside a root of unpacked packages, as root or as an ordinary user alike: a mount
/// namespace, this root with /proc and /dev, and the given folders, each at its own path or at a
/// chosen one; then chroot. The host's files are out of sight. Not a fence against hostile
/// programs: it keeps versions apart.
public final class Sandbox {
    private static final String ENTER =
            """
            root=$1; shift
            umask 022
            mount --bind "$root" "$root"
            mount -t tmpfs -o mode=1777 tmp "$root/tmp"
            mount --rbind /proc "$root/proc"
            mount --rbind /dev "$root/dev"
            while [ "$1" != -- ]; do
              mkdir -p "$root$2"
              mount --rbind "$1" "$root$2"
              shift 2
            done
            shift
            exec chroot "$root" "$@"
            """;

    private final Path root;
    private final List<Bind> binds;
    private final Ids ids;

    /// A folder of the host, and where it is seen inside.
    private record Bind(Path folder, String inside) {
        static Bind atItsOwnPath(Path folder) {
            Path plain = folder.toAbsolutePath().normalize();
            return new Bind(plain, plain.toString());
        }
    }

    /// Which user ids exist inside.
    private enum Ids {
        /// Root alone: enough to run programs.
        ROOT,
        /// Root and the ordinary ones: needed where files of several owners are made. An ordinary
        /// user has them from /etc/subuid (subuid(5)).
        ALL
    }

    Sandbox(Path root, List<Path> folders) {
        this(root, folders.stream().map(Bind::atItsOwnPath).toList(), Ids.ROOT);
    }

    private Sandbox(Path root, List<Bind> binds, Ids ids) {
        this.root = root;
        this.binds = binds;
        this.ids = ids;
    }

    /// The same root with one more of the host's folders in sight, at its own path.
    public Sandbox with(Path folder) {
        return with(Bind.atItsOwnPath(folder));
    }

    /// The same root with a folder of the host in sight as `inside`, an absolute path.
    public Sandbox with(Path folder, String inside) {
        return with(new Bind(folder.toAbsolutePath().normalize(), inside));
    }

    private Sandbox with(Bind bind) {
        var more = new ArrayList<>(binds);
        more.add(bind);
        return new Sandbox(root, more, ids);
    }

    /// The same root where files may belong to any user.
    public Sandbox withAllIds() {
        if (!isRoot()) requireSubordinateIds();
        return new Sandbox(root, binds, Ids.ALL);
    }

    /// The host's command line that runs `program` inside; it becomes that program (one process),
    /// so a signal to it reaches the program.
    public List<String> command(List<String> program) {
        var command = new ArrayList<String>();
        command.addAll(List.of("unshare", "--mount"));
        // what makes files of many owners starts many programs: a process namespace ends them all
        // at
        // once
        if (ids == Ids.ALL) command.addAll(List.of("--pid", "--fork", "--kill-child"));
        if (!isRoot()) {
            command.add("--map-root-user");
            if (ids == Ids.ALL) command.add("--map-auto");
        }
        command.addAll(List.of("/bin/sh", "-euc", ENTER, "sandbox", root.toString()));
        for (Bind bind : binds) {
            command.add(bind.folder().toString());
            command.add(bind.inside());
        }
        command.add("--");
        command.addAll(program);
        return command;
    }

    /// `program` as a child with the plain environment.
    public Child child(String task, String... program) {
        return Child.of(task, command(List.of(program)));
    }

    public Child child(String task, List<String> program) {
        return Child.of(task, command(program));
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name")) && uid() == 0;
    }

    private static int uid() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void requireSubordinateIds() {
        String user = System.getProperty("user.name");
        String uid = Integer.toString(uid());
        try {
            boolean granted =
                    Files.readAllLines(Path.of("/etc/subuid")).stream()
                            .map(line -> line.split(":", 2)[0])
                            .anyMatch(owner -> owner.equals(user) || owner.equals(uid));
            if (granted) return;
        } catch (IOException missing) {
            // said below
        }
        throw new ToolFault(
                "the user '"
                        + user
                        + "' has no subordinate ids, so files of other owners cannot be made; run once as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "
                        + user);
    }
}
