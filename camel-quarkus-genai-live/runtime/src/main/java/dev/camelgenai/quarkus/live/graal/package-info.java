/** What is otherwise in native images. */
package dev.camelgenai.quarkus.live.graal;
