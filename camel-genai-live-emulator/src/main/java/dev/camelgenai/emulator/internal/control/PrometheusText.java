package dev.camelgenai.emulator.internal.control;

import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

import dev.camelgenai.emulator.Counters;

/** Counters in Prometheus' text format, version 0.0.4. */
final class PrometheusText {

    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final String PREFIX = "genai_live_emulator_";

    private record Metric(String name, String type, String help, ToLongFunction<Counters> value) {
    }

    private static final List<Metric> METRICS = List.of(
            counter("upgrades_total", "WebSocket upgrades answered with 101.", Counters::upgrades),
            counter("refused_total", "Clients turned away, by an HTTP error or for their credential.", Counters::refused),
            gauge("open_sockets", "TCP connections that are open now.", Counters::openSockets),
            gauge("open_sessions", "WebSocket sessions that are open now.", Counters::openSessions),
            counter("client_messages_total", "Client messages received, the setups not counted.", Counters::clientMessages),
            counter("server_messages_total", "Messages sent, those sent by hand not counted.", Counters::serverMessages),
            counter("audio_bytes_total", "PCM received, in bytes.", Counters::audioBytes),
            counter("video_frames_total", "Images received.", Counters::videoFrames),
            counter("interruptions_total", "Answers that the user has cut short.", Counters::interruptions));

    private PrometheusText() {
    }

    /**
     * @param faults how often each kind has happened
     */
    static String of(Counters counters, Map<String, Long> faults) {
        StringBuilder text = new StringBuilder();
        METRICS.forEach(metric -> {
            describe(text, metric.name(), metric.type(), metric.help());
            text.append(PREFIX).append(metric.name()).append(' ').append(metric.value().applyAsLong(counters)).append('\n');
        });
        describe(text, "faults_total", "counter", "Faults that have happened, by kind.");
        faults.forEach((kind, times) -> text.append(PREFIX).append("faults_total{kind=\"").append(kind).append("\"} ")
                .append(times).append('\n'));
        return text.toString();
    }

    private static void describe(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(PREFIX).append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(PREFIX).append(name).append(' ').append(type).append('\n');
    }

    private static Metric counter(String name, String help, ToLongFunction<Counters> value) {
        return new Metric(name, "counter", help, value);
    }

    private static Metric gauge(String name, String help, ToLongFunction<Counters> value) {
        return new Metric(name, "gauge", help, value);
    }
}
