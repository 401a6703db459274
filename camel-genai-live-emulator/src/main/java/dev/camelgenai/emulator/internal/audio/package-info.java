/**
 * What a microphone delivers: the detection of speech in it, and arithmetic on 16-bit little-endian mono PCM. Knows nothing of
 * the protocol and needs no module {@code java.desktop}.
 */
package dev.camelgenai.emulator.internal.audio;
