// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.Digest;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One answer that streams a file, read on a virtual thread at the pace of the network. Vert.x's
/// `sendFile` would copy through the TLS engine as well, and could not say how much of a transfer
/// that broke off went out.
final class Transfer {
    private static final int BUFFER_BYTES = 128 << 10;

    private final HttpServerRequest http;
    private final HttpServerResponse response;
    private final Context context;

    Transfer(HttpServerRequest http, Context context) {
        this.http = http;
        this.response = http.response();
        this.context = context;
    }

    void send(TransferPlan plan, boolean isHead, LongConsumer count) throws IOException {
        Web.secure(response);
        response.putHeader("ETag", plan.tag());
        response.putHeader("Cache-Control", plan.caching());
        response.putHeader("Accept-Ranges", "bytes");
        switch (plan.part()) {
            case TransferPlan.Part.NotModified _ -> {
                response.setStatusCode(304);
                await(response::end);
            }
            case TransferPlan.Part.Bytes(ByteRanges ranges) -> send(plan, ranges, isHead, count);
        }
    }

    private void send(TransferPlan plan, ByteRanges ranges, boolean isHead, LongConsumer count)
            throws IOException {
        switch (ranges) {
            case ByteRanges.Unsatisfiable _ -> {
                response.setStatusCode(416);
                response.putHeader("Content-Range", "bytes */" + plan.size());
                await(response::end);
            }
            case ByteRanges.Whole _ ->
                    one(plan, 200, new ByteRanges.One(0, plan.size() - 1), isHead, count);
            case ByteRanges.Some(List<ByteRanges.One> some) when some.size() == 1 -> {
                response.putHeader("Content-Range", contentRange(some.getFirst(), plan));
                one(plan, 206, some.getFirst(), isHead, count);
            }
            case ByteRanges.Some(List<ByteRanges.One> some) -> many(plan, some, isHead, count);
        }
    }

    private void one(
            TransferPlan plan, int status, ByteRanges.One range, boolean isHead, LongConsumer count)
            throws IOException {
        response.setStatusCode(status);
        response.putHeader("Content-Type", plan.type());
        response.putHeader("Content-Length", Long.toString(range.length()));
        if (!isHead) {
            try (FileChannel in = FileChannel.open(plan.file(), StandardOpenOption.READ)) {
                copy(in, range, count);
            }
        }
        await(response::end);
    }

    private void many(
            TransferPlan plan, List<ByteRanges.One> ranges, boolean isHead, LongConsumer count)
            throws IOException {
        String boundary = Digest.of(plan.tag().getBytes(StandardCharsets.UTF_8)).brief();
        byte[] end = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII);
        long length = end.length;
        for (ByteRanges.One range : ranges) {
            length += head(boundary, range, plan).length + range.length();
        }
        response.setStatusCode(206);
        response.putHeader("Content-Type", "multipart/byteranges; boundary=" + boundary);
        response.putHeader("Content-Length", Long.toString(length));
        if (!isHead) {
            try (FileChannel in = FileChannel.open(plan.file(), StandardOpenOption.READ)) {
                for (ByteRanges.One range : ranges) {
                    byte[] head = head(boundary, range, plan);
                    await(() -> response.write(Buffer.buffer(head)));
                    copy(in, range, count);
                }
            }
            await(() -> response.write(Buffer.buffer(end)));
        }
        await(response::end);
    }

    private void copy(FileChannel in, ByteRanges.One range, LongConsumer count) throws IOException {
        long at = range.first();
        while (at <= range.last()) {
            var buffer = new byte[(int) Math.min(BUFFER_BYTES, range.last() - at + 1)];
            var bytes = ByteBuffer.wrap(buffer);
            while (bytes.hasRemaining()) {
                if (in.read(bytes, at + bytes.position()) < 0) {
                    throw new IOException("a repository file became shorter while it was sent");
                }
            }
            await(() -> response.write(Buffer.buffer(buffer)));
            count.accept(buffer.length);
            at += buffer.length;
        }
    }

    private static byte[] head(String boundary, ByteRanges.One range, TransferPlan plan) {
        return ("\r\n--"
                        + boundary
                        + "\r\nContent-Type: "
                        + plan.type()
                        + "\r\nContent-Range: "
                        + contentRange(range, plan)
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String contentRange(ByteRanges.One range, TransferPlan plan) {
        return "bytes " + range.first() + "-" + range.last() + "/" + plan.size();
    }

    /// Does `step` on the connection's own thread and waits until the network took it.
    private void await(Supplier<Future<Void>> step) throws IOException {
        var done = new CompletableFuture<@Nullable Void>();
        context.runOnContext(_ -> {
            if (response.closed()) {
                done.completeExceptionally(new IOException("the client went away"));
                return;
            }
            step.get()
                    .onComplete(result -> {
                        if (result.succeeded()) done.complete(null);
                        else done.completeExceptionally(result.cause());
                    });
        });
        try {
            done.join();
        } catch (CompletionException broken) {
            throw new IOException("the client went away", broken.getCause());
        }
    }

    /// Answers with the problem while nothing was sent; else breaks the connection, so that the
    /// client does not take a part for the whole.
    void fail(Exception fault) {
        context.runOnContext(_ -> {
            if (response.closed() || response.ended()) return;
            if (response.headWritten()) http.connection().close();
            else {
                response.headers().clear();
                Web.refuse(http, Web.problemOf(fault));
            }
        });
    }
}
