package dev.camelgenai.live.media;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;

import javax.imageio.ImageIO;

/** A picture of each format. */
public final class Pictures {

    private Pictures() {
    }

    public static byte[] of(ImageFormat format) {
        return switch (format) {
            case JPEG -> drawn("jpeg");
            case PNG -> drawn("png");
            case WEBP -> Base64.getDecoder().decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==");
        };
    }

    private static byte[] drawn(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB), name, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
