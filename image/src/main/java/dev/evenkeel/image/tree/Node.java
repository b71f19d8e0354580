// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.tree;

import java.time.Instant;

/// One entry of a tree.
public sealed interface Node {
    /// Permission bits with set-user-id, set-group-id and sticky.
    int mode();

    int user();

    int group();

    Instant time();

    /// A regular file. Two names of one file (hard links) are two files with the same content.
    record File(Content content, int mode, int user, int group, Instant time) implements Node {}

    record Folder(int mode, int user, int group, Instant time) implements Node {}

    record Link(String to, int user, int group, Instant time) implements Node {
        @Override
        public int mode() {
            return 0777;
        }
    }
}
