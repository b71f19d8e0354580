// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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
    ///
    /// @param path how the file is called; only a hint
    public List<Member> find(String path, byte[] file) {
        var members = new ArrayList<Member>();
        int end = 0;
        for (PackedSpan span : PackedSpans.of(path, file)) {
            if (span.at() < end) continue;
            Optional<Member> member = member(span, file);
            if (member.isEmpty()) continue;
            members.add(member.get());
            end = member.get().end();
        }
        return members;
    }

    private Optional<Member> member(PackedSpan span, byte[] file) {
        byte[] packed = Arrays.copyOfRange(file, span.at(), span.end());
        byte[] plain;
        try {
            plain = span.kind().unpack(packed, plainBytesLimit);
        } catch (PackingFault _) {
            return Optional.empty();
        }
        return search.find(span.kind(), packed, plain)
                .map(packing -> new Member(span.at(), packed.length, plain, packing));
    }
}
