package dev.camelgenai.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What the README says about building and testing is what CI does. */
class DocumentedBuildTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```\\w*\n(.*?)^```$");
    private static final Pattern PROFILE = Pattern.compile("<id>(camel-[^<]+)</id>");
    private static final Pattern CAMEL_VERSION = Pattern.compile("<camel.version>([^<]+)</camel.version>");

    private static List<String> found(Pattern pattern, Path file) throws IOException {
        return pattern.matcher(Files.readString(file)).results().map((MatchResult match) -> match.group(1)).toList();
    }

    private static List<String> commandsOfCi() throws IOException {
        return Files.readAllLines(ROOT.resolve(".ci/run")).stream().filter(line -> line.startsWith("mvn ")).toList();
    }

    @Test
    void ciRunsTheCommandsOfTheReadme() throws IOException {
        List<String> commands = found(CODE_BLOCK, ROOT.resolve("README.md")).stream().flatMap(String::lines).toList();

        assertThat(commandsOfCi()).startsWith("mvn -B -ntp verify").isNotEmpty().isSubsetOf(commands);
    }

    @Test
    void ciRunsTheProfileOfEveryOtherCamel() throws IOException {
        List<String> profiles = found(PROFILE, ROOT.resolve("pom.xml"));

        assertThat(profiles).contains("camel-4.18", "camel-4.22", "camel-cli").allSatisfy(
                profile -> assertThat(commandsOfCi()).anySatisfy(
                        command -> assertThat(command).containsPattern("-P(\\S+,)?" + Pattern.quote(profile) + "[, ]")
                                .containsPattern("-pl (\\S+,)?compatibility-tests/" + Pattern.quote(profile) + "[, ]")));
    }

    @Test
    void theReadmeNamesTheVersionsOfCamelThatAreTested() throws IOException {
        String row = Files.readAllLines(ROOT.resolve("README.md")).stream().filter(line -> line.startsWith("| Camel |"))
                .findFirst().orElseThrow();

        List<String> versions = new ArrayList<>(found(CAMEL_VERSION, ROOT.resolve("pom.xml")));
        for (String line : List.of("camel-4.18", "camel-4.22")) {
            versions.addAll(found(CAMEL_VERSION, ROOT.resolve("compatibility-tests").resolve(line).resolve("pom.xml")));
        }
        assertThat(versions).hasSize(3);
        assertThat(row).contains(versions);
    }
}
