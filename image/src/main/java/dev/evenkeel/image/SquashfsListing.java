// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.image.tool.Sandbox;
import dev.evenkeel.image.tree.Content;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What a squashfs holds, as unsquashfs writes it into a pseudo file: one line for each entry, in
/// the filesystem's order, then the contents. Works for an ordinary user, who could not unpack
/// files of other owners.
///
/// @param contents offset zero of the contents in `file`
record SquashfsListing(List<Entry> entries, Path file, long contents) {
    private static final String START_OF_DATA = "# START OF DATA - DO NOT MODIFY";

    /// One line: path, type, time, mode, owner, group, and what the type adds.
    record Entry(
            String path, String type, String time, String mode, String owner, List<String> rest) {
        boolean isFile() {
            return type.equals("R");
        }
    }

    /// What differs first, and why.
    record Found(String path, String reason) {}

    static SquashfsListing read(Path image, Path pseudo, Sandbox sandbox) throws IOException {
        sandbox.child(
                        "listing " + image.getFileName(),
                        "unsquashfs",
                        "-pf",
                        pseudo.toString(),
                        image.toString())
                .run();
        var entries = new ArrayList<Entry>();
        long at = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(pseudo), 1 << 16)) {
            for (byte[] line = line(in); line.length > 0; line = line(in)) {
                at += line.length;
                String text = new String(line, UTF_8).stripTrailing();
                if (text.equals(START_OF_DATA)) {
                    // one more line, "#", closes the head
                    at += line(in).length;
                    break;
                }
                if (!text.startsWith("#") && !text.isBlank()) entries.add(entry(text));
            }
        }
        return new SquashfsListing(entries, pseudo, at);
    }

    Optional<Found> firstDifference(SquashfsListing other) throws IOException {
        for (int i = 0; i < Math.max(entries.size(), other.entries.size()); i++) {
            if (i >= entries.size() || i >= other.entries.size()) {
                Entry extra = i < entries.size() ? entries.get(i) : other.entries.get(i);
                return Optional.of(new Found(extra.path(), "exists in one build only"));
            }
            Entry a = entries.get(i);
            Entry b = other.entries.get(i);
            Optional<String> reason = compare(a, b, other);
            if (reason.isPresent()) return Optional.of(new Found(a.path(), reason.get()));
        }
        return Optional.empty();
    }

    private Optional<String> compare(Entry a, Entry b, SquashfsListing other) throws IOException {
        if (!a.path().equals(b.path())) {
            boolean moved = other.entries.stream().anyMatch(entry -> entry.path().equals(a.path()));
            return Optional.of(
                    moved
                            ? "order: the other build has " + b.path() + " at this place"
                            : "exists in one build only");
        }
        if (!a.type().equals(b.type())) return Optional.of("type: " + a.type() + " or " + b.type());
        if (!a.mode().equals(b.mode()))
            return Optional.of("mode: " + a.mode() + " or " + b.mode() + "; probably a umask");
        if (!a.owner().equals(b.owner()))
            return Optional.of(
                    "owner: " + a.owner() + " or " + b.owner() + "; probably the user who built");
        if (!a.time().equals(b.time()))
            return Optional.of(
                    "time: "
                            + a.time()
                            + " or "
                            + b.time()
                            + " (seconds since 1970); probably the moment of the build");
        if (!a.isFile())
            return a.rest().equals(b.rest())
                    ? Optional.empty()
                    : Optional.of("target: " + a.rest() + " or " + b.rest());
        byte[] mine = content(a);
        byte[] theirs = other.content(b);
        int at = Arrays.mismatch(mine, theirs);
        return at < 0
                ? Optional.empty()
                : Optional.of(
                        "content, from byte "
                                + at
                                + " on, of "
                                + mine.length
                                + " or "
                                + theirs.length
                                + " bytes");
    }

    private byte[] content(Entry entry) throws IOException {
        long size = Long.parseLong(entry.rest().get(0));
        long offset = Long.parseLong(entry.rest().get(1));
        return new Content.Piece(file, contents + offset, size).bytes();
    }

    /// Spaces in a path are written with a backslash before them.
    private static Entry entry(String line) {
        int end = 0;
        while (end < line.length() && line.charAt(end) != ' ')
            end += line.charAt(end) == '\\' ? 2 : 1;
        String path = line.substring(0, end);
        List<String> words = List.of(line.substring(end).strip().split(" ", -1));
        return new Entry(
                path.equals("/") ? path : "/" + path,
                words.get(0),
                words.get(1),
                words.get(2),
                words.get(3) + ":" + words.get(4),
                words.subList(5, words.size()));
    }

    /// One line with its end; empty at the end of the file.
    private static byte[] line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int one = in.read(); one >= 0; one = in.read()) {
            line.write(one);
            if (one == '\n') break;
        }
        return line.toByteArray();
    }
}
