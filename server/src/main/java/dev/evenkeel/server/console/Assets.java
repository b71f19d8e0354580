// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.core.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The files that pages link to, all of them in the product's jar: the console works where there is
/// no internet.
public final class Assets {
    private static final Map<String, String> TYPES =
            Map.of(
                    "htmx.js", "text/javascript; charset=utf-8",
                    "console.js", "text/javascript; charset=utf-8",
                    "console.css", "text/css; charset=utf-8",
                    "icon.svg", "image/svg+xml");

    /// Absolute: a jar knows no "..".
    private static final String FOLDER = "/dev/evenkeel/server/assets/";

    private static final int VERSION_DIGITS = 12;

    private final Map<String, Asset> assets = new LinkedHashMap<>();
    private final String version;

    /// One file.
    public record Asset(String type, byte[] bytes) {}

    public Assets() {
        var all = new StringBuilder();
        for (var entry : TYPES.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList()) {
            byte[] bytes = read(entry.getKey());
            assets.put(entry.getKey(), new Asset(entry.getValue(), bytes));
            all.append(Digest.of(bytes));
        }
        byte[] digests = all.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        version = Digest.of(digests).hex().substring(0, VERSION_DIGITS);
    }

    public Optional<Asset> find(String name) {
        return Optional.ofNullable(assets.get(name));
    }

    /// Part of every link, so that a browser keeps a file for ever and still sees the next version.
    public String version() {
        return version;
    }

    private static byte[] read(String name) {
        String file = name.equals("htmx.js") ? "htmx.min.js" : name;
        try (InputStream in = Assets.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) throw new IllegalStateException("asset " + file + " is not in the jar");
            return in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException("asset " + file + " cannot be read", broken);
        }
    }
}
