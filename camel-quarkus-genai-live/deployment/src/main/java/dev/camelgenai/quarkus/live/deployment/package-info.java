/** What the Quarkus extension does at build time. */
package dev.camelgenai.quarkus.live.deployment;
