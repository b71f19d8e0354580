/// The fleet's repositories on SQLite; the only module with JDBC.
@org.jspecify.annotations.NullMarked
package dev.evenkeel.fleet.sql;
