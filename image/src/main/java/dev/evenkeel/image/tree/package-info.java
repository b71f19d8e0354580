/// A root tree as a sorted list of files with owners, modes and fixed times, without a mounted or
/// unpacked filesystem. Start with [Tree]; [TarFormat] and [Cpio] write it out.
@NullMarked
package dev.evenkeel.image.tree;

import org.jspecify.annotations.NullMarked;
