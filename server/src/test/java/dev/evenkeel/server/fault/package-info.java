/// A server under fault: killed at random moments under load, on a disk that fills up, with a clock
/// that jumps. [FaultRun] drives it, [Ledger] knows what was acknowledged, [Checker] asks
/// afterwards. Twenty rounds run with the tests ([FaultTest]), as many as wanted by
/// `bench/server-fault`.
package dev.evenkeel.server.fault;
