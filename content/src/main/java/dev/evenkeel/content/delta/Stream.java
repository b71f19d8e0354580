// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

/// The streams of a frame, in their order: what is alike lies together and compresses well.
enum Stream {
    /// What comes next on the topmost level, and how much of it.
    SEGMENTS,
    /// What each group is made from.
    GROUPS,
    /// How long copies are.
    COPY_LENGTHS,
    /// How many literal bytes stand before each copy.
    LITERAL_LENGTHS,
    /// How far a copy starts from where the one before it ended.
    SEEKS,
    /// What is added to the copied bytes.
    DIFFERENCES,
    /// Bytes that no copy explains.
    LITERALS
}
