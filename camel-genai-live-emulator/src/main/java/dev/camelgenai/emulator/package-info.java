/**
 * A local server of the Gemini Live API for tests, examples and demonstrations: start a
 * {@link dev.camelgenai.emulator.GenAiLiveEmulator}, point a client at its URL, and read in its
 * {@link dev.camelgenai.emulator.RecordedSession records} what the client really sent.
 */
package dev.camelgenai.emulator;
