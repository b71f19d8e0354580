// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Every input of a build: the same lock gives the same bytes. Three sets of packages: those of the
/// image, the tools that build it, and the Java that the agent's runtime is linked from.
///
/// @param blueprint name of the blueprint that it was made for
/// @param wanted what was asked of the resolver, sorted; a blueprint that asks for something else
///   needs a new lock
/// @param agent the agent's jars
/// @param aotCache the agent's AOT cache, where there is one
public record Lock(
        String blueprint,
        List<String> wanted,
        List<LockedArchive> archives,
        List<LockedPackage> image,
        List<LockedPackage> tools,
        List<LockedPackage> runtime,
        List<LockedFile> agent,
        Optional<LockedFile> aotCache) {
    /// Written by this version, and the newest that it reads.
    public static final int FORMAT = 1;

    private static final int MAX_BYTES = 8 << 20;

    public Lock {
        wanted = wanted.stream().sorted().toList();
        archives = List.copyOf(archives);
        image = sorted(image);
        tools = sorted(tools);
        runtime = sorted(runtime);
        agent = agent.stream().sorted(Comparator.comparing(LockedFile::name)).toList();
    }

    public static Lock read(Path file) {
        try {
            return parse(Files.readAllBytes(file));
        } catch (MalformedInput wrong) {
            throw new LockFault(
                    file + ": " + wrong.getMessage() + "; make it again with 'evenkeel lock'",
                    wrong);
        } catch (IOException unreadable) {
            throw new LockFault("cannot read the lock " + file + ": " + unreadable, unreadable);
        }
    }

    public static Lock parse(byte[] bytes) {
        try {
            return LockFormat.read(StrictJson.parseObject(bytes, MAX_BYTES));
        } catch (DateTimeParseException wrong) {
            throw new MalformedInput("not a time: " + wrong.getParsedString(), wrong);
        }
    }

    /// The lock's file: JSON with one package in each line, so that a change is seen line by line.
    public byte[] toBytes() {
        return LockFormat.write(this).getBytes(UTF_8);
    }

    public Digest digest() {
        return Digest.of(toBytes());
    }

    /// The newest date of the archives: the time that the release carries.
    public Instant date() {
        return archives.stream()
                .map(LockedArchive::date)
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    /// The same lock with other files of the agent, which are put into `store`. Needs no network.
    public Lock withAgent(AgentBundle bundle, Store store) {
        return new Lock(
                blueprint,
                wanted,
                archives,
                image,
                tools,
                runtime,
                bundle.jars().stream().map(store::put).toList(),
                bundle.aotCache().map(store::put));
    }

    /// The same lock with the agent's AOT cache, which is put into `store`.
    public Lock withAotCache(Path file, Store store) {
        return new Lock(
                blueprint,
                wanted,
                archives,
                image,
                tools,
                runtime,
                agent,
                Optional.of(store.put(file)));
    }

    /// The same lock for an image whose agent starts without an AOT cache.
    public Lock withoutAotCache() {
        return new Lock(
                blueprint, wanted, archives, image, tools, runtime, agent, Optional.empty());
    }

    /// Every package of the three sets once.
    public List<LockedPackage> allPackages() {
        var all = new ArrayList<LockedPackage>();
        all.addAll(image);
        all.addAll(tools);
        all.addAll(runtime);
        return all.stream().distinct().toList();
    }

    /// One digest for a set of packages, whatever it is named.
    public static Digest digestOf(List<LockedPackage> set) {
        return Digest.of(
                set.stream()
                        .map(p -> p.digest() + " " + p.name() + "\n")
                        .sorted()
                        .collect(Collectors.joining())
                        .getBytes(UTF_8));
    }

    private static List<LockedPackage> sorted(List<LockedPackage> set) {
        return set.stream()
                .sorted(
                        Comparator.comparing(LockedPackage::name)
                                .thenComparing(LockedPackage::architecture))
                .toList();
    }
}
