/// What decides the next boot and survives a power cut: boot record, state partition, boot script.
@org.jspecify.annotations.NullMarked
module dev.evenkeel.boot {
    requires transitive dev.evenkeel.core;

    exports dev.evenkeel.boot;
}
