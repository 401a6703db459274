/** Arithmetic on 16-bit little-endian mono PCM. */
package dev.camelgenai.emulator.internal.audio;
