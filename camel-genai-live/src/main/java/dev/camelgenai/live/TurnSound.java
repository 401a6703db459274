package dev.camelgenai.live;

import java.io.ByteArrayOutputStream;

import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerMessage;

/** What the model says: PCM, 16 bits, little-endian, mono. */
final class TurnSound implements TurnInputStream.Form {

    @Override
    public byte[] of(ServerMessage message) {
        ByteArrayOutputStream sound = new ByteArrayOutputStream();
        for (ServerEvent event : message.events()) {
            if (event instanceof ServerEvent.Audio audio) {
                audio.data().writeTo(sound);
            }
        }
        return sound.toByteArray();
    }
}
