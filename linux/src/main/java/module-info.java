/// Block devices, mounts and the facts of /proc and /sys: what only Linux knows.
@org.jspecify.annotations.NullMarked
module dev.evenkeel.linux {
    requires transitive dev.evenkeel.core;
    // O_DIRECT: com.sun.nio.file.ExtendedOpenOption.DIRECT
    requires jdk.unsupported;

    exports dev.evenkeel.linux;
}
