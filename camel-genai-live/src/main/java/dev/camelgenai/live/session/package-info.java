/**
 * What a session does over its life: connect, set up, keep order, count turns, hand messages to its consumers, end. Free
 * of Camel; sees the socket through the interfaces of {@code transport} only.
 */
package dev.camelgenai.live.session;
