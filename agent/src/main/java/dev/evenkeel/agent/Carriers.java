// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.content.ContentFault;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.core.message.ContentMirror;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Where content comes from: the mirrors that the server named last, in its order, then the server.
/// None is trusted; who reads checks every byte against signed digests.
///
/// A mirror that fails, lacks a file, is slow or brings wrong bytes is left alone for a while and
/// the next one goes on where it stopped, within the same stream. The next request begins at the
/// front of the list again. The server is the last resort and never left alone here: how long it is
/// not asked after a fault is for the agent, as for everything else that the server does.
final class Carriers implements ContentSource {
    /// Named by their digests, which signed metadata tell. Everything else only the server says.
    private static final List<String> MIRRORED = List.of("packs/", "indexes/", "deltas/");

    private final Server server;
    private final Carrier main;
    private final Supplier<List<ContentMirror>> named;
    private final Clock clock;
    private final RandomGenerator random;
    private final Log log;
    private Map<ContentMirror, Carrier> mirrors = new LinkedHashMap<>();

    /// The mirrors that brought bytes last, of this stream and the one before: a piece that turns
    /// out wrong may have come in two.
    private @Nullable Carrier brought;

    private @Nullable Carrier broughtBefore;

    /// @param named the mirrors that the server named last
    Carriers(
            Server server,
            Supplier<List<ContentMirror>> named,
            Clock clock,
            RandomGenerator random,
            Log log) {
        this.server = server;
        this.main = new Carrier("the server", server.content(), random);
        this.named = named;
        this.clock = clock;
        this.random = random;
        this.log = log;
    }

    @Override
    public byte[] fetch(String path, int maxBytes) throws IOException {
        return main.source().fetch(path, maxBytes);
    }

    @Override
    public InputStream open(String path, long from, long length) throws IOException {
        if (length < 1) return main.source().open(path, from, length);
        return open(path, List.of(new Span(from, length)));
    }

    @Override
    public InputStream open(String path, List<Span> spans) throws IOException {
        broughtBefore = brought;
        brought = null;
        return new CarriedStream(this, path, spans);
    }

    @Override
    public int requestBytes() {
        return ready(MIRRORED.getFirst(), List.of()).getFirst().requestBytes();
    }

    @Override
    public void wasWrong(String path, String what) {
        Carrier liar = brought != null ? brought : broughtBefore;
        brought = null;
        broughtBefore = null;
        if (liar == null) return;
        Duration rest = liar.lied(clock.elapsed());
        log.error(
                "carrier "
                        + liar
                        + " brought wrong bytes, and is not asked for "
                        + rest.toMinutes()
                        + " minutes: "
                        + what);
    }

    /// Whom to ask now, the best first, without those that were `tried`; may be empty.
    List<Carrier> ready(String path, List<Carrier> tried) {
        takeUpNamed();
        Duration now = clock.elapsed();
        var ready = new ArrayList<Carrier>();
        if (MIRRORED.stream().anyMatch(path::startsWith)) {
            for (Carrier mirror : mirrors.values()) {
                if (mirror.isReady(path, now)) ready.add(mirror);
            }
        }
        ready.add(main);
        ready.removeAll(tried);
        return ready;
    }

    private void takeUpNamed() {
        List<ContentMirror> now = named.get();
        if (List.copyOf(mirrors.keySet()).equals(now)) return;
        var next = new LinkedHashMap<ContentMirror, Carrier>();
        for (ContentMirror mirror : now) {
            Carrier known = mirrors.get(mirror);
            next.put(
                    mirror,
                    known != null
                            ? known
                            : new Carrier(mirror.toString(), server.mirror(mirror), random));
        }
        mirrors = next;
    }

    void brings(Carrier carrier) {
        if (carrier != main) brought = carrier;
    }

    Duration elapsed() {
        return clock.elapsed();
    }

    /// A carrier did not bring a file to its end. True where somebody else may go on with it.
    boolean leaves(Carrier carrier, String path, Exception fault, List<Carrier> tried) {
        List<Carrier> others = ready(path, tried);
        Duration now = clock.elapsed();
        if (carrier != main) tellLeft(carrier, path, fault, others, now);
        else if (!(fault instanceof ContentFault.NotCarried)) carrier.failed(now, Duration.ZERO);
        return !others.isEmpty();
    }

    private void tellLeft(
            Carrier carrier, String path, Exception fault, List<Carrier> others, Duration now) {
        String goesOn = others.isEmpty() ? "" : "; going on with " + others.getFirst();
        if (fault instanceof ContentFault.NotCarried) {
            carrier.lacks(path, now);
            log.info("carrier " + carrier + " does not have " + path + goesOn);
            return;
        }
        Duration rest =
                switch (fault) {
                    case TooSlow _ -> carrier.wasSlow(now);
                    case Server.Refusal refusal -> carrier.failed(now, refusal.retryAfter());
                    default -> carrier.failed(now, Duration.ZERO);
                };
        log.warn(
                "carrier "
                        + carrier
                        + " is not asked for "
                        + rest.toSeconds()
                        + " s: "
                        + fault.getMessage()
                        + goesOn);
    }

    /// A carrier was given up because of its pace.
    static final class TooSlow extends IOException {
        TooSlow(Carrier carrier, String why) {
            super(carrier + " " + why);
        }
    }

    /// The carrier that would be taken instead, as far as its pace goes.
    Optional<Pace.Other> other(String path, List<Carrier> tried) {
        return ready(path, tried).stream()
                .map(carrier -> new Pace.Other(carrier.bytesPerSecond()))
                .max((a, b) -> Long.compare(a.bytesPerSecond(), b.bytesPerSecond()));
    }
}
