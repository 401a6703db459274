package dev.camelgenai.live;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

/** The rooms and the one direction between them, as docs/architecture.adoc draws them. */
@AnalyzeClasses(packages = "dev.camelgenai.live", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "dev.camelgenai.live";

    @ArchTest
    static final ArchRule ARROWS_POINT_DOWN = layeredArchitecture().consideringOnlyDependenciesInAnyPackage(ROOT + "..")
            .layer("camel").definedBy(ROOT)
            .layer("tool").definedBy(ROOT + ".tool..")
            .layer("observability").definedBy(ROOT + ".observability..")
            .layer("session").definedBy(ROOT + ".session..")
            .layer("protocol").definedBy(ROOT + ".protocol..")
            .layer("media").definedBy(ROOT + ".media..")
            .layer("transport").definedBy(ROOT + ".transport..")
            .layer("error").definedBy(ROOT + ".error..")
            .whereLayer("camel").mayNotBeAccessedByAnyLayer()
            .whereLayer("tool").mayOnlyBeAccessedByLayers("camel")
            .whereLayer("observability").mayOnlyBeAccessedByLayers("camel")
            .whereLayer("session").mayOnlyBeAccessedByLayers("camel", "tool", "observability")
            .whereLayer("protocol").mayOnlyBeAccessedByLayers("camel", "session")
            .whereLayer("media").mayOnlyBeAccessedByLayers("camel")
            .whereLayer("transport").mayOnlyBeAccessedByLayers("camel", "session")
            .whereLayer("error").mayOnlyBeAccessedByLayers("camel", "tool", "session", "protocol", "media", "transport");

    @ArchTest
    static final ArchRule THE_LOWER_ROOMS_ARE_FREE_OF_CAMEL = noClasses().that()
            .resideInAnyPackage(ROOT + ".observability..", ROOT + ".session..", ROOT + ".protocol..", ROOT + ".media..",
                    ROOT + ".transport..",
                    ROOT + ".error..")
            .should().dependOnClassesThat().resideInAPackage("org.apache.camel..");

    @ArchTest
    static final ArchRule ONLY_THE_TRANSPORT_KNOWS_THE_HTTP_CLIENT = noClasses().that()
            .resideOutsideOfPackage(ROOT + ".transport..")
            .should().dependOnClassesThat()
            .resideInAnyPackage("org.asynchttpclient..", "io.netty.channel..", "io.netty.handler..");

    @ArchTest
    static final ArchRule THE_SESSION_SEES_THE_SOCKET_THROUGH_ITS_INTERFACES = noClasses().that()
            .resideInAPackage(ROOT + ".session..").should().dependOnClassesThat().haveSimpleName("AhcLiveConnector");

    @ArchTest
    static final ArchRule THE_TRANSPORT_KNOWS_NO_MESSAGES = noClasses().that().resideInAPackage(ROOT + ".transport..")
            .should().dependOnClassesThat().resideInAnyPackage("com.google.genai..", "com.fasterxml..");

    @ArchTest
    static final ArchRule GOOGLES_OWN_SESSION_IS_NOT_USED = noClasses().should().dependOnClassesThat()
            .haveFullyQualifiedName("com.google.genai.AsyncSession").orShould().dependOnClassesThat()
            .haveFullyQualifiedName("com.google.genai.AsyncLive");

    @ArchTest
    static final ArchRule EXCEPTIONS_LIVE_IN_THE_ERROR_PACKAGE = classes().that()
            .areAssignableTo("dev.camelgenai.live.error.GenAiLiveException").should().resideInAPackage(ROOT + ".error");
}
