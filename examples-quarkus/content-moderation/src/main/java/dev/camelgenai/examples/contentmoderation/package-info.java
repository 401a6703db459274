/** Posts are judged by a model in a live session; what is not plainly allowed is not published. */
package dev.camelgenai.examples.contentmoderation;
