/// A bad network to put between a device and its server: [FaultProxy] carries TCP connections, and
/// does to them what each [Fault] says. Seeded, counted, logged, and changed while it runs. Not
/// here: anything that looks inside TLS; what a hostile *server* says is tested at the carrier.
@org.jspecify.annotations.NullMarked
package dev.evenkeel.lab.net;
