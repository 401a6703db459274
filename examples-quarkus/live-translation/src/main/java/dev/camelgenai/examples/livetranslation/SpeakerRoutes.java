package dev.camelgenai.examples.livetranslation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.examples.livetranslation.SpokenSentences.Sentence;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;

import static dev.camelgenai.live.GenAiLiveConstants.MIME_TYPE;
import static dev.camelgenai.live.GenAiLiveConstants.SESSION_KEY;

/** What the speaker sends goes to the interpreters of all languages in which somebody listens, at once. */
@ApplicationScoped
public class SpeakerRoutes extends RouteBuilder {

    static final String SAY = "direct:say";
    static final String PLAY = "direct:play";

    private static final String TALK = "talk";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String INTERPRETERS = "interpreters";
    private static final int WAV_HEADER = 12;

    private final Audience audience;
    private final SpokenSentences spoken;
    private final TranslationConfig config;

    SpeakerRoutes(Audience audience, SpokenSentences spoken, TranslationConfig config) {
        this.audience = audience;
        this.spoken = spoken;
        this.config = config;
    }

    @Override
    public void configure() {
        onException(BadRequestException.class).handled(true)
                .removeHeaders("*")
                .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(400))
                .setHeader(Exchange.CONTENT_TYPE, constant(TEXT))
                .setBody(simple("${exception.message}\n"));

        from("platform-http:/talks/{talk}?httpMethodRestrict=POST&consumes=text/plain").routeId("talk-text")
                .process(this::checkTalk)
                .process(this::checkSentence)
                .to(SAY)
                .process(SpeakerRoutes::answer);

        from("platform-http:/talks/{talk}?httpMethodRestrict=POST&consumes=audio/wav,audio/x-wav,audio/wave")
                .routeId("talk-speech")
                .process(this::checkTalk)
                .process(SpeakerRoutes::checkRecording)
                .to(PLAY)
                .process(SpeakerRoutes::answer);

        // answers when every interpreter has translated the sentence; no thread waits for them
        from(SAY).routeId("say")
                .process(exchange -> callInterpreters(exchange, InterpreterRoutes.TRANSLATE))
                .process(this::tellOriginal)
                .recipientList(exchangeProperty(INTERPRETERS)).parallelProcessing().aggregationStrategy(Outcomes::add).end()
                .setBody(Outcomes::of);

        from(PLAY).routeId("play")
                .process(exchange -> callInterpreters(exchange, InterpreterRoutes.INTERPRET))
                .recipientList(exchangeProperty(INTERPRETERS)).parallelProcessing().aggregationStrategy(Outcomes::add).end()
                .setBody(Outcomes::of);

        from("platform-http:/talks/{talk}?httpMethodRestrict=DELETE").routeId("talk-end")
                .process(this::checkTalk)
                .process(exchange -> audience.end(exchange.getMessage().getHeader(SESSION_KEY, String.class)))
                .removeHeaders("*")
                .setBody(constant(""))
                .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(204));

        from("platform-http:/talks/{talk}/{language}/speech?httpMethodRestrict=GET").routeId("talk-listen-speech")
                .process(this::checkTalk)
                .process(this::lastSentence)
                .choice()
                .when(body().isNull()).setHeader(Exchange.HTTP_RESPONSE_CODE, constant(404))
                .otherwise().transformDataType("genai-live:wav");
    }

    private void checkTalk(Exchange exchange) {
        Message message = exchange.getMessage();
        Object name = message.getHeader(TALK);
        // platform-http makes a list of it when a request header or query parameter has the same name
        if (!Booth.isTalk(name)) {
            throw new BadRequestException(
                    "A talk is named in the path, and there only: 1 to 64 letters, digits or any of . _ ~ -");
        }
        message.setHeader(SESSION_KEY, name);
    }

    private void checkSentence(Exchange exchange) {
        String text = exchange.getMessage().getBody(String.class);
        if (text == null || text.isBlank()) {
            throw new BadRequestException("The body is empty; put there, as text/plain, what you say");
        }
        if (text.length() > config.maxCharacters()) {
            throw new BadRequestException("The body has " + text.length() + " characters; at most " + config.maxCharacters()
                    + " are accepted at a time (translation.max-characters)");
        }
        exchange.getMessage().setBody(text.strip());
    }

    /** What is no WAV file would be sent as if it were sound. */
    private static void checkRecording(Exchange exchange) {
        byte[] wav = exchange.getMessage().getBody(byte[].class);
        String beginning = wav == null
                ? ""
                : new String(wav, 0, Math.min(wav.length, WAV_HEADER), StandardCharsets.ISO_8859_1);
        if (!beginning.startsWith("RIFF") || !beginning.endsWith("WAVE") || beginning.length() < WAV_HEADER) {
            throw new BadRequestException("The body is no WAV file; 16 kHz, mono and 16 bits is best");
        }
        exchange.getMessage().setBody(wav);
    }

    private void callInterpreters(Exchange exchange, String route) {
        String talk = exchange.getMessage().getHeader(SESSION_KEY, String.class);
        List<String> routes = audience.languages(talk).stream().map(language -> route + language).toList();
        exchange.setProperty(INTERPRETERS, routes);
    }

    private void tellOriginal(Exchange exchange) {
        String talk = exchange.getMessage().getHeader(SESSION_KEY, String.class);
        Caption original = new Caption(Caption.Kind.original, exchange.getMessage().getBody(String.class));
        audience.languages(talk).forEach(language -> audience.tell(new Booth(talk, language), original));
    }

    private void lastSentence(Exchange exchange) {
        Message message = exchange.getMessage();
        Booth booth = new Booth(message.getHeader(SESSION_KEY, String.class), String.valueOf(message.getHeader("language")));
        Optional<Sentence> last = spoken.last(booth);
        message.removeHeaders("*");
        message.setBody(last.map(Sentence::pcm).orElse(null));
        message.setHeader(MIME_TYPE, last.map(Sentence::mimeType).orElse(null));
    }

    private static void answer(Exchange exchange) {
        Message message = exchange.getMessage();
        Outcomes outcomes = message.getBody(Outcomes.class);
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, outcomes.status());
        message.setHeader(Exchange.CONTENT_TYPE, TEXT);
        message.setBody(outcomes.toString());
    }
}
