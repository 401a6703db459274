/** A Kafka broker for examples and their tests, without containers. */
package dev.camelgenai.examples.kafka;
