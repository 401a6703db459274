package dev.camelgenai.examples.voiceassistant;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import jakarta.inject.Inject;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.examples.service.LiveService;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.OpenConnections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

/** The page in a real browser, with its microphone, its loudspeaker and its audio thread. */
@QuarkusTest
class PageBrowserTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final LocatorAssertions.ContainsTextOptions PATIENTLY = new LocatorAssertions.ContainsTextOptions()
            .setTimeout(PATIENCE.toMillis());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final int RENDER_QUANTUM = 128;
    private static final int CHUNK_BYTES = 640;

    private static Chromium chromium;

    @Inject
    LiveService service;

    @Inject
    Visitors visitors;

    @Inject
    OpenConnections connections;

    @TestHTTPResource
    URI server;

    private GenAiLiveEmulator emulator;
    private BrowserContext context;
    private Page page;

    @AfterAll
    static void quit() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        if (chromium == null) {
            // not for all tests at once: each that is skipped says why
            chromium = Chromium.launch(Files.write(Path.of("target", "two-utterances.wav"), Speech.wav(twoUtterances())));
        }
        emulator = service.emulator().orElseThrow();
        open(new Browser.NewContextOptions().setViewportSize(1180, 760).setColorScheme(ColorScheme.LIGHT));
    }

    /** The second comes while the answer to the first is spoken. */
    private static byte[] twoUtterances() {
        return Speech.joined(Speech.silence(Duration.ofMillis(1500)), Speech.utterance(),
                Speech.silence(Duration.ofMillis(3500)), Speech.utterance(), Speech.silence(Duration.ofSeconds(5)));
    }

    private void open(Browser.NewContextOptions options) {
        context = chromium.browser().newContext(options);
        page = context.newPage();
        page.onPageError(error -> System.err.println("The page has an error: " + error));
        page.navigate(server.toString());
    }

    @AfterEach
    void leave(TestInfo test) {
        if (page == null) {
            return;
        }
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(
                "after-" + test.getTestMethod().orElseThrow().getName() + ".png")));
        context.close();
        await().atMost(PATIENCE).until(() -> visitors.count() == 0);
        assertThat(Chromium.DOWNLOADS).doesNotExist();
    }

    @Test
    void talksAndIsInterruptedInTheVeryRenderQuantum() {
        button("Microphone").click();

        assertThat(conversation()).containsText(
                "switchLight(room: living room, on: true)The light in the living room is on now",
                PATIENTLY);
        assertThat(conversation()).containsText("interrupted", PATIENTLY);
        assertThat(conversation()).containsText("and the light is off", PATIENTLY);
        awaitNoSound();

        JsonNode statistics = statistics();
        assertThat(statistics.path("flushes")).hasSize(1);
        JsonNode flush = statistics.path("flushes").get(0);
        JsonNode interrupted = generation(statistics, flush.path("generation").asLong());
        assertThat(flush.path("played").asInt()).as("played by then").isPositive();
        assertThat(flush.path("queued").asInt()).as("to be dropped").isGreaterThan(10 * RENDER_QUANTUM);
        assertThat(interrupted.path("frames").asInt() - flush.path("played").asInt()).as("played after the flush arrived")
                .isBetween(0, RENDER_QUANTUM);
        assertThat(interrupted.path("rms").asDouble()).isGreaterThan(0.02);
        JsonNode last = statistics.path("generations").get(statistics.path("generations").size() - 1);
        assertThat(last.path("generation").asLong()).isGreaterThan(flush.path("generation").asLong());
        assertThat(last.path("frames").asInt() / statistics.path("sampleRate").asDouble()).as("seconds").isGreaterThan(3);
        assertThat(last.path("rms").asDouble()).isGreaterThan(0.02);
        assertThat(statistics.path("droppedFrames").asInt()).isZero();

        RecordedSession session = newestSession();
        assertThat(session.activities()).hasSize(2);
        assertThat(session.interruptions()).isEqualTo(1);
        assertThat(Speech.loudest(session.audio())).isGreaterThan(3_000);
        assertThat(session.messages()).filteredOn(message -> message.audio().length > 0)
                .extracting(message -> message.audio().length).containsOnly(CHUNK_BYTES);
        assertThat(page.locator("#conversation .user")).hasCount(2);
        assertThat(page.locator("#conversation .model")).hasCount(2);
        assertThat(page.locator("#lights li.on")).hasCount(0);
    }

    @Test
    void looksAsTheReadmeShowsIt() {
        write("Kitchen light on");
        assertThat(conversation()).containsText("The light in the kitchen is on now.", PATIENTLY);
        assertThat(page.locator("#hint")).containsText("Press the microphone", PATIENTLY);
        button("Microphone").click();
        assertThat(conversation()).containsText(Pattern.compile("You said: .*of speech\\)"), PATIENTLY);
        assertThat(page.locator("#hint")).containsText("Speaking", PATIENTLY);

        screenshot("desktop.png");
        page.setViewportSize(390, 844);
        screenshot("phone.png");

        assertThat(SCREENSHOTS.resolve("desktop.png")).isRegularFile().satisfies(
                file -> assertThat(Files.size(file)).isBetween(20_000L, 300_000L));
        assertThat(SCREENSHOTS.resolve("phone.png")).isRegularFile();
    }

    @Test
    void carriesWritingAndShowsTools() {
        write("Kitchen light on");

        assertThat(conversation()).containsText("switchLight(room: Kitchen, on: true)", PATIENTLY);
        assertThat(page.locator("#lights li.on")).hasText(Pattern.compile("kitchen on"));
        write("Timer for 1 second");
        assertThat(conversation()).containsText("The timer of 1 seconds is over.", PATIENTLY);
        assertThat(page.locator("#conversation .tool.running")).hasCount(0);
        assertThat(page.locator("#state")).hasText("Connected");
        assertThat(page.locator("#service")).containsText("there is no model behind it");
    }

    @Test
    void closesTheConversationAndTheMicrophone() {
        button("Microphone").click();
        assertThat(page.locator("#hint")).containsText("Listening", PATIENTLY);
        RecordedSession session = newestSession();

        button("Microphone").click();
        session.awaitMessage(message -> message.json().path("realtimeInput").path("audioStreamEnd").asBoolean(), PATIENCE);
        button("Disconnect").click();

        session.awaitClosed(PATIENCE);
        assertThat(page.locator("#state")).hasText("Not connected");
        assertThat(button("Connect")).isVisible();
        assertThat(page.locator("#error")).isHidden();
    }

    @Test
    void comesBackWhenTheConnectionIsLost() {
        button("Connect").click();
        assertThat(page.locator("#state")).hasText("Connected",
                new LocatorAssertions.HasTextOptions().setTimeout(PATIENCE.toMillis()));
        write("Hello");
        assertThat(conversation()).containsText("Ask me", PATIENTLY);

        // as Quarkus does when it stops
        connections.forEach(connection -> connection.closeAndAwait(CloseReason.NORMAL));

        assertThat(page.locator("#error")).hasText("The connection was lost.");
        write("Bedroom light on");
        // what was written meanwhile is sent then
        assertThat(conversation()).containsText("The light in the bedroom is on now.", PATIENTLY);
        assertThat(conversation()).containsText("A new conversation");
        assertThat(page.locator("#state")).hasText("Connected");
        assertThat(page.locator("#error")).isHidden();
        write("Kitchen light on");
        assertThat(conversation()).containsText("The light in the kitchen is on now.", PATIENTLY);
    }

    @Test
    void tellsWhatTheServerSaysAndStaysAway() {
        button("Connect").click();
        assertThat(page.locator("#state")).hasText("Connected",
                new LocatorAssertions.HasTextOptions().setTimeout(PATIENCE.toMillis()));

        newestSession().close(1008, "models/gemini-0 is not found").join();

        assertThat(page.locator("#error")).hasText("The live service refused the session; the server's log says why.");
        assertThat(page.locator("#state")).hasText("Not connected");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NotAllowedError  | The microphone is not allowed. Allow it for this page in the browser, and try again.
            NotFoundError    | There is no microphone. Connect one, or write instead.
            NotReadableError | The microphone is in use by another program.
            """)
    void saysWhyThereIsNoMicrophone(String error, String said) {
        page.evaluate("name => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', name); }; }",
                error);

        button("Microphone").click();

        assertThat(page.getByRole(AriaRole.ALERT)).hasText(said);
        assertThat(button("Microphone")).hasAttribute("aria-pressed", "false");
        write("Hello");
        assertThat(conversation()).containsText("Ask me", PATIENTLY);
    }

    @ParameterizedTest
    @CsvSource({ "48000, 16000", "44100, 16000", "16000, 16000", "24000, 48000", "24000, 44100", "24000, 24000" })
    void changesSampleRatesWithoutDistortion(int from, int to) {
        double[] heard = doubles(page.evaluate(
                """
                        async ([from, to]) => {
                          const { Resampler } = await import('/audio/resampler.js');
                          const through = frequency => {
                            const resampler = new Resampler(from, to);
                            const result = [];
                            for (let i = 0; i < from; i += 128) {
                              const block = Float32Array.from({ length: 128 }, (_, k) => Math.sin(2 * Math.PI * frequency * (i + k) / from));
                              result.push(...resampler.push(block));
                            }
                            return result;
                          };
                          const rms = samples => Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length);
                          const tone = through(1000);
                          // what is left of it when the best sine of its frequency is taken away
                          const middle = tone.slice(1000, -1000);
                          let [sine, cosine] = [0, 0];
                          middle.forEach((each, i) => {
                            sine += each * Math.sin(2 * Math.PI * 1000 * i / to) * 2 / middle.length;
                            cosine += each * Math.cos(2 * Math.PI * 1000 * i / to) * 2 / middle.length;
                          });
                          const rest = middle.map((each, i) => each - sine * Math.sin(2 * Math.PI * 1000 * i / to)
                            - cosine * Math.cos(2 * Math.PI * 1000 * i / to));
                          const above = from > to ? rms(through(to * 0.7).slice(1000, -1000)) : 0;
                          return [tone.length, rms(middle), rms(rest), above];
                        }""",
                List.of(from, to)));

        assertThat(heard[0]).as("samples").isCloseTo(to, within(to * 0.01));
        assertThat(heard[1]).as("loudness of a tone of 1 kHz").isCloseTo(Math.sqrt(0.5), within(0.01));
        assertThat(heard[2]).as("noise").isLessThan(0.002);
        assertThat(heard[3]).as("what the lower rate cannot carry").isLessThan(0.002);
    }

    @Test
    void keepsNoMoreThanAMinuteOfAReply() throws JsonProcessingException {
        button("Connect").click();
        assertThat(page.locator("#state")).hasText("Connected",
                new LocatorAssertions.HasTextOptions().setTimeout(PATIENCE.toMillis()));

        page.evaluate("""
                async () => {
                  const { player } = await import('/js/app.js');
                  for (let i = 0; i < 70; i++) {
                    player.play({ generation: 1, pcm: new Int16Array(24000).buffer });
                  }
                }""");

        JsonNode statistics = statistics();
        double seconds = statistics.path("queuedFrames").asInt() / statistics.path("sampleRate").asDouble();
        assertThat(seconds).isBetween(55.0, 60.0);
        assertThat(statistics.path("droppedFrames").asInt() / statistics.path("sampleRate").asDouble()).isBetween(9.0, 12.0);
        assertThat(page.locator("#error")).hasText("The reply is too long to be kept: its end is in writing only.");
    }

    @Test
    void playsNothingThatComesAfterItsFlush() {
        button("Connect").click();
        assertThat(page.locator("#state")).hasText("Connected",
                new LocatorAssertions.HasTextOptions().setTimeout(PATIENCE.toMillis()));

        page.evaluate("""
                async () => {
                  const { player } = await import('/js/app.js');
                  player.flush(7);
                  player.play({ generation: 7, pcm: new Int16Array(24000).fill(9000).buffer });
                  player.play({ generation: 8, pcm: new Int16Array(12000).fill(9000).buffer });
                  player.end();
                }""");
        awaitNoSound();

        JsonNode statistics = statistics();
        assertThat(statistics.path("generations")).hasSize(1);
        assertThat(generation(statistics, 8).path("frames").asInt() / statistics.path("sampleRate").asDouble())
                .isCloseTo(0.5, within(0.01));
    }

    @ParameterizedTest
    @EnumSource(value = ColorScheme.class, names = { "LIGHT", "DARK" })
    void canBeReadAndReachedByEverybody(ColorScheme scheme) {
        context.close();
        open(new Browser.NewContextOptions().setViewportSize(360, 640).setColorScheme(scheme)
                .setReducedMotion(ReducedMotion.REDUCE));
        write("Kitchen light on");
        assertThat(conversation()).containsText("The light in the kitchen is on now.", PATIENTLY);
        assertThat(page.locator("#suggestions button").first()).isVisible();

        assertThat(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).as("nothing is cut off")
                .isEqualTo(true);
        assertThat(page.evaluate("getComputedStyle(document.querySelector('.meter span')).transitionDuration"))
                .as("no motion").isEqualTo("0s");
        assertThat(page.getByRole(AriaRole.LOG)).hasAttribute("aria-live", "polite");
        assertThat(page.getByRole(AriaRole.METER)).hasCount(2);
        assertThat(page.getByLabel("Message")).isVisible();
        for (double contrast : doubles(page.evaluate(CONTRASTS))) {
            assertThat(contrast).isGreaterThanOrEqualTo(4.5);
        }
        page.locator("body").click(new Locator.ClickOptions().setPosition(1, 1));
        for (String id : List.of("", "connect", "microphone", "conversation", "", "", "", "", "text")) {
            page.keyboard().press("Tab");
            if (!id.isEmpty()) {
                assertThat(page.evaluate("document.activeElement.id")).isEqualTo(id);
            }
        }
        page.keyboard().type("Hello");
        page.keyboard().press("Enter");
        assertThat(conversation()).containsText("Ask me", PATIENTLY);
    }

    /** Of texts to what is behind them, by the formula of the WCAG. */
    private static final String CONTRASTS = """
            () => {
              const numbers = color => color.match(/[\\d.]+/g).map(Number);
              const luminance = ([r, g, b]) => [r, g, b].map(each => each / 255)
                .map(each => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
                .reduce((sum, each, i) => sum + each * [0.2126, 0.7152, 0.0722][i], 0);
              const behind = element => {
                const color = numbers(getComputedStyle(element).backgroundColor);
                return color.length === 4 && color[3] === 0 && element.parentElement ? behind(element.parentElement) : color;
              };
              return ['h1', '#service', '#state', '#connect', '#hint', '#input-label', '#lights li:not(.on)',
                '#lights li:not(.on) .switch', '.user .words', '.user .speaker', '.model .words', '.tool code', '.tool .outcome',
                '#suggestions button', '#text', '#composer button'].map(selector => {
                const element = document.querySelector(selector);
                const [a, b] = [luminance(numbers(getComputedStyle(element).color)), luminance(behind(element))];
                return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
              });
            }""";

    private static double[] doubles(Object list) {
        return ((List<?>) list).stream().mapToDouble(each -> ((Number) each).doubleValue()).toArray();
    }

    private Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private Locator conversation() {
        return page.locator("#conversation");
    }

    private void write(String text) {
        page.getByLabel("Message").fill(text);
        button("Send").click();
    }

    private void awaitNoSound() {
        await().atMost(PATIENCE).pollInSameThread()
                .until(() -> !page.locator("#hint").textContent().startsWith("Speaking")
                        && statistics().path("queuedFrames").asInt() == 0);
    }

    private JsonNode statistics() {
        Object statistics = page.evaluate("async () => JSON.stringify(await (await import('/js/app.js')).player.statistics())");
        try {
            return JSON.readTree(statistics.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The player tells no JSON: " + statistics, e);
        }
    }

    private static JsonNode generation(JsonNode statistics, long generation) {
        for (JsonNode each : statistics.path("generations")) {
            if (each.path("generation").asLong() == generation) {
                return each;
            }
        }
        throw new AssertionError("Nothing was played of generation " + generation + ": " + statistics);
    }

    private void screenshot(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name)));
    }

    private RecordedSession newestSession() {
        List<RecordedSession> sessions = emulator.sessions();
        return sessions.get(sessions.size() - 1);
    }
}
