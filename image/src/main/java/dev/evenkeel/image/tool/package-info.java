/// The pinned programs that build an image and run a virtual device: unpacked from locked packages,
/// run in a root of their own, so that nothing of the host's versions reaches a result. Start with
/// [ToolRoot].
@NullMarked
package dev.evenkeel.image.tool;

import org.jspecify.annotations.NullMarked;
