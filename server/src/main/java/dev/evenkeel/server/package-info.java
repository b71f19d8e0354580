/// Device API, content, operator API and console over HTTPS.
@org.jspecify.annotations.NullMarked
package dev.evenkeel.server;
