// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.trust.TrustException.SigningRefused;
import dev.evenkeel.trust.TrustException.TooFewSignatures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The judgement over a signed request before any of it is written: every part as a device would
/// judge it, and the repository as a whole as it would be afterwards. What a request says of who
/// may sign decides nothing here.
///
/// @param root the root that will be the newest
/// @param top the targets role that will be in force
/// @param parts the new files, without the root
/// @param resigned delegated roles whose keys the server holds, to be signed anew by itself
record Acceptance(
        RootTrust root,
        Optional<RequestPart> rootPart,
        Targets top,
        List<RequestPart> parts,
        List<String> resigned) {

    static Acceptance of(
            PublishedState state, SigningRequest request, SigningKeys keys, Instant now) {
        if (!request.fleet().equals(state.fleet())) {
            throw new SigningRefused(
                    "publishing: the request is for fleet "
                            + request.fleet()
                            + ", this repository is of "
                            + state.fleet());
        }
        Optional<RequestPart> rootPart = request.part(Roles.ROOT);
        RootTrust root = state.root();
        if (rootPart.isPresent()) root = nextRoot(root, rootPart.get());
        for (String role : List.of(Roles.SNAPSHOT, Roles.TIMESTAMP)) {
            if (keys.meets(root.root().role(role))) continue;
            throw new SigningRefused(
                    "publishing root "
                            + root.version()
                            + ": this server holds too few of the keys that it names for role "
                            + role
                            + ", and could not go on by itself. Let the server make the key"
                            + " ('evenkeel keys rotate --online "
                            + role
                            + "'), and ask for a new root with it.");
        }
        Targets top = top(state, request, root, now);
        var parts = new ArrayList<RequestPart>();
        request.part(Roles.TARGETS).ifPresent(parts::add);
        var resigned = new ArrayList<String>();
        for (Delegation delegation : top.delegations()) {
            Optional<RequestPart> part = request.part(delegation.role());
            if (part.isPresent()) {
                requireNewer(state, part.get(), now);
                open(part.get().toFile(), delegation.role(), delegation.keys(), state);
                parts.add(part.get());
            } else if (!isStillSigned(state, delegation)) {
                if (!keys.meets(delegation.keys())) throw leftOut(delegation.role());
                resigned.add(delegation.role());
            }
        }
        requireAllUsed(request, rootPart, parts);
        return new Acceptance(root, rootPart, top, parts, resigned);
    }

    RoleKeys keysOf(String role) {
        if (Roles.TOP.contains(role)) return root.root().role(role);
        return top.delegations().stream()
                .filter(delegation -> delegation.role().equals(role))
                .map(Delegation::keys)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no role " + role));
    }

    private static RootTrust nextRoot(RootTrust newest, RequestPart part) {
        // behind a kill the new root is there already, and the rest is still to be written
        if (part.version() == newest.version() && newest.root().equals(Root.read(part.signed())))
            return newest;
        if (part.version() != newest.version() + 1) {
            throw outdated(part, newest.version());
        }
        return newest.next(part.toFile());
    }

    private static Targets top(
            PublishedState state, SigningRequest request, RootTrust root, Instant now) {
        RoleKeys keys = root.root().role(Roles.TARGETS);
        Optional<RequestPart> part = request.part(Roles.TARGETS);
        if (part.isPresent()) {
            requireNewer(state, part.get(), now);
            return open(part.get().toFile(), Roles.TARGETS, keys, state);
        }
        try {
            return open(bytes(state, Roles.TARGETS), Roles.TARGETS, keys, state);
        } catch (TooFewSignatures withdrawn) {
            throw leftOut(Roles.TARGETS);
        }
    }

    private static boolean isStillSigned(PublishedState state, Delegation delegation) {
        if (!state.files().containsKey(delegation.role())) return false;
        try {
            open(bytes(state, delegation.role()), delegation.role(), delegation.keys(), state);
            return true;
        } catch (TooFewSignatures withdrawn) {
            return false;
        }
    }

    private static Targets open(byte[] file, String role, RoleKeys keys, PublishedState state) {
        return SignedFile.parse(role, file)
                .verifiedBy(keys)
                .readOf(state.fleet(), Targets::read, Targets::header);
    }

    private static byte[] bytes(PublishedState state, String role) {
        byte[] file = state.files().get(role);
        if (file == null) throw new IllegalStateException(role + " was read with the state");
        return file;
    }

    private static void requireNewer(PublishedState state, RequestPart part, Instant now) {
        Targets published = state.roles().get(part.role());
        long version = published == null ? 0 : published.header().version();
        if (part.version() <= version) throw outdated(part, version);
        if (part.before() != null
                && published != null
                && part.before().integer("version") != version) {
            throw outdated(part, version);
        }
        if (!part.header().expires().isAfter(now)) {
            throw new SigningRefused(
                    part.role()
                            + " "
                            + part.version()
                            + " expired at "
                            + part.header().expires()
                            + ", before enough people had signed. Make a new request.");
        }
    }

    private static void requireAllUsed(
            SigningRequest request, Optional<RequestPart> rootPart, List<RequestPart> parts) {
        for (RequestPart part : request.parts()) {
            boolean used = rootPart.filter(part::equals).isPresent() || parts.contains(part);
            if (!used) {
                throw new SigningRefused(
                        "publishing: nobody delegates to role " + part.role() + " any more");
            }
        }
    }

    private static SigningRefused outdated(RequestPart part, long published) {
        return new SigningRefused(
                part.role()
                        + " "
                        + part.version()
                        + " was made for another state of the repository: version "
                        + published
                        + " is published already. Make a new request and sign that.");
    }

    private static SigningRefused leftOut(String role) {
        return new SigningRefused(
                "publishing: after this change no device could read role "
                        + role
                        + ", whose file is signed by keys that are withdrawn. Make the request with"
                        + " 'evenkeel keys', which takes up everything that has to be signed anew.");
    }
}
