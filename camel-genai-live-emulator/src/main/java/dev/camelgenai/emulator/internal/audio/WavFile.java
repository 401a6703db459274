package dev.camelgenai.emulator.internal.audio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The sound of a WAV file. Read without {@code javax.sound}, which a small JRE or a native image may not have, and which wants
 * the sizes of the header to be true.
 *
 * @param pcm  16-bit little-endian mono. Do not modify
 * @param rate samples per second
 */
public record WavFile(byte[] pcm, int rate) {

    private static final int RIFF_HEADER = 12;
    private static final int CHUNK_HEADER = 8;
    private static final int FORMAT_BYTES = 16;
    private static final int EXTENSIBLE_BYTES = 40;
    private static final int SUBFORMAT = 24;
    private static final int PCM = 1;
    private static final int EXTENSIBLE = 0xFFFE;
    private static final long STREAMED = 0xFFFF_FFFFL;
    private static final String FIX = "; convert it, for instance with: ffmpeg -i IN -ac 1 -ar 16000 -c:a pcm_s16le OUT.wav";

    private record Format(int tag, int channels, int rate, int bits) {

        private String describe() {
            return name(tag) + ", " + bits + " bits, " + channels + " channels, " + rate + " Hz";
        }
    }

    /**
     * Reads a file as {@link #parse} does.
     *
     * @throws IOException if it cannot be read, or is not of a known format; the message names the file
     */
    public static WavFile read(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        try {
            return parse(content);
        } catch (IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Takes PCM of 8 or 16 bits, mono or stereo, {@link Pcm#MIN_RATE} to {@link Pcm#MAX_RATE}; stereo is mixed down. Other chunks
     * are skipped. A file that was streamed or cut off, whose data size is wrong, is read to its end.
     *
     * @throws IOException if the content is of another format; the message says which, and what to do
     */
    public static WavFile parse(byte[] content) throws IOException {
        if (content.length < RIFF_HEADER || !id(content, 0).equals("RIFF") || !id(content, 8).equals("WAVE")) {
            throw new IOException("This is " + kind(content) + " and no WAV file" + FIX);
        }
        ByteBuffer file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        Format format = null;
        long at = RIFF_HEADER;
        while (at + CHUNK_HEADER <= content.length) {
            int header = (int) at;
            String id = id(content, header);
            long size = file.getInt(header + 4) & 0xFFFF_FFFFL;
            int body = header + CHUNK_HEADER;
            int rest = content.length - body;
            if (id.equals("fmt ")) {
                format = format(file, body, (int) Math.min(size, rest));
            } else if (id.equals("data")) {
                if (format == null) {
                    throw new IOException("The WAV file is damaged: no format comes before its data" + FIX);
                }
                int bytes = size == 0 || size == STREAMED ? rest : (int) Math.min(size, rest);
                return new WavFile(mono(content, body, bytes, format), format.rate());
            }
            // chunks begin at even positions
            at = body + size + (size & 1);
        }
        throw new IOException("The WAV file is damaged: it has no " + (format == null ? "format" : "data") + FIX);
    }

    private static Format format(ByteBuffer file, int at, int size) throws IOException {
        if (size < FORMAT_BYTES) {
            throw new IOException("The WAV file is damaged: its format has " + size + " bytes" + FIX);
        }
        int tag = file.getShort(at) & 0xFFFF;
        if (tag == EXTENSIBLE && size >= EXTENSIBLE_BYTES) {
            tag = file.getShort(at + SUBFORMAT) & 0xFFFF;
        }
        Format format = new Format(tag, file.getShort(at + 2) & 0xFFFF, file.getInt(at + 4), file.getShort(at + 14) & 0xFFFF);
        boolean known = tag == PCM && (format.bits() == 8 || format.bits() == 16)
                && (format.channels() == 1 || format.channels() == 2)
                && format.rate() >= Pcm.MIN_RATE && format.rate() <= Pcm.MAX_RATE;
        if (!known) {
            throw new IOException(
                    "The WAV file has the format " + format.describe() + ", and what can be read is PCM of 8 or 16"
                            + " bits with 1 or 2 channels at " + Pcm.MIN_RATE + " to " + Pcm.MAX_RATE + " Hz" + FIX);
        }
        return format;
    }

    private static byte[] mono(byte[] content, int at, int bytes, Format format) {
        int sampleBytes = format.bits() / 8;
        int frameBytes = sampleBytes * format.channels();
        int frames = bytes / frameBytes;
        if (frameBytes == Pcm.SAMPLE_BYTES && sampleBytes == Pcm.SAMPLE_BYTES) {
            return Arrays.copyOfRange(content, at, at + frames * frameBytes);
        }
        byte[] mono = new byte[frames * Pcm.SAMPLE_BYTES];
        for (int frame = 0; frame < frames; frame++) {
            int sum = 0;
            for (int channel = 0; channel < format.channels(); channel++) {
                int offset = at + frame * frameBytes + channel * sampleBytes;
                sum += sampleBytes == 1 ? (content[offset] & 0xff) - 128 << 8 : Pcm.sample(content, offset);
            }
            Pcm.put(mono, frame * Pcm.SAMPLE_BYTES, sum / format.channels());
        }
        return mono;
    }

    private static String name(int tag) {
        return switch (tag) {
            case PCM -> "PCM";
            case 2 -> "Microsoft ADPCM";
            case 3 -> "floating point";
            case 6 -> "A-law";
            case 7 -> "mu-law";
            case 0x11 -> "IMA ADPCM";
            case 0x31 -> "GSM";
            case 0x55 -> "MP3";
            default -> String.format("0x%04x", tag);
        };
    }

    private static String kind(byte[] content) {
        if (content.length == 0) {
            return "an empty file";
        }
        if (content.length < RIFF_HEADER) {
            return "a file of " + content.length + " bytes";
        }
        return switch (id(content, 0)) {
            case "OggS" -> "an Ogg file";
            case "fLaC" -> "a FLAC file";
            case "FORM" -> "an AIFF file";
            case ".snd" -> "an AU file";
            case "RF64" -> "an RF64 file";
            case "RIFX" -> "a big-endian RIFX file";
            case "RIFF" -> "a RIFF file of the type " + id(content, 8).replaceAll("[^ -~]", "?").strip();
            default -> id(content, 4).equals("ftyp")
                    ? "an MP4 file"
                    : id(content, 0).startsWith("ID3") || (content[0] & 0xff) == 0xff && (content[1] & 0xe0) == 0xe0
                            ? "an MP3 file"
                            : "a file of an unknown format";
        };
    }

    private static String id(byte[] content, int at) {
        return new String(content, at, 4, StandardCharsets.ISO_8859_1);
    }
}
