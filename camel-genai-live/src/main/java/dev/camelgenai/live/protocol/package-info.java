/**
 * What goes over the wire: addresses, credentials, the JSON of client and server messages. Free of Camel and of sockets.
 */
package dev.camelgenai.live.protocol;
