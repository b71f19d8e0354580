/// The evenkeel command: one class per command.
@org.jspecify.annotations.NullMarked
package dev.evenkeel.cli;
