package dev.camelgenai.examples.voiceassistant;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import org.opentest4j.TestAbortedException;

/**
 * The Chromium of this machine, headless, with a recording in the place of the microphone. Without one the tests are skipped and say why;
 * in CI they fail. Nothing is downloaded.
 */
final class Chromium implements AutoCloseable {

    /** Path of the browser, as a system property or, in upper case with an underscore, in the environment. */
    static final String SETTING = "chromium.path";

    /** Where Playwright would put browsers if it downloaded any. */
    static final Path DOWNLOADS = Path.of("target", "playwright-browsers").toAbsolutePath();

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** @param microphone WAV file that is played once, from when a page opens the microphone; silence follows */
    static Chromium launch(Path microphone) {
        Path executable = find(setting(), System.getenv("PATH"), Boolean.parseBoolean(System.getenv("CI")));
        Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(
                Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1", "PLAYWRIGHT_BROWSERS_PATH", DOWNLOADS.toString())));
        try {
            return new Chromium(playwright, playwright.chromium().launch(new BrowserType.LaunchOptions()
                    .setExecutablePath(executable).setHeadless(true)
                    .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                            "--disable-background-networking", "--disable-component-update", "--disable-sync",
                            "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
                            "--use-file-for-fake-audio-capture=" + microphone.toAbsolutePath() + "%noloop"))));
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    private static String setting() {
        String property = System.getProperty(SETTING);
        return property != null ? property : System.getenv("CHROMIUM_PATH");
    }

    /**
     * @param setting  what the user has named, {@code null} for nothing
     * @param path     directories to look in
     * @param required whether a test that cannot run has failed
     */
    static Path find(String setting, String path, boolean required) {
        Stream<Path> candidates = setting != null ? Stream.of(Path.of(setting)) : onPath(path == null ? "" : path);
        Optional<Path> found = candidates.filter(Files::isExecutable).findFirst();
        if (found.isPresent()) {
            return found.get();
        }
        String reason = "There is no browser: "
                + (setting != null ? setting + " is no program" : NAMES + " are not on the path")
                + ". Set " + SETTING + " (or CHROMIUM_PATH in the environment), or on Debian: apt-get install chromium";
        throw required ? new IllegalStateException(reason) : new TestAbortedException(reason);
    }

    private static Stream<Path> onPath(String path) {
        return NAMES.stream().flatMap(name -> Arrays.stream(path.split(File.pathSeparator)).filter(dir -> !dir.isEmpty())
                .map(dir -> Path.of(dir, name)));
    }

    Browser browser() {
        return browser;
    }

    @Override
    public void close() {
        try {
            browser.close();
        } finally {
            playwright.close();
        }
    }
}
