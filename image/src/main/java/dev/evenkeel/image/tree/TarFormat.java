// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.tree;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarFile;

/// Trees as tar archives: POSIX.1-2001, numeric owners only, nothing of the machine that writes.
public final class TarFormat {
    private static final int MODE_BITS = 07777;

    private TarFormat() {}

    /// Reads the archive's directory; contents stay in the file, which must not change meanwhile.
    public static void read(Path archive, Tree into) throws IOException {
        try (TarFile tar = new TarFile(archive, "UTF-8")) {
            for (TarArchiveEntry entry : tar.getEntries()) {
                String path = plain(entry.getName());
                if (path.isEmpty()) continue;
                refuseAttributes(path, entry);
                add(archive, path, entry, into);
            }
        }
    }

    /// Writes every node of `tree` in its order.
    public static void write(Tree tree, Path archive) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive), 1 << 20);
                var tar = new TarArchiveOutputStream(out, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            for (Map.Entry<String, Node> node : tree.nodes().entrySet()) {
                write(node.getKey(), node.getValue(), tar);
            }
            tar.finish();
        }
    }

    private static void add(Path archive, String path, TarArchiveEntry entry, Tree into) {
        int mode = entry.getMode() & MODE_BITS;
        int user = (int) entry.getLongUserId();
        int group = (int) entry.getLongGroupId();
        Instant time = entry.getLastModifiedTime().toInstant();
        if (entry.isDirectory()) {
            into.put(path, new Node.Folder(mode, user, group, time));
        } else if (entry.isSymbolicLink()) {
            into.put(path, new Node.Link(entry.getLinkName(), user, group, time));
        } else if (entry.isLink()) {
            String first = plain(entry.getLinkName());
            Node.File same =
                    into.file(first)
                            .orElseThrow(() ->
                                    new IllegalStateException("hard link to nothing: " + first));
            into.put(path, same);
        } else if (entry.isFile()) {
            var content = new Content.Piece(archive, entry.getDataOffset(), entry.getSize());
            into.put(path, new Node.File(content, mode, user, group, time));
        }
        // devices, sockets and pipes: devtmpfs and programs make them on the device
    }

    private static void write(String path, Node node, TarArchiveOutputStream tar)
            throws IOException {
        TarArchiveEntry entry =
                switch (node) {
                    case Node.Folder _ -> new TarArchiveEntry(path + "/", TarConstants.LF_DIR);
                    case Node.Link link -> {
                        var symbolic = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
                        symbolic.setLinkName(link.to());
                        yield symbolic;
                    }
                    case Node.File file -> {
                        var regular = new TarArchiveEntry(path, TarConstants.LF_NORMAL);
                        regular.setSize(file.content().sizeBytes());
                        yield regular;
                    }
                };
        entry.setMode(node.mode());
        entry.setIds(node.user(), node.group());
        entry.setNames("", "");
        entry.setLastModifiedTime(
                FileTime.from(Instant.ofEpochSecond(node.time().getEpochSecond())));
        tar.putArchiveEntry(entry);
        if (node instanceof Node.File file) {
            try (InputStream in = file.content().open()) {
                in.transferTo(tar);
            }
        }
        tar.closeArchiveEntry();
    }

    /// POSIX ACLs (journald's folder has them) are not kept: tmpfiles sets them on the device.
    private static void refuseAttributes(String path, TarArchiveEntry entry) {
        for (String header : entry.getExtraPaxHeaders().keySet()) {
            if (header.startsWith("SCHILY.xattr.security.")) {
                throw new UnsupportedOperationException(
                        "/"
                                + path
                                + " has the extended attribute "
                                + header.substring(13)
                                + ", which would differ between builders; grant capabilities in the unit (AmbientCapabilities=) instead");
            }
        }
    }

    private static String plain(String name) {
        String path = name;
        while (path.startsWith("./") || path.startsWith("/"))
            path = path.substring(path.indexOf('/') + 1);
        while (path.endsWith("/")) path = path.substring(0, path.length() - 1);
        return path.equals(".") ? "" : path;
    }
}
