package dev.camelgenai.emulator.internal.protocol;

/**
 * Tokens by modality, by rule of thumb: four characters to a token, 25 tokens to a second of audio, 258 to a frame of video.
 *
 * @param text   of text
 * @param audio  of sound
 * @param images of video frames
 */
public record Tokens(int text, int audio, int images) {

    /** None. */
    public static final Tokens NONE = new Tokens(0, 0, 0);

    private static final int CHARACTERS_PER_TOKEN = 4;
    private static final int AUDIO_BYTES_PER_TOKEN = 48_000 / 25;
    private static final int TOKENS_PER_FRAME = 258;

    public static Tokens ofText(int characters) {
        return new Tokens((characters + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN, 0, 0);
    }

    /**
     * @param bytes of 24 kHz PCM
     */
    public static Tokens ofAudio(int bytes) {
        return new Tokens(0, (bytes + AUDIO_BYTES_PER_TOKEN - 1) / AUDIO_BYTES_PER_TOKEN, 0);
    }

    public static Tokens ofFrames(int frames) {
        return new Tokens(0, 0, frames * TOKENS_PER_FRAME);
    }

    public Tokens plus(Tokens more) {
        return new Tokens(text + more.text, audio + more.audio, images + more.images);
    }

    public Tokens minus(Tokens less) {
        return new Tokens(text - less.text, audio - less.audio, images - less.images);
    }

    public int total() {
        return text + audio + images;
    }
}
