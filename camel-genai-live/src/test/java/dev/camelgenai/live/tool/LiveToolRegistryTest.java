package dev.camelgenai.live.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.camelgenai.live.error.LiveInputException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.util.ObjectHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A tool exists while its route is started. */
@Timeout(60)
class LiveToolRegistryTest {

    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void start() {
        context.addComponent("more-tools", new GenAiLiveToolComponent());
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private void route(String id, String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).routeId(id).setBody(constant("done"));
            }
        });
    }

    private List<String> names(String... tags) {
        return LiveToolRegistry.of(context).tagged(Set.of(tags)).stream().map(tool -> tool.spec().name()).toList();
    }

    private static LiveInputException refusal(Throwable thrown) {
        return ObjectHelper.getException(LiveInputException.class, thrown);
    }

    @Test
    void allComponentsOfAContextShareTheTools() throws Exception {
        route("one", "genai-live-tool:one?tags=shop");
        route("two", "more-tools:two?tags=shop,kitchen");

        assertThat(names("shop")).containsExactly("one", "two");
        assertThat(names("kitchen")).containsExactly("two");
        assertThat(names("none")).isEmpty();
    }

    @Test
    void contextsDoNotShareTheirTools() throws Exception {
        try (DefaultCamelContext other = new DefaultCamelContext()) {
            route("one", "genai-live-tool:one?tags=shop");

            assertThat(LiveToolRegistry.of(other)).isNotSameAs(LiveToolRegistry.of(context));
            assertThat(LiveToolRegistry.of(other).tagged(Set.of("shop"))).isEmpty();
        }
    }

    @Test
    void aToolWithoutTagsIsOfferedToEveryEndpointWithTags() throws Exception {
        route("one", "genai-live-tool:one");

        assertThat(names("shop")).containsExactly("one");
        assertThat(names("kitchen")).containsExactly("one");
        assertThat(names()).isEmpty();
    }

    @Test
    void aToolComesAndGoesWithItsRoute() throws Exception {
        route("one", "genai-live-tool:one?tags=shop");
        List<String> told = new ArrayList<>();
        LiveToolRegistry.of(context).addListener(new ToolListener() {
            @Override
            public void onChange() {
                told.add(names("shop").toString());
            }
        });

        context.getRouteController().suspendRoute("one");
        assertThat(names("shop")).isEmpty();
        context.getRouteController().resumeRoute("one");
        assertThat(names("shop")).containsExactly("one");
        context.getRouteController().stopRoute("one");
        assertThat(names("shop")).isEmpty();
        context.getRouteController().startRoute("one");
        assertThat(names("shop")).containsExactly("one");

        assertThat(told).containsExactly("[]", "[one]", "[]", "[one]");
    }

    @Test
    void theSecondToolOfANameIsRefusedWithBothRoutes() throws Exception {
        route("first", "genai-live-tool:same?tags=a");

        assertThatThrownBy(() -> route("second", "more-tools:same?tags=b"))
                .satisfies(thrown -> assertThat(refusal(thrown)).hasMessageContaining("Two routes are the tool same")
                        .hasMessageContaining("route first, genai-live-tool://same?tags=a")
                        .hasMessageContaining("route second, more-tools://same?tags=b")
                        .hasMessageContaining("give one of them another name"));
        assertThat(names("a", "b")).hasSize(1);
    }

    @Test
    void aNameIsFreeWhenItsRouteHasStopped() throws Exception {
        route("first", "genai-live-tool:same?tags=a");
        context.getRouteController().stopRoute("first");

        route("second", "more-tools:same?tags=b");

        assertThat(names("b")).containsExactly("same");
        assertThatThrownBy(() -> context.getRouteController().startRoute("first"))
                .satisfies(thrown -> assertThat(refusal(thrown)).hasMessageContaining("Two routes are the tool same"));
    }

    @Test
    void aListenerRefusesAToolBeforeAnybodySeesIt() throws Exception {
        List<String> seen = new ArrayList<>();
        ToolListener picky = new ToolListener() {
            @Override
            public void onRegister(OfferedTool tool) {
                seen.add(tool.name() + names("shop"));
                throw new LiveInputException("not this one", false);
            }
        };
        LiveToolRegistry.of(context).addListener(picky);

        assertThatThrownBy(() -> route("one", "genai-live-tool:one?tags=shop"))
                .satisfies(thrown -> assertThat(refusal(thrown)).hasMessage("not this one"));
        assertThat(seen).containsExactly("one[]");
        assertThat(names("shop")).isEmpty();

        LiveToolRegistry.of(context).removeListener(picky);
        context.getRouteController().startRoute("one");
        assertThat(names("shop")).containsExactly("one");
    }

    @Test
    void aListenerThatFailsDoesNotHoldUpTheOthers() throws Exception {
        List<String> told = new ArrayList<>();
        LiveToolRegistry.of(context).addListener(new ToolListener() {
            @Override
            public void onChange() {
                throw new IllegalStateException("on purpose");
            }
        });
        LiveToolRegistry.of(context).addListener(new ToolListener() {
            @Override
            public void onChange() {
                told.add("told");
            }
        });

        route("one", "genai-live-tool:one?tags=shop");

        assertThat(told).containsExactly("told");
    }

    /** It would wait for ever if the other thread needed a lock that its caller holds. */
    @Test
    void aListenerMayWaitForAnotherThreadThatUsesTheRegistry() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Queue<List<String>> seen = new ConcurrentLinkedQueue<>();
            LiveToolRegistry.of(context).addListener(new ToolListener() {
                @Override
                public void onRegister(OfferedTool tool) {
                    onChange();
                }

                @Override
                public void onChange() {
                    try {
                        seen.add(other.submit(() -> names("shop")).get(20, TimeUnit.SECONDS));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }
            });

            route("one", "genai-live-tool:one?tags=shop");

            assertThat(seen).containsExactly(List.of(), List.of("one"));
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void ofManyThatStartAtOnceOneGetsTheName() throws Exception {
        int rivals = 8;
        for (int i = 0; i < rivals; i++) {
            int number = i;
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("genai-live-tool:same?tags=t" + number).routeId("r" + number).autoStartup(false)
                            .setBody(constant("done"));
                }
            });
        }
        List<GenAiLiveToolConsumer> consumers = context.getRoutes().stream()
                .map(route -> (GenAiLiveToolConsumer) route.getConsumer()).toList();
        assertThat(consumers).hasSize(rivals);
        ExecutorService threads = Executors.newFixedThreadPool(rivals);
        try {
            CountDownLatch ready = new CountDownLatch(rivals);
            List<Future<Boolean>> starts = new ArrayList<>();
            for (GenAiLiveToolConsumer consumer : consumers) {
                starts.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    try {
                        consumer.start();
                        return true;
                    } catch (RuntimeException e) {
                        return false;
                    }
                }));
            }
            int started = 0;
            for (Future<Boolean> start : starts) {
                started += start.get(20, TimeUnit.SECONDS) ? 1 : 0;
            }

            assertThat(started).isOne();
            assertThat(LiveToolRegistry.of(context).tagged(Set.of("t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7"))).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }
}
