/// TUF: bytes to verdicts, and signing; the one place with keys.
@org.jspecify.annotations.NullMarked
module dev.evenkeel.trust {
    requires transitive dev.evenkeel.core;

    exports dev.evenkeel.trust;
}
