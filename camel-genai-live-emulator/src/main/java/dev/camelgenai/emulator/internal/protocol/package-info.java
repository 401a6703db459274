/** The wire format: addresses, credentials, the shapes of client messages and the making of server messages. No sockets. */
package dev.camelgenai.emulator.internal.protocol;
