/// What decides the next boot and survives a power cut: boot record, state partition, boot script.
/// Start from [dev.evenkeel.boot.BootRecord] and [dev.evenkeel.boot.BootTable], the rules of slots
/// and attempts, and [dev.evenkeel.boot.StatePartition], the agent's memory. Deliberately not here:
/// when an update is armed or committed (the agent decides that) and how a partition is found
/// (module linux).
package dev.evenkeel.boot;
