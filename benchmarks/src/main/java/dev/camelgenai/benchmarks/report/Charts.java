package dev.camelgenai.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.camelgenai.benchmarks.PeerName;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.style.Styler;

/** Plots, as SVG. */
public final class Charts {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 450;

    private final Results results;

    public Charts(Results results) {
        this.results = results;
    }

    /** Writes those of which anything was measured, and tells their files. */
    public List<Path> write(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        write(directory.resolve("throughput.svg"), Metric.RATE, List.of("uplink-1", "uplink-100", "downlink"), files);
        write(directory.resolve("cpu.svg"), Metric.CPU,
                List.of("uplink-1", "uplink-100", "downlink", "duplex-200x50", "duplex-200x25", "duplex-400x50"), files);
        write(directory.resolve("latency-p50.svg"), Metric.P50, List.of("duplex-200x25", "duplex-200x50", "duplex-400x50"),
                files);
        write(directory.resolve("latency-p99.svg"), Metric.P99, List.of("duplex-200x25", "duplex-200x50", "duplex-400x50"),
                files);
        write(directory.resolve("scale-threads.svg"), Metric.THREADS, List.of("scale-5000x10", "scale-10000x0.5"), files);
        write(directory.resolve("scale-memory.svg"), Metric.RESIDENT, List.of("scale-5000x10", "scale-10000x0.5"), files);
        return files;
    }

    /** A group of bars for each workload, a bar for each peer; the axis is logarithmic, as peers are factors apart. */
    private void write(Path file, Metric metric, List<String> workloads, List<Path> files) throws IOException {
        List<String> measured = workloads.stream().filter(
                workload -> results.peers(workload).stream()
                        .anyMatch(peer -> results.spread(workload, peer, metric).isPresent()))
                .toList();
        if (measured.isEmpty()) {
            return;
        }
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(metric.title())
                .yAxisTitle(metric.title()).build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        chart.getStyler().setYAxisLogarithmic(true);
        double least = Double.MAX_VALUE;
        for (PeerName peer : PeerName.values()) {
            List<Optional<Spread>> spreads = measured.stream().map(workload -> results.spread(workload, peer, metric)).toList();
            if (spreads.stream().anyMatch(Optional::isPresent)) {
                least = spreads.stream().flatMap(Optional::stream).mapToDouble(Spread::median).reduce(least, Math::min);
                chart.addSeries(peer.toString(), measured,
                        spreads.stream().map(spread -> spread.map(Spread::median).orElse(null)).toList());
            }
        }
        // bars begin at zero unless told otherwise, which a logarithmic axis has not
        chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(least))));
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
        files.add(file);
    }
}
