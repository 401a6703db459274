/**
 * The socket: opens a WebSocket connection to the service and moves frames, knows nothing of their meaning. Free of Camel.
 */
package dev.camelgenai.live.transport;
