/// Nothing but tests: the arrows between modules, and habits that no compiler holds. Start with
/// `ArrowsTest`.
@org.jspecify.annotations.NullMarked
package dev.evenkeel.checks;
