/// A fleet's memory in a database. Start with [SqliteFleets]; [SqlFleetRepository] is what it
/// opens. All SQL of the product is here and in `sql-migrations/`.
@NullMarked
package dev.evenkeel.fleet.sql;

import org.jspecify.annotations.NullMarked;
