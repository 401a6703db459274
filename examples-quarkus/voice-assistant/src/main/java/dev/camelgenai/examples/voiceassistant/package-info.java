/** A web page to talk with: WebSocket, Camel routes, live session. */
package dev.camelgenai.examples.voiceassistant;
