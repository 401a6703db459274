/** Certificates made at start, so that no key is ever checked in. */
package dev.camelgenai.emulator.internal.tls;
