// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.core.Version;
import dev.evenkeel.image.process.DiskSpace;
import java.nio.file.Path;
import java.util.List;

/// A build cannot start or cannot go on for a reason of the caller's world.
public abstract sealed class BuildFault extends RuntimeException {
    private BuildFault(String message) {
        super(message);
    }

    private BuildFault(String message, Throwable cause) {
        super(message, cause);
    }

    /// The blueprint asks for something that the lock does not have, or no longer asks for
    /// something.
    public static final class StaleLock extends BuildFault {
        private final List<String> differences;

        StaleLock(List<String> differences) {
            super(
                    "the lock does not fit the blueprint; run 'evenkeel lock' again:\n"
                            + String.join("\n", differences).indent(2).stripTrailing());
            this.differences = List.copyOf(differences);
        }

        public List<String> differences() {
            return differences;
        }
    }

    /// The disk is too small for the build, found before anything was made.
    public static final class NotEnoughSpace extends BuildFault {
        NotEnoughSpace(Path folder, long neededBytes, long freeBytes) {
            super(
                    "building needs about "
                            + DiskSpace.mebibytes(neededBytes)
                            + " in "
                            + folder
                            + ", and only "
                            + DiskSpace.mebibytes(freeBytes)
                            + " are free");
        }
    }

    /// The disk got full while the build went on.
    public static final class DiskFull extends BuildFault {
        DiskFull(String stage, SpaceEstimate estimate, Throwable cause) {
            super(
                    "the disk is full, found while making the "
                            + stage
                            + ": "
                            + room(estimate.work(), estimate.workBytes())
                            + "; "
                            + room(estimate.store(), estimate.storeBytes())
                            + ". Nothing of this build is kept; make room and build again",
                    cause);
        }

        private static String room(Path folder, long neededBytes) {
            return folder
                    + " has "
                    + DiskSpace.mebibytes(DiskSpace.freeBytes(folder))
                    + " free, a build needs about "
                    + DiskSpace.mebibytes(neededBytes)
                    + " there";
        }
    }

    /// The image is larger than its place on the device.
    public static final class DoesNotFit extends BuildFault {
        DoesNotFit(String what, String key, long imageBytes, long placeBytes, String advice) {
            super(
                    what
                            + " has "
                            + imageBytes
                            + " bytes, its partition "
                            + placeBytes
                            + "; make "
                            + key
                            + " larger or the image smaller"
                            + advice);
        }
    }

    /// The tree that came out is not the one that the lock describes, or lacks something needed.
    public static final class WrongTree extends BuildFault {
        WrongTree(String message) {
            super(message);
        }
    }

    /// The output folder holds something that is no release.
    public static final class OutputExists extends BuildFault {
        OutputExists(Path folder, Version version) {
            super(
                    folder
                            + " exists and is no release folder; release "
                            + version
                            + " needs a folder of its own");
        }
    }

    /// A file of the build could not be read or written.
    public static final class Unwritable extends BuildFault {
        Unwritable(String task, Throwable cause) {
            super(task + ": " + cause.getMessage(), cause);
        }
    }
}
