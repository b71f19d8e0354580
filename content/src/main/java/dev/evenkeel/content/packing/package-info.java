/// The packers of filesystems and archives, as the delta engine needs them: what was packed can be
/// unpacked, in bounded memory. Start at [Lz4Block].
package dev.evenkeel.content.packing;
