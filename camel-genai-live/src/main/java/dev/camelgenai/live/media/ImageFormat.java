package dev.camelgenai.live.media;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import dev.camelgenai.live.error.LiveInputException;

/** The pictures that the service takes as video frames, recognised by how they begin. */
public enum ImageFormat {

    JPEG("image/jpeg") {
        @Override
        boolean begins(byte[] content) {
            // start, then a segment that another one follows: the first three bytes alone may as well be loud sound
            if (content.length < 10 || (content[0] & 0xFF) != 0xFF || (content[1] & 0xFF) != 0xD8
                    || (content[2] & 0xFF) != 0xFF || (content[3] & 0xFF) < 0xC0) {
                return false;
            }
            int next = 4 + ((content[4] & 0xFF) << 8 | content[5] & 0xFF);
            return next > 5 && next < content.length && (content[next] & 0xFF) == 0xFF
                    // a thumbnail may be in there
                    || new String(content, 6, 4, StandardCharsets.ISO_8859_1).equals("Exif");
        }
    },

    PNG("image/png") {
        @Override
        boolean begins(byte[] content) {
            return content.length > PNG_SIGNATURE.length
                    && Arrays.equals(content, 0, PNG_SIGNATURE.length, PNG_SIGNATURE, 0, PNG_SIGNATURE.length);
        }
    },

    WEBP("image/webp") {
        @Override
        boolean begins(byte[] content) {
            return content.length > 15 && content[0] == 'R'
                    && new String(content, 0, 4, StandardCharsets.ISO_8859_1).equals("RIFF")
                    && new String(content, 8, 7, StandardCharsets.ISO_8859_1).equals("WEBPVP8");
        }
    };

    private static final byte[] PNG_SIGNATURE = { (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n' };
    private static final List<ImageFormat> ALL = List.of(values());

    private static final String FIX = ". A video frame is one JPEG, PNG or WebP picture; send the frames of a video one by one.";

    private final String mimeType;

    ImageFormat(String mimeType) {
        this.mimeType = mimeType;
    }

    abstract boolean begins(byte[] content);

    public String mimeType() {
        return mimeType;
    }

    /** The format of a picture; empty when it is none of these. */
    public static Optional<ImageFormat> of(byte[] content) {
        for (ImageFormat format : ALL) {
            if (format.begins(content)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /**
     * The format of what is declared to be a picture.
     *
     * @param  declared           such as {@code image/png}; <code>image/*</code> leaves it to the content
     * @throws LiveInputException when the content is no picture, or another one than declared
     */
    public static ImageFormat of(byte[] content, MediaType declared) {
        ImageFormat found = of(content).orElseThrow(() -> new LiveInputException(
                "The input is declared as " + declared + " but its " + content.length + " bytes are " + kind(content) + FIX,
                false));
        String name = declared.text().strip().toLowerCase(Locale.ROOT).replaceAll("\\s*;.*", "");
        if (!name.equals("image/*") && !name.equals(found.mimeType)
                && !(found == JPEG && (name.equals("image/jpg") || name.equals("image/pjpeg")))) {
            throw new LiveInputException("The picture is declared as " + declared + " but its content is " + found.mimeType
                    + ". Correct the mime type, or say image/* to leave it to the content.", false);
        }
        return found;
    }

    private static String kind(byte[] content) {
        String start = new String(content, 0, Math.min(content.length, 12), StandardCharsets.ISO_8859_1);
        if (content.length == 0) {
            return "nothing at all";
        }
        if (start.startsWith("GIF8")) {
            return "a GIF";
        }
        if (start.startsWith("BM")) {
            return "a BMP";
        }
        if (start.startsWith("RIFF")) {
            return "a RIFF file, but no WebP";
        }
        if (start.startsWith("ftyp", 4)) {
            return "an MP4 or HEIF file";
        }
        return "no picture that is known here";
    }
}
