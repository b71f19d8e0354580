// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.process;

/// Where a lock or a build tells how far it is: one stage after the other, bytes within a stage.
/// Called from several threads at once.
public interface Progress {
    /// Tells nobody.
    Progress SILENT =
            new Progress() {
                @Override
                public void stage(String name) {}

                @Override
                public void bytes(long done, long total) {}

                @Override
                public void note(String line) {}
            };

    /// A stage begins, and the one before it is done.
    void stage(String name);

    /// `done` of `total` bytes of the current stage.
    void bytes(long done, long total);

    /// One line for people: what was reused, skipped or found.
    void note(String line);
}
