/// The `evenkeel` command: one class per command, wired in [Main]. Start with [Main] and
/// [ServerClient]. Deliberately not here: anything that a server, a build or a device does;
/// commands ask the modules below and show what they answer.
@org.jspecify.annotations.NullMarked
package dev.evenkeel.cli;
