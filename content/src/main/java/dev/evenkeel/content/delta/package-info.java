/// From one image to another with the fewest bytes. A delta looks inside of packed files and
/// filesystems ([Expansion]), compares files with those that they came from ([GroupMaker]),
/// foretells moved addresses ([Foresight]), and is applied as a stream within a memory limit
/// ([DeltaApply]). Start at [DeltaMaker] and [DeltaApply]. The format: `docs/formats/delta.md`.
/// Deliberately not here: how bytes are packed again (`packing`), what lies where in a filesystem
/// (`filesystem`), who signs a delta and how it travels.
package dev.evenkeel.content.delta;
