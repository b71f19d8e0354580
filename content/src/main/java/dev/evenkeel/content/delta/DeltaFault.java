// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.core.Digest;

/// A delta that cannot be applied here. Nothing is lost by it: the image is made another way.
public abstract sealed class DeltaFault extends RuntimeException {
    private DeltaFault(String message) {
        super(message);
    }

    /// What lies in the old slot is not what the delta was made for.
    public static final class OtherOldImage extends DeltaFault {
        OtherOldImage(Digest expected, String found) {
            super(
                    "delta: made for the old image with SHA-256 "
                            + expected
                            + ", found "
                            + found
                            + "; take the delta for that image, or another way to the new one");
        }
    }

    /// The delta asks for more memory than whoever applies it gives.
    public static final class TooMuchMemory extends DeltaFault {
        TooMuchMemory(long needed, long allowed) {
            super(
                    "delta: needs "
                            + needed
                            + " bytes of memory, allowed are "
                            + allowed
                            + "; make one with a smaller limit (--memory)");
        }
    }

    /// A frame is not the one that the delta's head names; it was not read.
    public static final class WrongFrame extends DeltaFault {
        WrongFrame(int frame, String expected, String found) {
            super(
                    "delta, frame "
                            + frame
                            + ": expected "
                            + expected
                            + ", found "
                            + found
                            + "; fetch it again or from another carrier");
        }
    }

    /// What was packed again is not as long as it was: another encoder, or a wrong old image.
    public static final class Unreproducible extends DeltaFault {
        Unreproducible(String packing, int expectedBytes, int foundBytes) {
            super(
                    "delta: packed again by "
                            + packing
                            + ", expected "
                            + expectedBytes
                            + " bytes, found "
                            + foundBytes
                            + "; the old image or the encoder is not the one that the delta was"
                            + " made for, take another way to the new image");
        }
    }

    /// A chunk of the result is not the one that the signed index names.
    public static final class WrongChunk extends DeltaFault {
        WrongChunk(int chunk, Digest expected, Digest found) {
            super(
                    "delta: expected chunk "
                            + chunk
                            + " with SHA-256 "
                            + expected
                            + ", made "
                            + found
                            + "; the old image is damaged or another one, take another way");
        }
    }

    /// The result is not the new image.
    public static final class WrongResult extends DeltaFault {
        WrongResult(Digest expected, Digest found) {
            super(
                    "delta: expected a new image with SHA-256 "
                            + expected
                            + ", made "
                            + found
                            + "; the old image is damaged or another one, take another way");
        }
    }
}
