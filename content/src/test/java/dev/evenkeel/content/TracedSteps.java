// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Does the steps and writes down which; after each of them, and in the middle of some, the machine
/// may crash.
abstract class TracedSteps extends FileSteps {
    final List<String> trace = new ArrayList<>();

    /// What a crash at this moment leaves is looked at, or it happens.
    abstract void crash() throws IOException;

    void done(String step) throws IOException {
        trace.add(step);
        crash();
    }

    @Override
    void move(Path from, Path to) throws IOException {
        super.move(from, to);
        done("move to " + to.getName(to.getNameCount() - 2));
    }

    @Override
    void syncFolder(Path synced) throws IOException {
        super.syncFolder(synced);
        done("sync " + synced.getFileName());
    }
}
