/// TUF: bytes to verdicts, and signing; the one place with keys.
package dev.evenkeel.trust;
