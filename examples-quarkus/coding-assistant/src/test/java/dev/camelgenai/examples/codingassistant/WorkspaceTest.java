package dev.camelgenai.examples.codingassistant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import dev.camelgenai.examples.codingassistant.Workspace.Limits;
import dev.camelgenai.examples.codingassistant.Workspace.Opener;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What a model may see, and whatever it tries not more; with both ways to hold directories. */
@ParameterizedClass
@MethodSource("openers")
@Timeout(60)
class WorkspaceTest {

    private static final String OUTSIDE = "nobody may see this";
    private static final Limits SMALL = new Limits(5, 1_000, 3, 200, 2, 50, Duration.ofSeconds(5));

    private final Opener opener;

    @TempDir
    private Path temp;
    private Path project;
    private Path secret;
    private Workspace workspace;

    WorkspaceTest(Opener opener) {
        this.opener = opener;
    }

    static Stream<Named<Opener>> openers() {
        Opener named = path -> new NamedDirectory(path, Files.newDirectoryStream(path));
        return Stream.of(Named.of("held", OpenDirectory::of), Named.of("named", named));
    }

    @BeforeEach
    void makeProject() throws IOException {
        Path outside = Files.createDirectories(temp.resolve("outside"));
        secret = Files.writeString(outside.resolve("plans.txt"), OUTSIDE);
        project = Files.createDirectories(temp.resolve("project"));
        Files.createDirectories(project.resolve("src/deep"));
        Files.writeString(project.resolve("README.md"), "A project\nwith two lines");
        Files.writeString(project.resolve("src/Main.java"), "class Main {\n    // Grüße\n}\n");
        Files.writeString(project.resolve("src/deep/Other.java"), "class Other extends Main {\n}\n");
        workspace = Workspace.of(project, Limits.USUAL, opener);
    }

    @Test
    void listsWhatIsThere() throws IOException {
        assertThat(workspace.list(".").lines()).containsExactly("In .:", "README.md (24 bytes)", "src/");
        assertThat(workspace.list("src/").lines()).containsExactly("In src:", "Main.java (30 bytes)", "deep/");
    }

    @Test
    void readsLinesWithTheirNumbers() throws IOException {
        assertThat(workspace.read("src/Main.java", 1))
                .isEqualTo("Lines 1 to 3 of 3 in src/Main.java:\n1: class Main {\n2:     // Grüße\n3: }");
        assertThat(workspace.read("./README.md", 2)).isEqualTo("Lines 2 to 2 of 2 in README.md:\n2: with two lines");
    }

    @Test
    void findsWordsWhateverTheirCase() throws IOException {
        assertThat(workspace.search("MAIN", ".")).isEqualTo("2 lines found with \"MAIN\" in 3 files\n"
                + "src/Main.java:1: class Main {\nsrc/deep/Other.java:1: class Other extends Main {");
        assertThat(workspace.search("main", "src/deep")).startsWith("1 line found").doesNotContain("Main.java");
        assertThat(workspace.search("nowhere", ".")).isEqualTo("Nothing found with \"nowhere\" in 3 files");
    }

    @ParameterizedTest
    @ValueSource(strings = { "..", "../outside/plans.txt", "src/../../outside/plans.txt", "./../outside/plans.txt",
        "src/../README.md", "....//outside", "/etc/passwd", "//etc/passwd", "~/plans.txt", "~root/plans.txt",
        "C:\\Windows\\win.ini", "c:/Windows/win.ini", "C:plans.txt", "..\\outside\\plans.txt", "src\\Main.java",
        "\\\\server\\share\\plans.txt", "README.md\0", "README.md\0.png", "\0", "src/\nMain.java", "README.md::$DATA",
        "README.md.", "README.md ", "file:///etc/passwd", "src/deep/../../..", ".. /outside", "%2e%2e/outside/plans.txt",
        "\uff0e\uff0e/outside/plans.txt" })
    void staysInTheDirectory(String path) {
        assertRefused(() -> workspace.read(path, 1));
        assertRefused(() -> workspace.list(path));
        assertRefused(() -> workspace.search("this", path));
    }

    @Test
    void takesNoAbsolutePathEvenOfAFileInTheDirectory() {
        assertRefused(() -> workspace.read(project.resolve("README.md").toString(), 1)).hasMessageContaining("not relative");
    }

    @Test
    void refusesEndlessPaths() {
        assertRefused(() -> workspace.read("a/".repeat(400) + "b", 1)).hasMessageContaining("at most 32 names");
        assertRefused(() -> workspace.read("a".repeat(2_000), 1)).hasMessageContaining("at most 1024 characters");
    }

    @Test
    void followsNoLinkOutOfTheDirectory() throws IOException {
        Files.createSymbolicLink(project.resolve("plans.txt"), secret);
        Files.createSymbolicLink(project.resolve("relative.txt"), Path.of("../outside/plans.txt"));
        Files.createSymbolicLink(project.resolve("outside"), secret.getParent());
        Files.createSymbolicLink(project.resolve("src/up"), Path.of("../.."));
        Files.createSymbolicLink(project.resolve("chain"), Path.of("outside"));

        for (String path : new String[]{ "plans.txt", "relative.txt", "outside/plans.txt", "src/up/outside/plans.txt",
            "chain/plans.txt" }) {
            assertRefused(() -> workspace.read(path, 1)).hasMessageContaining("is a link");
        }
        for (String path : new String[]{ "outside", "src/up", "src/up/outside", "chain" }) {
            assertRefused(() -> workspace.list(path)).hasMessageContaining("is a link");
            assertRefused(() -> workspace.search("this", path)).hasMessageContaining("is a link");
        }
        assertThat(workspace.search("this", ".")).startsWith("Nothing found");
        assertThat(workspace.list(".")).doesNotContain("plans", "relative", "outside", "chain").contains("(4 not shown");
    }

    @Test
    void followsNoLinkWithinTheDirectoryEither() throws IOException {
        Files.createSymbolicLink(project.resolve("self"), Path.of("."));
        Files.createSymbolicLink(project.resolve("copy.md"), Path.of("README.md"));

        assertRefused(() -> workspace.read("self/README.md", 1)).hasMessageContaining("self is a link");
        assertRefused(() -> workspace.read("copy.md", 1)).hasMessageContaining("copy.md is a link");
        assertThat(workspace.search("two lines", ".")).startsWith("1 line found");
    }

    @Test
    void isNotFooledByALinkThatComesWhileItReads() throws Exception {
        assumeTrue(holdsDirectories(), "the other way has a gap, and says so");
        Path directory = Files.createDirectories(project.resolve("changing"));
        Files.writeString(directory.resolve("plans.txt"), "harmless");
        Path aside = temp.resolve("aside");
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> changing = CompletableFuture.runAsync(() -> {
            while (!stop.get()) {
                replaceByLinkAndBack(directory, aside);
            }
        });
        int seen = 0;
        try {
            for (int i = 0; i < 3_000; i++) {
                String text = attempt(() -> workspace.read("changing/plans.txt", 1))
                        + attempt(() -> workspace.search("may see this", "."))
                        + attempt(() -> workspace.list("changing"));
                assertThat(text).doesNotContain(OUTSIDE);
                seen += text.contains("harmless") ? 1 : 0;
            }
        } finally {
            stop.set(true);
            changing.get(10, TimeUnit.SECONDS);
        }
        assertThat(seen).isPositive();
    }

    @Test
    void opensNoLinkEvenWhenNobodyHasLooked() throws IOException {
        Files.createSymbolicLink(project.resolve("plans.txt"), secret);
        Files.createSymbolicLink(project.resolve("outside"), secret.getParent());

        try (OpenDirectory directory = opener.open(project)) {
            assertThatThrownBy(() -> directory.file("plans.txt")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> directory.directory("outside")).isInstanceOf(IOException.class);
        }
    }

    private boolean holdsDirectories() throws IOException {
        try (OpenDirectory directory = opener.open(project)) {
            return directory instanceof HeldDirectory;
        }
    }

    private void replaceByLinkAndBack(Path directory, Path aside) {
        try {
            Files.move(directory, aside);
            Files.createSymbolicLink(directory, secret.getParent());
            Files.delete(directory);
            Files.move(aside, directory);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What came of it: it may be refused, or fail. */
    private static String attempt(Callable<String> call) throws Exception {
        try {
            return call.call();
        } catch (RefusedException | IOException e) {
            return e.getClass().getSimpleName();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { ".env", ".git/config", ".ssh/known_hosts", "src/.hidden", "server.pem", "SERVER.PEM", "tls.Key",
        "id_rsa", "ID_ED25519", "id_ed25519.pub", "credentials", "Credentials.json", "aws-credentials.txt", "secrets.yaml",
        "db_password.txt", "release.jks", "prod.tfvars", "secrets/notes.txt", "service-account-prod.json" })
    void showsNoSecrets(String path) throws IOException {
        Path file = project.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, OUTSIDE);

        assertRefused(() -> workspace.read(path, 1)).hasMessageContaining("keys or passwords");
        assertThat(workspace.search(OUTSIDE, ".")).startsWith("Nothing found");
        String parent = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : ".";
        assertThat(attemptList(parent)).doesNotContain(file.getFileName().toString());
    }

    private String attemptList(String path) throws IOException {
        try {
            return workspace.list(path);
        } catch (RefusedException e) {
            return "refused";
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "KeyStore.java", "Passwords2.java", "monkey.txt", "environment.md", "secretary.txt" })
    void showsCodeThatOnlySoundsLikeIt(String name) throws IOException {
        Files.writeString(project.resolve(name), "harmless");

        assertThat(workspace.read(name, 1)).contains("harmless");
    }

    @Test
    void opensNothingByAnotherSpelling() {
        assertRefused(() -> workspace.read("readme.md", 1)).hasMessageContaining("There is no readme.md");
        assertRefused(() -> workspace.list("SRC")).hasMessageContaining("There is no SRC");
    }

    @Test
    @EnabledOnOs({ OS.LINUX, OS.MAC })
    void neitherWaitsForAPipeNorReadsADevice() throws Exception {
        Process mkfifo = new ProcessBuilder("mkfifo", project.resolve("pipe").toString()).inheritIO().start();
        assertThat(mkfifo.waitFor()).isZero();

        assertRefused(() -> workspace.read("pipe", 1)).hasMessageContaining("no ordinary file");
        assertThat(workspace.search("main", ".")).startsWith("2 lines found");
        assertThat(workspace.list(".")).doesNotContain("pipe");
        Workspace devices = Workspace.of(Path.of("/dev"), Limits.USUAL, opener);
        assertRefused(() -> devices.read("zero", 1)).hasMessageContaining("no ordinary file");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void doesNotTrustTheSizeThatAFileClaims() throws IOException {
        // its size is 0, and there is more than that
        Workspace kernel = Workspace.of(Path.of("/proc/sys/kernel"), new Limits(5, 4, 3, 200, 2, 50, Duration.ofSeconds(5)),
                opener);

        assertRefused(() -> kernel.read("ostype", 1)).hasMessageContaining("too large");
    }

    @Test
    void readsTextOnly() throws IOException {
        Files.write(project.resolve("picture"), new byte[]{ 'a', 0, 'b' });
        Files.write(project.resolve("latin1.txt"), new byte[]{ 'a', (byte) 0xe4, 'b' });

        assertRefused(() -> workspace.read("picture", 1)).hasMessageContaining("no text in UTF-8");
        assertRefused(() -> workspace.read("latin1.txt", 1)).hasMessageContaining("no text in UTF-8");
        assertThat(workspace.search("main", ".")).startsWith("2 lines found with \"main\" in 3 files, 2 left out");
    }

    @Test
    void boundsWhatItTells() throws IOException {
        Workspace small = Workspace.of(project, SMALL, opener);
        Files.writeString(project.resolve("large.txt"), "x".repeat(1_001));
        Files.writeString(project.resolve("long.txt"), "main\n".repeat(10));
        Files.writeString(project.resolve("wide.txt"), "y".repeat(900));
        Files.writeString(project.resolve("src/a.txt"), "1");
        Files.writeString(project.resolve("src/b.txt"), "2");
        Files.writeString(project.resolve("src/c.txt"), "3");
        Files.writeString(project.resolve("src/d.txt"), "4");

        assertRefused(() -> small.read("large.txt", 1)).hasMessageContaining("up to 1000 bytes");
        assertThat(small.read("long.txt", 2)).contains("Lines 2 to 4 of 10").endsWith("(It goes on with line 5)");
        assertThat(small.read("wide.txt", 1)).hasSizeLessThan(300).endsWith("... (cut)");
        assertThat(small.list("src").lines()).hasSize(7).last().asString().startsWith("(There are more");
        assertThat(small.search("main", ".").lines()).hasSize(4).last().asString().startsWith("(There may be more");
    }

    @Test
    void stopsSearchingWhenItTakesTooLong() throws IOException {
        Workspace hasty = Workspace.of(project, new Limits(5, 1_000, 3, 200, 2, 50, Duration.ZERO), opener);

        assertThat(hasty.search("main", ".")).contains("Not all files have been searched");
    }

    @Test
    void takesARegularExpressionForWords() throws IOException {
        Files.writeString(project.resolve("text.txt"), "a".repeat(50_000) + "\nthe very (a+)+$ itself");

        assertThat(workspace.search("(a+)+$", ".")).isEqualTo("1 line found with \"(a+)+$\" in 4 files\n"
                + "text.txt:2: the very (a+)+$ itself");
        assertThat(workspace.search("a".repeat(199) + "b", ".")).startsWith("Nothing found");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "a", "two\nlines" })
    void refusesWhatCannotBeSearched(String text) {
        assertRefused(() -> workspace.search(text, ".")).hasMessageContaining("2 to 200 characters");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            src           | 1  | src is a directory; it can be listed
            .             | 1  | Which file?
            nowhere.txt   | 1  | There is no nowhere.txt
            nowhere/a.txt | 1  | There is no nowhere
            README.md/a   | 1  | README.md is no directory
            README.md     | 3  | README.md has the lines 1 to 2
            README.md     | 0  | README.md has the lines 1 to 2
            """)
    void tellsWhatIsWrong(String path, int line, String message) {
        assertRefused(() -> workspace.read(path, line)).hasMessageStartingWith(message);
    }

    @Test
    void namesNoPlaceOutsideOfTheDirectory() {
        assertRefused(() -> workspace.read("nowhere/a.txt", 1)).message().doesNotContain(temp.toString());
    }

    @Test
    void needsADirectory() {
        assertThatThrownBy(() -> Workspace.of(project.resolve("README.md"))).hasMessageContaining("set coding.directory");
        assertThatThrownBy(() -> Workspace.of(project.resolve("nowhere"))).isInstanceOf(IOException.class);
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(Callable<String> call) {
        return assertThatThrownBy(call::call).isInstanceOf(RefusedException.class);
    }
}
