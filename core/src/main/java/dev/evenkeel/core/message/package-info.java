/// What a device and a server say to each other, version 1. Start with [CheckIn] and
/// [CheckInAnswer]; the bytes are described in `docs/formats/device-protocol.md`. Signed messages
/// travel in a [dev.evenkeel.core.Dsse] envelope.
package dev.evenkeel.core.message;
