/**
 * Cassettes: sessions recorded to a file of JSON lines, and played again from it.
 *
 * <p>A cassette is UTF-8 text with one JSON object per line. The first line is the header:
 *
 * <pre>{@code
 * {"format":"camel-genai-live-cassette","version":1}
 * }</pre>
 *
 * <p>It may also have {@code "ignore"}, a list of paths whose values may differ in a replay, with {@code [*]} for any index:
 * {@code ["setup.systemInstruction.parts[0].text"]}. Each other line is an event. Events are in the order in which they
 * happened; several sessions may alternate. All events have
 *
 * <ul>
 * <li>{@code event}: which one,
 * <li>{@code session}: the number of the session in this file, from 1 in the order of the upgrades,
 * <li>{@code millis}: milliseconds since that session's start, by the clock of the emulator.
 * </ul>
 *
 * <p>The events, and what else they have:
 *
 * <ul>
 * <li>{@code open}: {@code path} of the upgrade, without the query; {@code service}, DEVELOPER_API or VERTEX_AI. The first
 * event of a session.
 * <li>{@code client}, {@code server}: a message of that side. {@code message} has the JSON object as it was on the wire, spelling
 * and all, but for line breaks, which are blanks here. What was no JSON object is in {@code text} or, if it was no UTF-8 either,
 * in {@code base64}.
 * <li>{@code serverClose}, {@code clientClose}: the Close frame that the closing began with, its {@code code} and
 * {@code reason}; the code is 1005 if there was none. The last event of a session.
 * <li>{@code lost}: the connection has ended without a Close frame, {@code by} the server (a fault, a test) or the client (or
 * the network). The last event of a session.
 * </ul>
 *
 * <p>A session without a last event was open when the recording ended. Readers ignore fields that they do not know, and a last
 * line that has no line break and is no JSON: the recording was killed while it wrote that.
 *
 * <p>There are no credentials in a cassette: no headers, no queries; headers for MCP servers in the messages of the client are
 * replaced by {@code ***}. Clients that the emulator turned away, be it for their credential or for a quota, are not recorded.
 * What was said is recorded word for word, and resumption handles are.
 */
package dev.camelgenai.emulator.internal.cassette;
