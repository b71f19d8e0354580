/// One device: the update machine, journal, health verdicts, boot reports.
@org.jspecify.annotations.NullMarked
module dev.evenkeel.agent {
    requires transitive dev.evenkeel.core;
    requires dev.evenkeel.linux;
    requires dev.evenkeel.trust;
    requires dev.evenkeel.content;
    requires dev.evenkeel.boot;
    requires java.net.http;

    exports dev.evenkeel.agent;
}
