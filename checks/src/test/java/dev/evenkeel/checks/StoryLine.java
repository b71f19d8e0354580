// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.checks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/// For tests that go on where the one before left the device: after a failure the rest fails at
/// once, instead of waiting for what cannot come.
final class StoryLine implements TestWatcher, BeforeEachCallback {
    private String failed = "";

    @Override
    public void beforeEach(ExtensionContext story) {
        if (!failed.isEmpty()) {
            throw new AssertionError("not told, because this failed before: " + failed);
        }
        Scene.say("--- " + story.getDisplayName());
    }

    @Override
    public void testFailed(ExtensionContext story, @Nullable Throwable cause) {
        if (failed.isEmpty()) failed = story.getDisplayName();
    }
}
