/// What decides the next boot and survives a power cut: boot record, state partition, boot script.
package dev.evenkeel.boot;
