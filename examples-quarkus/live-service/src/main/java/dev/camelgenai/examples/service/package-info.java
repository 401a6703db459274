/** What all examples need to find the live service. */
package dev.camelgenai.examples.service;
