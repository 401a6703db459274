/** What native images replace. */
package dev.camelgenai.quarkus.live.graal;
