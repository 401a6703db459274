/** What the Quarkus extension adds to the component at run time. */
package dev.camelgenai.quarkus.live;
