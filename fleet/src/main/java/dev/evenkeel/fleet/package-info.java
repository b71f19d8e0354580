/// Many devices: enrolment, releases, rollouts and the truth about them. Plain Java, no framework,
/// no SQL.
package dev.evenkeel.fleet;
