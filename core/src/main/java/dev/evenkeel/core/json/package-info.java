/// JSON read strictly and written canonically. Start with [StrictJson] and [JsonObject]. Numbers
/// are whole, because nothing that we sign holds a fraction; there is no data binding, because a
/// format is read on purpose.
package dev.evenkeel.core.json;
