/// Many devices: enrolment, releases, rollouts and the truth about them. Plain Java, no framework,
/// no SQL.
@org.jspecify.annotations.NullMarked
module dev.evenkeel.fleet {
    requires transitive dev.evenkeel.core;

    exports dev.evenkeel.fleet;
}
