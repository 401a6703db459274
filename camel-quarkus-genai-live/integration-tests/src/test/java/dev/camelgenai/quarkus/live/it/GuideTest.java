package dev.camelgenai.quarkus.live.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The files that the guide shows are those of this application, whose tests run. */
class GuideTest {

    private static final Path GUIDE = Path.of("..", "..", "docs", "quarkus.adoc");
    private static final Pattern FILE = Pattern.compile("(?ms)^\\.`(src/[^`]+)`\n\\[source,\\w+]\n----\n(.*?)^----$");

    @Test
    void everyFileIsShownAsItIs() throws IOException {
        List<MatchResult> files = FILE.matcher(Files.readString(GUIDE)).results().toList();

        assertThat(files).extracting(file -> file.group(1)).containsExactly("src/main/java/org/acme/live/AskRoutes.java",
                "src/main/resources/application.properties", "src/test/java/org/acme/live/AskTest.java",
                "src/test/java/org/acme/live/LiveServiceResource.java", "src/test/java/org/acme/live/LostConnectionTest.java");
        for (MatchResult file : files) {
            assertThat(file.group(2)).as(file.group(1)).isEqualTo(Files.readString(Path.of(file.group(1))));
        }
    }
}
