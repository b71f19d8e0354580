/// One device: the update machine, journal, health verdicts, boot reports.
///
/// Start with [UpdateMachine], the rules as a pure function, and [Agent], which carries them out
/// over the ports [Device] and [Server]. Deliberately not here: boot counting, fallback, the trial
/// deadline and the healing of filesystems; they are boot script, initramfs and systemd, because a
/// broken agent must not be able to stop a fallback.
package dev.evenkeel.agent;
