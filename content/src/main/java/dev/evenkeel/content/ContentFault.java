// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;

/// Content that is not what it has to be: the caller's world is wrong, not this program. Each case
/// carries its facts as fields; a broken *format* is [dev.evenkeel.core.MalformedInput].
public abstract sealed class ContentFault extends RuntimeException {
    private ContentFault(String message) {
        super(message);
    }

    /// A frame whose length or digest is not the index's; it was not decompressed.
    public static final class WrongFrame extends ContentFault {
        private final transient Chunk expected;

        WrongFrame(Chunk expected, int foundBytes, String found) {
            super(
                    "frame of chunk "
                            + expected.raw().brief()
                            + ": expected "
                            + expected.frameBytes()
                            + " bytes with SHA-256 "
                            + expected.frame()
                            + ", found "
                            + foundBytes
                            + " bytes "
                            + found
                            + "; fetch it again or from another carrier");
            this.expected = expected;
        }

        public Chunk expected() {
            return expected;
        }
    }

    /// A frame that is as its index says, and yet does not hold the chunk: the index itself was
    /// made wrongly, another carrier cannot help.
    public static final class WrongChunk extends ContentFault {
        private final transient Chunk expected;

        WrongChunk(Chunk expected, String found) {
            super(
                    "chunk "
                            + expected.raw().brief()
                            + ": expected "
                            + expected.rawBytes()
                            + " bytes with SHA-256 "
                            + expected.raw()
                            + ", its frame holds "
                            + found
                            + "; the release was built wrongly, build it again");
            this.expected = expected;
        }

        public Chunk expected() {
            return expected;
        }
    }

    /// A release folder lacks a part that the manifest names.
    public static final class MissingPart extends ContentFault {
        private final String part;

        MissingPart(String part) {
            super("release folder: " + part + " is missing; build the release again");
            this.part = part;
        }

        public String part() {
            return part;
        }
    }

    /// A release folder has a part that the manifest does not name.
    public static final class UnexpectedPart extends ContentFault {
        private final String part;

        UnexpectedPart(String part) {
            super(
                    "release folder: "
                            + part
                            + " does not belong to the release; remove it or build the release again");
            this.part = part;
        }

        public String part() {
            return part;
        }
    }

    /// A part of a release folder is not the one that the manifest names.
    public static final class AlteredPart extends ContentFault {
        private final String part;

        AlteredPart(String part, String expected, String found) {
            super(
                    "release folder: "
                            + part
                            + ": expected "
                            + expected
                            + ", found "
                            + found
                            + "; the folder was changed after the build, build the release again");
            this.part = part;
        }

        public String part() {
            return part;
        }
    }

    /// A carrier does not have what was asked for.
    public static final class NotCarried extends ContentFault {
        private final String path;

        public NotCarried(String path) {
            super(path + ": this carrier does not have it; ask another one");
            this.path = path;
        }

        public String path() {
            return path;
        }
    }

    /// An image that changed while it was being indexed, or is not the one that was expected.
    public static final class WrongImage extends ContentFault {
        private final transient Digest expected;

        WrongImage(String what, Digest expected, Digest found) {
            super(
                    what
                            + ": expected an image with SHA-256 "
                            + expected
                            + ", its chunks make "
                            + found
                            + "; build the release again");
            this.expected = expected;
        }

        public Digest expected() {
            return expected;
        }
    }

    /// A repository of which nobody can say what is in use, so nothing may be removed.
    public static final class Unsound extends ContentFault {
        Unsound(String problem) {
            super(
                    "removing what is not in use: "
                            + problem
                            + "; nothing was removed, see `evenkeel content check`");
        }
    }
}
