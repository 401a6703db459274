/** The exceptions of live sessions, seen by all other packages. */
package dev.camelgenai.live.error;
