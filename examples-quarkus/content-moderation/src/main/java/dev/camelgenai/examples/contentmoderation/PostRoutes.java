package dev.camelgenai.examples.contentmoderation;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.examples.contentmoderation.Verdict.Decision;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Posts come in over HTTP, wait in lanes for their verdict, and are where their verdict puts them. {@code routes/moderate.camel.yaml} is
 * in between.
 */
@ApplicationScoped
public class PostRoutes extends RouteBuilder {

    /** With a {@link Post}; over when the post waits for its verdict. */
    static final String SUBMIT = "direct:submit";

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String LANE = "lane";
    private static final Pattern AUTHOR = Pattern.compile("[A-Za-z0-9._~-]{1,64}");
    private static final Pattern ID = Pattern.compile("\\d{1,18}");

    private final Board board;
    private final Undecided undecided;
    private final int lanes;
    private final int maxCharacters;

    PostRoutes(Board board, Undecided undecided, @ConfigProperty(name = "moderation.lanes") int lanes,
            @ConfigProperty(name = "moderation.max-characters") int maxCharacters) {
        this.board = board;
        this.undecided = undecided;
        this.lanes = lanes;
        this.maxCharacters = maxCharacters;
    }

    @Override
    public void configure() {
        onException(BadRequestException.class).handled(true).process(exchange -> answer(exchange, 400,
                exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class).getMessage()));

        from("platform-http:/posts/{author}?httpMethodRestrict=POST&consumes=text/plain").routeId("post")
                .process(this::receive)
                .doTry()
                .to(SUBMIT)
                .process(
                        exchange -> answer(exchange, 202, String.valueOf(exchange.getProperty(Post.PROPERTY, Post.class).id())))
                // a lane is full
                .doCatch(IllegalStateException.class)
                .process(exchange -> {
                    board.remove(exchange.getProperty(Post.PROPERTY, Post.class));
                    answer(exchange, 503, "Too many posts wait for their verdict; try again later");
                })
                .end();

        // posts of one author are in one lane, and a lane judges one at a time: so they keep their order, repetitions included
        from(SUBMIT).routeId("submit")
                .process(this::chooseLane)
                .toD("seda:lane-${header.lane}?size={{moderation.max-waiting}}&waitForTaskToComplete=Never");
        for (int lane = 0; lane < lanes; lane++) {
            from("seda:lane-" + lane + "?size={{moderation.max-waiting}}").routeId("lane-" + lane)
                    .doTry()
                    .to("direct:moderate?synchronous=true")
                    // what the route itself does not handle leaves no post without a verdict
                    .doCatch(Exception.class).process(undecided).process(this::judge)
                    .end();
        }

        from("direct:allow").routeId("allow").process(this::judge);
        from("direct:block").routeId("block").process(this::judge).to("direct:forget");
        from("direct:review").routeId("review").process(this::judge).to("direct:forget");

        // a session in which something doubtful was said judges nothing else
        from("direct:forget").routeId("forget")
                .to("genai-live:{{live.model}}?sessionGroup=moderation&operation=closeSession");

        from("platform-http:/posts/{id}?httpMethodRestrict=GET").routeId("verdict").process(this::tellVerdict);
        from("platform-http:/verdicts/{verdict}?httpMethodRestrict=GET").routeId("verdicts").process(this::list);
    }

    private void receive(Exchange exchange) {
        Message message = exchange.getMessage();
        // platform-http makes a list of it when a request header or query parameter has the same name
        if (!(message.getHeader("author") instanceof String author) || !AUTHOR.matcher(author).matches()) {
            throw new BadRequestException("An author is named in the path, and there only: 1 to 64 letters, digits or any of"
                    + " . _ ~ -");
        }
        String text = message.getBody(String.class);
        if (text == null || text.isBlank()) {
            throw new BadRequestException("The body is empty; put there, as text/plain, the post");
        }
        if (text.length() > maxCharacters) {
            throw new BadRequestException("The post has " + text.length() + " characters; at most " + maxCharacters
                    + " are accepted (moderation.max-characters)");
        }
        Post post = board.add(author, text);
        message.removeHeaders("*");
        message.setBody(post);
    }

    private void chooseLane(Exchange exchange) {
        Post post = exchange.getMessage().getBody(Post.class);
        exchange.setProperty(Post.PROPERTY, post);
        exchange.getMessage().setHeader(LANE, Math.floorMod(post.author().hashCode(), lanes));
    }

    private void judge(Exchange exchange) {
        board.judge(exchange.getMessage().getBody(Judged.class));
    }

    private void tellVerdict(Exchange exchange) {
        Object id = exchange.getMessage().getHeader("id");
        if (!(id instanceof String number) || !ID.matcher(number).matches()) {
            throw new BadRequestException("A post is asked for by its number, such as /posts/1");
        }
        board.find(Long.parseLong(number)).ifPresentOrElse(
                verdict -> answer(exchange, 200, verdict.isDone() ? verdict.join().verdict().toString() : "pending"),
                () -> answer(exchange, 404, "There is no post " + number + ", or no longer"));
    }

    private void list(Exchange exchange) {
        Object name = exchange.getMessage().getHeader("verdict");
        Decision decision = Stream.of(Decision.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(name)).findFirst()
                .orElseThrow(() -> new BadRequestException("The verdicts are allow, block and review"));
        answer(exchange, 200, board.posts(decision).stream().map(Judged::toString).collect(Collectors.joining("\n")));
    }

    private static void answer(Exchange exchange, int status, String text) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, TEXT);
        message.setBody(text + '\n');
    }
}
