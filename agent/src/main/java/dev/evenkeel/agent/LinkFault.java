// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URL;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The way to the server is broken, or somebody else answers on it. The message says which, and
/// what to look at, to a person who reads it in the console or at the device.
final class LinkFault extends IOException {
    private static final String PORTAL = "a captive portal or a proxy is in the way";

    private LinkFault(String message, @Nullable IOException cause) {
        super(message, cause);
    }

    interface Call<T> {
        T make() throws IOException;
    }

    /// Makes a call; what goes wrong on the way to `server` is told in plain words.
    static <T> T told(URI server, Call<T> call) throws IOException {
        try {
            return call.make();
        } catch (Server.Refusal refused) {
            throw refused;
        } catch (MalformedInput wrong) {
            // no message of ours: a fault of whatever sits on the line
            throw new IOException(wrong.getMessage(), wrong);
        } catch (IOException broken) {
            throw of(server, broken);
        }
    }

    /// @param broken as the Java runtime throws it
    static LinkFault of(URI server, IOException broken) {
        if (broken instanceof LinkFault told) return told;
        return new LinkFault(server.getAuthority() + ": " + plain(broken), broken);
    }

    /// A page for people was sent where the server has none.
    static LinkFault page(URL asked, int status) {
        return new LinkFault(
                asked.getAuthority()
                        + ": answered "
                        + status
                        + " with a page for a browser instead of the server's answer: "
                        + PORTAL
                        + "; sign in to this network or open the way to the server",
                null);
    }

    private static String plain(IOException broken) {
        String said = String.valueOf(broken.getMessage());
        return switch (broken) {
            case UnknownHostException _ ->
                    "the name of the server is not known here; is there a network and a name"
                            + " server?";
            case SocketTimeoutException _ when said.contains("onnect") ->
                    "no answer to the attempt to connect; is the server's address right and the way"
                            + " to it open?";
            case SocketTimeoutException _ -> "nothing arrives any more on an open connection";
            case NoRouteToHostException _ -> "there is no way to the server's network";
            case ConnectException _ -> "nobody listens there: " + said;
            case SSLException tls -> plainTls(tls, said);
            case SocketException _ -> "the connection broke: " + said;
            default -> said;
        };
    }

    private static String plainTls(SSLException tls, String said) {
        for (Throwable cause = tls; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException wrong) {
                return wrong.getMessage()
                        + ": certificate of another server; "
                        + PORTAL
                        + ", or the server was set up anew and this device has to be provisioned"
                        + " again";
            }
            if (cause instanceof SocketException) return "the connection broke: " + said;
        }
        return said.contains("Unsupported or unrecognized SSL message")
                ? "answers without TLS: " + PORTAL + "; sign in to this network"
                : "the secured connection broke: " + said;
    }
}
