/// Trust as The Update Framework (TUF 1.0) orders it: bytes in, verdicts out, and the signing side
/// that makes such bytes. Start with [TufClient] (what may be installed) and [MetadataPublisher]
/// (what is offered). The verdicts ([RootTrust], [FinalRoot], [TimestampTrust], [SnapshotTrust],
/// [TargetsTrust]) do no I/O: each can be made only by the check that it stands for. Deliberately
/// not here: any network or disk of a device; those are the ports [MetadataSource] and
/// [TrustStore].
package dev.evenkeel.trust;
