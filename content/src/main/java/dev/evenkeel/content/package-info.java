/// Chunks, packs and indexes; stores that wrap stores; the plan of what to fetch.
package dev.evenkeel.content;
