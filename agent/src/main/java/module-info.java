/// One device: the update machine, journal, health verdicts, boot reports.
@org.jspecify.annotations.NullMarked
module dev.evenkeel.agent {
    requires transitive dev.evenkeel.core;
    requires transitive dev.evenkeel.linux;
    requires transitive dev.evenkeel.trust;
    requires transitive dev.evenkeel.content;
    requires dev.evenkeel.boot;

    exports dev.evenkeel.agent;
}
