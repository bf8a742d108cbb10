# Production only: src/dev, with the embedded provider and its users, never enters the build.

FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY pom.xml server.xml ./
COPY src/main src/main
# the application serves it: problem documents link to it
COPY docs/errors.md docs/
# The server with only the features that server.xml names
RUN mvn -B -ntp -Dmaven.test.skip -DlooseApplication=false -Dinclude=minify -DpackageType=tar.gz \
        package liberty:create liberty:deploy liberty:package \
 && tar -xzf target/gatehouse.tar.gz -C /opt \
 && rm /opt/wlp/usr/servers/defaultServer/server.env \
 && chmod -R a+rX /opt/wlp

FROM eclipse-temurin:17-jre
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin gatehouse \
 && mkdir /var/lib/gatehouse && chown gatehouse /var/lib/gatehouse
COPY --from=build /opt/wlp /opt/gatehouse
COPY LICENSE /opt/gatehouse/LICENSE
# Everything the server writes: sessions (embedded database), logs, its self-made certificate
ENV WLP_OUTPUT_DIR=/var/lib/gatehouse \
    MALLOC_ARENA_MAX=2
VOLUME /var/lib/gatehouse
USER gatehouse
EXPOSE 9080 9443
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${HTTP_PORT:-9080} && printf 'GET /health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200'"]
ENTRYPOINT ["/opt/gatehouse/bin/server", "run", "defaultServer"]
