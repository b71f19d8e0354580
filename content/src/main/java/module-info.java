/// Chunks, packs and indexes; stores that wrap stores; the plan of what to fetch.
@org.jspecify.annotations.NullMarked
module dev.evenkeel.content {
    requires transitive dev.evenkeel.core;
    requires transitive dev.evenkeel.linux;
    requires com.github.luben.zstd_jni;
    requires org.tukaani.xz;

    exports dev.evenkeel.content;
    exports dev.evenkeel.content.delta;
    exports dev.evenkeel.content.filesystem;
    exports dev.evenkeel.content.packing;
}
