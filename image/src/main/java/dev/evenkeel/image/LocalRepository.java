// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Digest;
import dev.evenkeel.image.lock.LockedPackage;
import dev.evenkeel.image.tool.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A flat repository with exactly the locked packages, so that apt inside the build has nothing to
/// choose. It is trusted because every file in it was checked against the lock just before.
final class LocalRepository {
    static final String SUITE = "locked";

    private LocalRepository() {}

    static void make(Path folder, List<LockedPackage> set, Build build) throws IOException {
        var byFile = new HashMap<String, LockedPackage>();
        for (LockedPackage locked : set) {
            Path file = folder.resolve(locked.fileName());
            Path stored = build.store().verified(locked);
            try {
                Files.createLink(file, stored);
            } catch (IOException | UnsupportedOperationException otherDisk) {
                Files.copy(stored, file);
            }
            byFile.put(locked.fileName(), locked);
        }
        byte[] index = index(folder, byFile, build.sandbox()).getBytes(UTF_8);
        Files.write(folder.resolve("Packages"), index);
        Files.writeString(
                folder.resolve("Release"),
                "Origin: Evenkeel\nSuite: %s\nCodename: %s\nArchitectures: amd64\nDate: %s\nSHA256:\n %s %d Packages\n"
                        .formatted(
                                SUITE, SUITE, date(build.time()), Digest.of(index), index.length));
    }

    private static String index(Path folder, Map<String, LockedPackage> byFile, Sandbox sandbox) {
        String fields =
                sandbox.child(
                                "reading the packages' control files",
                                "sh",
                                "-euc",
                                "cd \"$1\"; for deb in *.deb; do echo \"File $deb\"; dpkg-deb --field \"$deb\"; echo; done",
                                "sh",
                                folder.toString())
                        .run();
        var index = new ArrayList<String>();
        for (String stanza : fields.split("(?m)^File ", -1)) {
            if (stanza.isBlank()) continue;
            int end = stanza.indexOf('\n');
            LockedPackage locked = byFile.get(stanza.substring(0, end));
            if (locked == null)
                throw new BuildFault.WrongTree(
                        "a package that nobody locked: " + stanza.substring(0, end));
            index.add(
                    stanza.substring(end + 1).strip()
                            + "\nFilename: ./"
                            + locked.fileName()
                            + "\nSize: "
                            + locked.sizeBytes()
                            + "\nSHA256: "
                            + locked.digest()
                            + "\n");
        }
        return String.join("\n", index);
    }

    private static String date(Instant time) {
        return DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'UTC'", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(time);
    }
}
