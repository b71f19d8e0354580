// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.tree;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;

/// A tree as a cpio archive in the "newc" format, which the kernel unpacks (its
/// driver-api/early-userspace/buffer-format). Owner root, time zero, inode numbers by order.
public final class Cpio {
    private Cpio() {}

    public static byte[] write(Tree tree) throws IOException {
        var out = new ByteArrayOutputStream();
        int inode = 1;
        for (Map.Entry<String, Node> entry : tree.nodes().entrySet()) {
            Node node = entry.getValue();
            byte[] content =
                    switch (node) {
                        case Node.File file -> file.content().bytes();
                        case Node.Link link -> link.to().getBytes(UTF_8);
                        case Node.Folder _ -> new byte[0];
                    };
            int type =
                    switch (node) {
                        case Node.File _ -> 0100000;
                        case Node.Link _ -> 0120000;
                        case Node.Folder _ -> 0040000;
                    };
            member(
                    out,
                    inode++,
                    type | node.mode(),
                    node instanceof Node.Folder ? 2 : 1,
                    entry.getKey(),
                    content);
        }
        member(out, 0, 0, 1, "TRAILER!!!", new byte[0]);
        return out.toByteArray();
    }

    private static void member(
            ByteArrayOutputStream out,
            int inode,
            int mode,
            int links,
            String name,
            byte[] content) {
        byte[] path = name.getBytes(UTF_8);
        // magic, inode, mode, user, group, links, time, size, device x 2, its own device x 2, name
        // with its zero, checksum
        String header =
                "070701"
                        + "%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X"
                                .formatted(
                                        inode,
                                        mode,
                                        0,
                                        0,
                                        links,
                                        0,
                                        content.length,
                                        0,
                                        0,
                                        0,
                                        0,
                                        path.length + 1,
                                        0);
        out.writeBytes(header.getBytes(UTF_8));
        out.writeBytes(path);
        out.write(0);
        pad(out);
        out.writeBytes(content);
        pad(out);
    }

    private static void pad(ByteArrayOutputStream out) {
        while (out.size() % 4 != 0) out.write(0);
    }
}
