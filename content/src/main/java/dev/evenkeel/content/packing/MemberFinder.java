// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Finds what is packed inside of a file and comes back bit by bit. What came out may have members
/// of its own: the caller asks again. Nothing that a file says is believed; where it is no such
/// file after all, or damaged, it just has no members.
public final class MemberFinder {
    private final PackingSearch search;
    private final int plainBytesLimit;

    /// @param plainBytesLimit what one member may have unpacked; larger ones are left as they are
    public MemberFinder(PackingSearch search, int plainBytesLimit) {
        this.search = search;
        this.plainBytesLimit = plainBytesLimit;
    }

    /// In order, none over another.
    public List<Member> find(byte[] file) {
        var members = new ArrayList<Member>();
        each(file, members::add);
        return members;
    }

    /// The same, one after the other, so that not all of them are in memory at once.
    public void each(byte[] file, Consumer<Member> members) {
        var spans = new ArrayDeque<>(PackedSpans.of(file));
        int end = 0;
        while (!spans.isEmpty()) {
            PackedSpan span = spans.poll();
            if (span.at() < end) continue;
            Optional<Unpacked> unpacked = unpack(span, file);
            if (unpacked.isEmpty()) continue;
            end = unpacked.get().end;
            if (span.isOpenEnded())
                GzipFile.after(new LittleEndian(file), end).ifPresent(spans::push);
            member(span, unpacked.get(), file).ifPresent(members);
        }
    }

    private record Unpacked(byte[] plain, int end) {}

    private Optional<Unpacked> unpack(PackedSpan span, byte[] file) {
        try {
            if (span.isOpenEnded()) {
                Inflated inflated = Inflated.at(file, span.at(), plainBytesLimit);
                return Optional.of(
                        new Unpacked(inflated.plain(), span.at() + inflated.packedBytes()));
            }
            byte[] packed = Arrays.copyOfRange(file, span.at(), span.end());
            return Optional.of(
                    new Unpacked(span.kind().unpack(packed, plainBytesLimit), span.end()));
        } catch (PackingFault _) {
            return Optional.empty();
        }
    }

    private Optional<Member> member(PackedSpan span, Unpacked unpacked, byte[] file) {
        byte[] packed = Arrays.copyOfRange(file, span.at(), unpacked.end);
        return search.find(span.kind(), packed, unpacked.plain)
                .map(packing -> new Member(span.at(), packed.length, unpacked.plain, packing));
    }
}
