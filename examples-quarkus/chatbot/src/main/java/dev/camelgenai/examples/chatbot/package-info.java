/** A chatbot on Gemini Live: in the terminal, over HTTP and by voice. */
package dev.camelgenai.examples.chatbot;
