/** What the component shows to those who watch it. Values only, and nothing secret in them. */
package dev.camelgenai.live.observability;
