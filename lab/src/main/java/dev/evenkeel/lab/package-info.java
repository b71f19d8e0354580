/// Virtual devices, power cuts and the demo's stage.
@org.jspecify.annotations.NullMarked
package dev.evenkeel.lab;
