// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.FleetId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Something signed is not as it must be. One type for each attack (or the accident that looks like
/// it), with its facts as fields and its name in the message; nothing was stored or used when it is
/// thrown.
public abstract sealed class TrustException extends RuntimeException {
    private final @Nullable Attack attack;

    private TrustException(String message) {
        super(message);
        this.attack = null;
    }

    private TrustException(Attack attack, String message) {
        super(message + " (" + attack.title() + ")");
        this.attack = attack;
    }

    private TrustException(Attack attack, String message, Throwable cause) {
        super(message + " (" + attack.title() + ")", cause);
        this.attack = attack;
    }

    /// Which attack this refusal protects from; none where keys or provisioning are at fault.
    public Optional<Attack> attack() {
        return Optional.ofNullable(attack);
    }

    /// The role, file or target that it is about; empty where it is about none.
    public String subject() {
        return "";
    }

    /// What was found, in words of the wire, for a report to the server.
    public NavigableMap<String, String> facts() {
        return new TreeMap<>();
    }

    private static NavigableMap<String, String> named(Object... namesAndValues) {
        var facts = new TreeMap<String, String>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            facts.put(namesAndValues[i].toString(), namesAndValues[i + 1].toString());
        }
        return facts;
    }

    /// Older metadata than was trusted before (rollback attack).
    public static final class RollbackDetected extends TrustException {
        public final String file;
        public final long trustedVersion;
        public final long foundVersion;

        RollbackDetected(String file, long trustedVersion, long foundVersion) {
            super(
                    Attack.ROLLBACK,
                    file
                            + ": version "
                            + foundVersion
                            + " is older than "
                            + trustedVersion
                            + " already trusted; the repository was rolled back or an old copy is"
                            + " replayed. Check the mirror's clock and source.");
            this.file = file;
            this.trustedVersion = trustedVersion;
            this.foundVersion = foundVersion;
        }

        @Override
        public String subject() {
            return file;
        }

        @Override
        public NavigableMap<String, String> facts() {
            return named("trusted_version", trustedVersion, "found_version", foundVersion);
        }
    }

    /// A root whose version is not the one that its place in the chain demands.
    public static final class BrokenRootChain extends TrustException {
        public final long expectedVersion;
        public final long foundVersion;

        BrokenRootChain(long expectedVersion, long foundVersion) {
            super(
                    Attack.BROKEN_ROOT_CHAIN,
                    "following the chain of roots: expected version "
                            + expectedVersion
                            + ", found "
                            + foundVersion
                            + "; roots are trusted one by one. Publish every root under its own"
                            + " version.");
            this.expectedVersion = expectedVersion;
            this.foundVersion = foundVersion;
        }

        @Override
        public String subject() {
            return Roles.ROOT;
        }

        @Override
        public NavigableMap<String, String> facts() {
            return named("expected_version", expectedVersion, "found_version", foundVersion);
        }
    }

    /// Metadata past its expiry (indefinite freeze attack, or a repository that nobody renewed).
    public static final class ExpiredMetadata extends TrustException {
        public final String role;
        public final Instant expires;
        public final Instant start;

        ExpiredMetadata(String role, Instant expires, Instant start) {
            super(
                    Attack.FREEZE,
                    role
                            + ": expired at "
                            + expires
                            + ", and this update started at "
                            + start
                            + "; somebody may hide newer releases. Check the device's clock, then"
                            + " renew the repository's metadata.");
            this.role = role;
            this.expires = expires;
            this.start = start;
        }

        @Override
        public String subject() {
            return role;
        }

        @Override
        public NavigableMap<String, String> facts() {
            return named("expires", expires, "start", start);
        }
    }

    /// Fewer good signatures by different keys than the role's threshold (arbitrary installation,
    /// or too few stolen keys).
    public static final class TooFewSignatures extends TrustException {
        public final String role;
        public final int needed;
        public final int found;

        TooFewSignatures(String role, int needed, int found) {
            super(
                    Attack.ARBITRARY_INSTALLATION,
                    role
                            + ": needs "
                            + needed
                            + " good signature(s) by different keys of this role, found "
                            + found
                            + "; it was changed on its way or signed by a stranger. Fetch it from"
                            + " the repository itself and compare.");
            this.role = role;
            this.needed = needed;
            this.found = found;
        }

        @Override
        public String subject() {
            return role;
        }

        @Override
        public NavigableMap<String, String> facts() {
            return named("needed", needed, "found", found);
        }
    }

    /// Files that were never published together (mix-and-match attack).
    public static final class MixAndMatch extends TrustException {
        public final String file;
        public final String expected;
        public final String found;

        MixAndMatch(String file, String expected, String found) {
            super(
                    Attack.MIX_AND_MATCH,
                    file
                            + ": expected "
                            + expected
                            + " as the metadata above it says, found "
                            + found
                            + "; the files come from different states of the repository. Purge"
                            + " the mirror or cache and fetch again.");
            this.file = file;
            this.expected = expected;
            this.found = found;
        }

        @Override
        public String subject() {
            return file;
        }

        @Override
        public NavigableMap<String, String> facts() {
            return named("expected", expected, "found", found);
        }
    }

    /// More bytes than the file may have (endless data attack).
    public static final class EndlessData extends TrustException {
        public final String file;
        public final long limitBytes;

        EndlessData(String file, long limitBytes) {
            super(
                    Attack.ENDLESS_DATA,
                    "fetching "
                            + file
                            + ": expected at most "
                            + limitBytes
                            + " bytes, found more; the download was stopped. Check what the server"
                            + " or cache delivers under this name.");
            this.file = file;
            this.limitBytes = limitBytes;
        }

        @Override
        public String subject() {
            return file;
        }

        @Override
        public NavigableMap<String, String> facts() {
            return named("limit_bytes", limitBytes);
        }
    }

    /// A file that trusted metadata names is not there (a mirror that withholds).
    public static final class MissingMetadata extends TrustException {
        public final String file;

        MissingMetadata(String file, String namedBy) {
            super(
                    Attack.WITHHELD_METADATA,
                    "fetching "
                            + file
                            + ": "
                            + namedBy
                            + " names it, found nothing; the mirror is incomplete or withholds it."
                            + " Copy the repository again, timestamp.json last.");
            this.file = file;
        }

        @Override
        public String subject() {
            return file;
        }

        @Override
        public NavigableMap<String, String> facts() {
            return named("found", "nothing");
        }
    }

    /// Bytes that are no metadata of this role: truncated, of another type, of a later format.
    public static final class MalformedMetadata extends TrustException {
        public final String role;
        public final String fault;

        MalformedMetadata(String role, String fault) {
            super(Attack.DAMAGED_METADATA, text(role, fault));
            this.role = role;
            this.fault = fault;
        }

        MalformedMetadata(String role, RuntimeException cause) {
            super(Attack.DAMAGED_METADATA, text(role, String.valueOf(cause.getMessage())), cause);
            this.role = role;
            this.fault = String.valueOf(cause.getMessage());
        }

        private static String text(String role, String fault) {
            return "reading "
                    + role
                    + " metadata: "
                    + fault
                    + "; it was cut, changed or is of another kind. Fetch it again from the"
                    + " repository.";
        }

        @Override
        public String subject() {
            return role;
        }

        @Override
        public NavigableMap<String, String> facts() {
            return named("fault", fault);
        }
    }

    /// A search that was led through more roles than a client visits (endless delegations attack).
    public static final class EndlessDelegations extends TrustException {
        public final String target;
        public final int limit;

        EndlessDelegations(String target, int limit) {
            super(
                    Attack.ENDLESS_DELEGATIONS,
                    "searching target '"
                            + target
                            + "': expected at most "
                            + limit
                            + " delegated roles on the way, found more; nobody after them was"
                            + " asked. Make the delegations narrower, or the right ones"
                            + " terminating.");
            this.target = target;
            this.limit = limit;
        }

        @Override
        public String subject() {
            return target;
        }

        @Override
        public NavigableMap<String, String> facts() {
            return named("limit", limit);
        }
    }

    /// Metadata that was signed for another fleet.
    public static final class ForeignFleet extends TrustException {
        public final String role;
        public final FleetId expected;
        public final @Nullable FleetId found;

        ForeignFleet(String role, FleetId expected, @Nullable FleetId found) {
            super(
                    Attack.FOREIGN_FLEET,
                    role
                            + (found == null
                                    ? ": made for no fleet"
                                    : ": made for fleet '" + found + "'")
                            + ", expected fleet '"
                            + expected
                            + "'. Point the device at the repository of its own fleet.");
            this.role = role;
            this.expected = expected;
            this.found = found;
        }

        @Override
        public String subject() {
            return role;
        }

        @Override
        public NavigableMap<String, String> facts() {
            return named("expected", expected, "found", found == null ? "none" : found);
        }
    }

    /// A time that was signed for another question (replay of an old time).
    public static final class ReplayedTime extends TrustException {
        public final String expectedNonce;
        public final String foundNonce;

        ReplayedTime(String expectedNonce, String foundNonce) {
            super(
                    Attack.REPLAYED_TIME,
                    "asking for the time: expected the answer to "
                            + expectedNonce
                            + ", found the one to "
                            + foundNonce
                            + "; somebody on the way keeps answers. Ask the server itself.");
            this.expectedNonce = expectedNonce;
            this.foundNonce = foundNonce;
        }

        @Override
        public String subject() {
            return "time answer";
        }

        @Override
        public NavigableMap<String, String> facts() {
            return named("expected", expectedNonce, "found", foundNonce);
        }
    }

    /// Content that is not the file which the metadata names (wrong software, swapped target).
    public static final class WrongTarget extends TrustException {
        public final TargetFile expected;
        public final long foundBytes;
        public final String found;

        WrongTarget(TargetFile expected, long foundBytes, String found) {
            super(
                    Attack.WRONG_SOFTWARE,
                    expected.name()
                            + ": expected "
                            + expected.sizeBytes()
                            + " bytes with "
                            + expected.hashes()
                            + ", found "
                            + foundBytes
                            + " bytes with "
                            + found
                            + "; it was swapped or damaged. Fetch it from another carrier.");
            this.expected = expected;
            this.foundBytes = foundBytes;
            this.found = found;
        }

        @Override
        public String subject() {
            return expected.name();
        }

        @Override
        public NavigableMap<String, String> facts() {
            return named(
                    "expected",
                    expected.hashes(),
                    "expected_bytes",
                    expected.sizeBytes(),
                    "found",
                    found,
                    "found_bytes",
                    foundBytes);
        }
    }

    /// Nothing to start trusting from: the device holds no root.
    public static final class NoTrustedRoot extends TrustException {
        NoTrustedRoot() {
            super(
                    "starting to trust: expected a stored root, found none; the device was never"
                            + " provisioned or its state is lost. Provision it again.");
        }
    }

    /// An envelope whose payload must not be read.
    public static final class UntrustedEnvelope extends TrustException {
        public final String expectedType;
        public final String foundType;
        public final String keyId;

        UntrustedEnvelope(String expectedType, String foundType, String keyId, String fault) {
            super(
                    "opening an envelope of type '"
                            + expectedType
                            + "': "
                            + fault
                            + "; expected a signature by key "
                            + keyId
                            + ". Its payload was not read.");
            this.expectedType = expectedType;
            this.foundType = foundType;
            this.keyId = keyId;
        }
    }

    /// Metadata that people sign cannot be taken as it is: a signature is missing, wrong or not
    /// asked for.
    public static final class SigningRefused extends TrustException {
        SigningRefused(String message) {
            super(message);
        }
    }

    /// A signing key that is absent, damaged, or readable by others.
    public static final class UnusableKey extends TrustException {
        public final Path place;

        UnusableKey(Path place, String fault, String next) {
            super("opening signing key " + place + ": " + fault + ". " + next);
            this.place = place;
        }
    }
}
