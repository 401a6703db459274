package dev.camelgenai.examples.voiceassistant;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.GenAiLiveConstants;
import org.apache.camel.ProducerTemplate;

/**
 * Hands to the routes what visitors do. Returns at once, also on an event loop: no route that is called here waits on the thread that
 * calls it, and what becomes of an exchange is the routes' business, errors included.
 */
@ApplicationScoped
public class Uplink {

    private final ProducerTemplate template;

    Uplink(ProducerTemplate template) {
        this.template = template;
    }

    void open(String key) {
        send(VoiceRoutes.OPEN, key, null);
    }

    /** @param pcm 16 bits, little-endian, mono, 16 kHz */
    void speak(String key, byte[] pcm) {
        send(VoiceRoutes.SPEAK, key, pcm);
    }

    void stopSpeaking(String key) {
        send(VoiceRoutes.STOP_SPEAKING, key, null);
    }

    void write(String key, String text) {
        send(VoiceRoutes.WRITE, key, text);
    }

    void close(String key) {
        send(VoiceRoutes.CLOSE, key, null);
    }

    private void send(String route, String key, Object body) {
        template.asyncSend(route, exchange -> {
            exchange.getMessage().setHeader(GenAiLiveConstants.SESSION_KEY, key);
            exchange.getMessage().setBody(body);
        });
    }
}
