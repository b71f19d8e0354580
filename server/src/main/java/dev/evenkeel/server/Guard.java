// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.message.Protocol;
import dev.evenkeel.fleet.Device;
import dev.evenkeel.fleet.Fleet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;

/// Decides who calls and whether they may. Devices show a certificate ([Identities]); a header that
/// claims one, as a proxy may send it, counts for nothing. Secrets are compared by their digests in
/// constant time, and wrong ones are counted (see [Attempts]): an address that guesses at the
/// operator token is refused unheard for a while; a device is heard whatever its neighbours behind
/// the same address do.
final class Guard {
    static final String COOKIE = "evenkeel";

    private final Fleet fleet;
    private final Digest operatorToken;
    private final Logins logins;
    private final Attempts operators;
    private final Attempts enrolments;
    private final Identities identities;

    Guard(
            Fleet fleet,
            String operatorToken,
            Logins logins,
            Attempts operators,
            Attempts enrolments,
            Identities identities) {
        this.fleet = fleet;
        this.operatorToken = digest(operatorToken);
        this.logins = logins;
        this.operators = operators;
        this.enrolments = enrolments;
        this.identities = identities;
    }

    /// The caller, when `route` is open to it; else throws the [Problem] to answer.
    Caller admit(
            Route route,
            String method,
            Peer peer,
            Map<String, String> path,
            Map<String, String> headers) {
        return switch (route.access()) {
            case ANYBODY -> new Caller.Nobody();
            case OPERATOR -> operator(method, peer.address(), headers);
            case CONSOLE -> console(method, headers);
            case DEVICE -> {
                requireFleet(path);
                yield device(peer, path);
            }
            case DEVICE_TO_RENEW -> {
                requireFleet(path);
                yield new Caller.KnownDevice(device(peer, true));
            }
            case DEVICE_OR_OPERATOR -> {
                requireFleet(path);
                yield deviceOrOperator(peer, headers);
            }
        };
    }

    /// Whether `token`, which came from `address`, is the operator's. Throws the [Problem] to
    /// answer when too many from there were not.
    boolean isOperatorToken(String token, String address) {
        return operators.admits(
                address, () -> MessageDigest.isEqual(digest(token).raw(), operatorToken.raw()));
    }

    /// A device came with an enrolment token that is not good. Throws the [Problem] to answer when
    /// too many did from there.
    void enrolmentFailed(String address) {
        enrolments.failed(address);
    }

    private Caller operator(String method, String address, Map<String, String> headers) {
        Optional<String> bearer = bearer(headers);
        if (bearer.isPresent()) {
            if (isOperatorToken(bearer.get(), address)) {
                return new Caller.Operator(false);
            }
            throw Problem.unauthenticated("this is not the operator token of this server");
        }
        if (cookie(headers).filter(logins::isValid).isPresent()) {
            if (!method.equals("GET")) requireSameOrigin(headers);
            return new Caller.Operator(true);
        }
        throw Problem.unauthenticated("an operator token or a login is needed");
    }

    private Caller console(String method, Map<String, String> headers) {
        if (cookie(headers).filter(logins::isValid).isEmpty()) throw Problem.logInFirst();
        if (!method.equals("GET")) requireSameOrigin(headers);
        return new Caller.Operator(true);
    }

    private Caller device(Peer peer, Map<String, String> path) {
        Device device = device(peer, false);
        if (!device.id().text().equals(path.get("device"))) {
            throw Problem.noCertificate("the certificate is of another device than the path");
        }
        return new Caller.KnownDevice(device);
    }

    private Caller deviceOrOperator(Peer peer, Map<String, String> headers) {
        Optional<String> bearer = bearer(headers);
        if (bearer.isEmpty()) return new Caller.KnownDevice(device(peer, false));
        if (isOperatorToken(bearer.get(), peer.address())) return new Caller.Operator(false);
        throw Problem.unauthenticated("this is not the operator token of this server");
    }

    private Device device(Peer peer, boolean mayBeExpired) {
        return switch (identities.identify(peer)) {
            case Identities.Identity.OfDevice(Device device, boolean isExpired) -> {
                fleet.devices().requireGood(device.id());
                if (isExpired && !mayBeExpired)
                    throw Problem.noCertificate("the certificate has expired");
                yield device;
            }
            case Identities.Identity.Nobody _ ->
                    throw Problem.noCertificate(
                            "a certificate of a device of this fleet is needed, shown in TLS under"
                                    + " the name "
                                    + Protocol.DEVICE_HOST);
            case Identities.Identity.OfFactory _ ->
                    throw Problem.noCertificate(
                            "a factory's certificate is good for the enrolment only");
            case Identities.Identity.Stranger(String why) -> throw Problem.noCertificate(why);
        };
    }

    private void requireFleet(Map<String, String> path) {
        if (!fleet.id().text().equals(path.get("fleet"))) {
            throw Problem.notFound("this server does not serve that fleet");
        }
    }

    /// A browser sends the login along whoever made it ask; only our own pages may change things.
    private static void requireSameOrigin(Map<String, String> headers) {
        String origin = headers.get("origin");
        String host = headers.get("host");
        if (origin != null && host != null && origin.equals("https://" + host)) return;
        throw Problem.forbidden("a change by login must come from a page of this server");
    }

    private static Optional<String> bearer(Map<String, String> headers) {
        String value = headers.get("authorization");
        if (value == null || !value.regionMatches(true, 0, "Bearer ", 0, 7))
            return Optional.empty();
        return Optional.of(value.substring(7).strip());
    }

    static Optional<String> cookie(Map<String, String> headers) {
        String all = headers.get("cookie");
        if (all == null) return Optional.empty();
        for (String pair : all.split(";", -1)) {
            String[] parts = pair.strip().split("=", 2);
            if (parts.length == 2 && parts[0].equals(COOKIE)) return Optional.of(parts[1]);
        }
        return Optional.empty();
    }

    private static Digest digest(String secret) {
        return Digest.of(secret.getBytes(StandardCharsets.UTF_8));
    }
}
