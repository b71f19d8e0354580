/// Packed bytes and the exact way in which they were packed: a [Packing] gives, from the plain
/// bytes, the very bytes that somebody else's encoder made; [PackingSearch] finds it by trial and
/// [MemberFinder] finds what is packed inside of a file. A delta is made of plain bytes, and the
/// device packs again. The text form of a packing and what each one stands for:
/// `docs/formats/packings.md`. Deliberately not here: which members are worth it (package `delta`),
/// and the filesystems that hold them.
package dev.evenkeel.content.packing;
