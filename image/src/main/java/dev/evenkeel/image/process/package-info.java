/// Programs that Evenkeel runs while it locks and builds, and how progress is told. Start with
/// [Child] and [Progress].
@NullMarked
package dev.evenkeel.image.process;

import org.jspecify.annotations.NullMarked;
