package dev.camelgenai.live;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.stream.Stream;

import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.genai.Client;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.live.session.LiveSession;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * However a secret is set and however the conversation goes: from connect to close it is in no log line, with the root logger
 * at TRACE, in no exception, {@code toString} or JMX attribute.
 */
class SecretsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String SECRET = "AIzaSy-Th1s+Is/The=SecretOfThisTest";
    private static final String TOKEN = "auth_tokens/" + SECRET;

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE));

    /** How the secret is set. */
    private enum Way {
        KEY_ON_THE_COMPONENT {
            @Override
            String set(GenAiLiveConfiguration options) {
                options.setApiKey(SECRET);
                return "";
            }
        },
        KEY_IN_THE_URI {
            @Override
            String set(GenAiLiveConfiguration options) {
                return "&apiKey=RAW(" + SECRET + ")";
            }
        },
        KEY_OF_A_CLIENT_BEAN {
            @Override
            String set(GenAiLiveConfiguration options) {
                options.setClient(Client.builder().apiKey(SECRET).vertexAI(false).build());
                return "";
            }
        },
        EPHEMERAL_TOKEN_IN_THE_URI {
            @Override
            String set(GenAiLiveConfiguration options) {
                return "&apiKey=RAW(" + TOKEN + ")";
            }
        },
        EPHEMERAL_TOKEN_ON_THE_COMPONENT {
            @Override
            String set(GenAiLiveConfiguration options) {
                options.setApiKey(TOKEN);
                return "";
            }
        },
        OAUTH_TOKEN {
            @Override
            String set(GenAiLiveConfiguration options) {
                options.setVertexAi(true);
                options.setProject("p");
                options.setLocation("us-central1");
                options.setCredentials(GoogleCredentials
                        .create(new AccessToken(SECRET, Date.from(Instant.now().plus(Duration.ofHours(1))))));
                return "";
            }
        },
        KEY_OF_VERTEX_EXPRESS {
            @Override
            String set(GenAiLiveConfiguration options) {
                options.setVertexAi(true);
                options.setApiKey(SECRET);
                return "";
            }
        },
        EXTRA_HEADER_ON_THE_COMPONENT {
            @Override
            String set(GenAiLiveConfiguration options) {
                options.setApiKey("another-key");
                options.getHeaders().put("X-Gateway-Authorization", SECRET);
                return "";
            }
        };

        /** @return what is appended to the endpoint's URI */
        abstract String set(GenAiLiveConfiguration options);
    }

    /** How the conversation goes. */
    private enum Course {
        SUCCESS {
            @Override
            void prepare(GenAiLiveConfiguration options) {
                options.setBaseUrl(EMULATOR.get().wsUrl());
            }
        },
        FORBIDDEN {
            @Override
            void prepare(GenAiLiveConfiguration options) {
                options.setBaseUrl(EMULATOR.get().wsUrl());
                EMULATOR.get().faults().refuseUpgrade(403, "The key " + SECRET + " may not do this");
            }
        },
        CLOSED_1007 {
            @Override
            void prepare(GenAiLiveConfiguration options) {
                options.setBaseUrl(EMULATOR.get().wsUrl());
                EMULATOR.get().faults().closeInsteadOfSetupComplete(1007, "API key not valid: " + SECRET);
            }
        },
        LOST {
            @Override
            void prepare(GenAiLiveConfiguration options) {
                options.setBaseUrl(EMULATOR.get().wsUrl());
                EMULATOR.get().faults().closeAfter(1, 1011, "Internal error with " + SECRET);
            }
        },
        PROXY_FAILURE {
            @Override
            void prepare(GenAiLiveConfiguration options) {
                // the emulator is no proxy and says so
                options.setBaseUrl("ws://127.0.0.1:9");
                options.setProxyHost("127.0.0.1");
                options.setProxyPort(EMULATOR.get().port());
                options.setProxyUsername("somebody");
                options.setProxyPassword(SECRET);
            }
        };

        abstract void prepare(GenAiLiveConfiguration options);
    }

    static Stream<Arguments> waysAndCourses() {
        return Stream.of(Way.values()).flatMap(way -> Stream.of(Course.values()).map(course -> Arguments.of(way, course)));
    }

    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final Handler javaLogging = new Handler() {
        @Override
        public void publish(LogRecord event) {
            logged.add(event.getMessage() + " " + List.of(event.getParameters() == null ? new Object[0] : event.getParameters())
                    + stackTrace(event.getThrown()));
        }

        @Override
        public void flush() {
            // nothing is buffered
        }

        @Override
        public void close() {
            // nothing is open
        }
    };
    private final AbstractAppender appender = new AbstractAppender("memory", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
            logged.add(event.getLoggerName() + " " + event.getMessage().getFormattedMessage() + stackTrace(event.getThrown()));
        }
    };
    private Level levelBefore;
    private java.util.logging.Level javaLevelBefore;

    private static String stackTrace(Throwable thrown) {
        if (thrown == null) {
            return "";
        }
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return "\n" + trace;
    }

    @BeforeEach
    void logEverything() {
        LoggerContext loggers = LoggerContext.getContext(false);
        LoggerConfig root = loggers.getConfiguration().getRootLogger();
        levelBefore = root.getLevel();
        appender.start();
        root.addAppender(appender, Level.ALL, null);
        root.setLevel(Level.TRACE);
        loggers.updateLoggers();
        java.util.logging.Logger javaRoot = java.util.logging.Logger.getLogger("");
        javaLevelBefore = javaRoot.getLevel();
        javaRoot.setLevel(java.util.logging.Level.ALL);
        javaLogging.setLevel(java.util.logging.Level.ALL);
        javaRoot.addHandler(javaLogging);
    }

    @AfterEach
    void logAsBefore() {
        LoggerContext loggers = LoggerContext.getContext(false);
        LoggerConfig root = loggers.getConfiguration().getRootLogger();
        root.removeAppender("memory");
        root.setLevel(levelBefore);
        loggers.updateLoggers();
        java.util.logging.Logger javaRoot = java.util.logging.Logger.getLogger("");
        javaRoot.removeHandler(javaLogging);
        javaRoot.setLevel(javaLevelBefore);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("waysAndCourses")
    void isNowhereToBeSeen(Way way, Course course) throws Exception {
        List<String> seen = new ArrayList<>();
        try (CamelContext context = new DefaultCamelContext()) {
            GenAiLiveComponent component = context.getComponent("genai-live", GenAiLiveComponent.class);
            GenAiLiveConfiguration options = component.getConfiguration();
            String query = way.set(options);
            options.setReconnectInitialDelay(10);
            options.setReconnectMaxAttempts(2);
            course.prepare(options);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:ask").to("genai-live:gemini-3.8-live?response=turn&turnTimeout=10s" + query);
                    from("genai-live:gemini-3.8-live").to("log:received?level=TRACE");
                }
            });
            context.start();
            logged.clear();

            Exchange exchange = context.createProducerTemplate().send("direct:ask", e -> e.getMessage().setBody("hello"));

            assertThat(exchange.getException() == null).as("succeeds").isEqualTo(course == Course.SUCCESS);
            seen.add(stackTrace(exchange.getException()));
            seen.add(options.toString() + component);
            context.getEndpoints().forEach(endpoint -> seen.add(endpoint.toString()));
            component.sessions().all().stream().map(LiveSession::toString).forEach(seen::add);
            seen.add(component.profiles().resolve("gemini-3.8-live").toString());
            seen.addAll(jmxAttributes());
            component.sessions().closeGroup("gemini-3.8-live").toCompletableFuture().join();
            await().atMost(PATIENCE).until(() -> EMULATOR.get().counters().openSockets() == 0);
        }
        assertThat(logged).as("the capture works").anyMatch(line -> line.contains("dev.camelgenai.live"));
        // at TRACE Camel logs what it masks when a JMX client reads an endpoint's URI, as jmxAttributes() just did;
        // whoever keeps keys out of URIs, as the documentation says, has none there
        logged.stream().filter(line -> !line.startsWith("org.apache.camel.support.management.")).forEach(seen::add);
        for (String form : formsOf(SECRET)) {
            assertThat(seen.stream().filter(text -> text.contains(form)).map(text -> around(text, form))).isEmpty();
        }
        assertThat(String.join("", seen).replaceAll("\\s", "")).doesNotContainIgnoringCase(
                HexFormat.of().formatHex(SECRET.getBytes(StandardCharsets.UTF_8)));
    }

    /** Where it was seen, short enough to be read in a report. */
    private static String around(String text, String form) {
        int at = text.indexOf(form);
        return text.substring(0, Math.min(120, text.length())) + " ... "
                + text.substring(Math.max(0, at - 60), Math.min(text.length(), at + form.length() + 20));
    }

    /** Plain, URL-encoded, and base64 at each of the three positions that it may have within a larger text. */
    private static List<String> formsOf(String secret) {
        List<String> forms = new ArrayList<>(List.of(secret, URLEncoder.encode(secret, StandardCharsets.UTF_8)));
        for (int shift = 0; shift < 3; shift++) {
            String encoded = Base64.getEncoder().encodeToString((" ".repeat(shift) + secret).getBytes(StandardCharsets.UTF_8));
            // the characters at both ends depend on the neighbours
            forms.add(encoded.substring(4, encoded.length() - 4));
        }
        return forms;
    }

    private static List<String> jmxAttributes() throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        List<String> values = new ArrayList<>();
        for (ObjectName name : server.queryNames(new ObjectName("org.apache.camel:*"), null)) {
            values.add(name.getCanonicalName());
            for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                if (attribute.isReadable()) {
                    try {
                        values.add(name + " " + attribute.getName() + "=" + server.getAttribute(name, attribute.getName()));
                    } catch (JMException | RuntimeException e) {
                        values.add(stackTrace(e));
                    }
                }
            }
        }
        assertThat(values).as("JMX is on").isNotEmpty();
        return values;
    }
}
