// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

/// What server and agents took at the end of a day. All but the day in bytes.
///
/// @param database the server's database with its write-ahead log
/// @param repository all that it serves
/// @param metadata of it, the signed metadata
/// @param serverHeap the server's part of the Java heap after a collection
/// @param agentHeap of one agent on average, with its share of the simulation but without its
///   simulated disks
/// @param stateMost content of the state partition of the agent that has most there
/// @param stateMean of all agents
record Sample(
        int day,
        long database,
        long repository,
        long metadata,
        long serverHeap,
        long agentHeap,
        long stateMost,
        long stateMean) {
    long serverDisk() {
        return database + repository;
    }
}
