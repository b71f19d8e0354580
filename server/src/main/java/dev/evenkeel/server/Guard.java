// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.fleet.Device;
import dev.evenkeel.fleet.Fleet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides who calls and whether they may. Secrets are compared by their digests in constant time,
/// and wrong ones are counted (see [Attempts]): an address that guesses at the operator token is
/// refused unheard for a while; a device is heard whatever its neighbours behind the same address
/// do. A secret of somebody else, such as a device's where an operator is asked for, is no guess.
final class Guard {
    static final String COOKIE = "evenkeel";

    private final Fleet fleet;
    private final Digest operatorToken;
    private final Logins logins;
    private final Attempts operators;
    private final Attempts devices;

    Guard(Fleet fleet, String operatorToken, Logins logins, Attempts operators, Attempts devices) {
        this.fleet = fleet;
        this.operatorToken = digest(operatorToken);
        this.logins = logins;
        this.operators = operators;
        this.devices = devices;
    }

    /// The caller, when `route` is open to it; else throws the [Problem] to answer.
    Caller admit(
            Route route,
            String method,
            String address,
            Map<String, String> path,
            Map<String, String> headers) {
        return switch (route.access()) {
            case ANYBODY -> new Caller.Nobody();
            case OPERATOR -> operator(method, address, headers);
            case CONSOLE -> console(method, headers);
            case DEVICE -> {
                requireFleet(path);
                yield device(address, path, headers);
            }
            case DEVICE_OR_OPERATOR -> {
                requireFleet(path);
                yield deviceOrOperator(address, headers);
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
        devices.failed(address);
    }

    private Caller operator(String method, String address, Map<String, String> headers) {
        Optional<String> bearer = bearer(headers);
        if (bearer.isPresent()) {
            boolean isDevice = fleet.devices().holderOf(bearer.get()).isPresent();
            if (!isDevice && isOperatorToken(bearer.get(), address)) {
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

    private Caller device(String address, Map<String, String> path, Map<String, String> headers) {
        return switch (deviceOrOperator(address, headers)) {
            case Caller.KnownDevice known
                    when known.device().id().equals(deviceId(path.get("device"))) ->
                    known;
            case Caller.KnownDevice _, Caller.Operator _, Caller.Nobody _ -> throw noCredential();
        };
    }

    private Caller deviceOrOperator(String address, Map<String, String> headers) {
        String secret = bearer(headers).orElseThrow(Guard::noCredential);
        Optional<Device> holder = fleet.devices().holderOf(secret);
        if (holder.isPresent()) return new Caller.KnownDevice(holder.get());
        if (secret.startsWith(DataFolder.OPERATOR_TOKEN_START)) {
            if (isOperatorToken(secret, address)) return new Caller.Operator(false);
        } else {
            devices.failed(address);
        }
        throw noCredential();
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

    private static DeviceId deviceId(@Nullable String text) {
        try {
            return new DeviceId(String.valueOf(text));
        } catch (MalformedInput wrong) {
            throw noCredential();
        }
    }

    private static Problem noCredential() {
        return Problem.unauthenticated("a credential of a device of this fleet is needed");
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
