/** Kafka topics in, live sessions by key, Kafka topics out. */
package dev.camelgenai.examples.kafkabridge;
