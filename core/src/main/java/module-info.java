/// The words of Evenkeel as values, strict and canonical JSON, and the messages that a device and a
/// server share.
@org.jspecify.annotations.NullMarked
module dev.evenkeel.core {
    requires static transitive org.jspecify;
    requires tools.jackson.core;

    exports dev.evenkeel.core;
    exports dev.evenkeel.core.json;
    exports dev.evenkeel.core.message;
}
