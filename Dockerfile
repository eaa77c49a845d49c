# interopwatch as a background service: docker compose up -d, or make image-check to look at it.

FROM docker.io/library/python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build

# dependencies first: they change less often than the code, and this layer is the large one
COPY requirements/main.txt requirements/build.txt requirements/
RUN python -m venv --without-pip /opt/interopwatch \
 && python -m pip --python /opt/interopwatch/bin/python install \
      --require-hashes --only-binary :all: -r requirements/main.txt \
 && python -m venv --without-pip /opt/hatch \
 && python -m pip --python /opt/hatch/bin/python install \
      --require-hashes --only-binary :all: -r requirements/build.txt

COPY . .
RUN /opt/hatch/bin/python -m hatchling build -t wheel -d wheel \
 && python -m pip --python /opt/interopwatch/bin/python install --no-deps --no-index wheel/*.whl \
 && /opt/hatch/bin/cyclonedx-py environment --output-reproducible --of JSON -o /opt/interopwatch/sbom.json /opt/interopwatch/bin/python \
 && mkdir /config \
 && INTEROPWATCH_CONFIG_DIR=/config /opt/interopwatch/bin/interopwatch --help > /dev/null  # see storage/outline.py


FROM docker.io/library/python:3.13-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="interopwatch" \
      org.opencontainers.image.description="Watches the news for one platform opening to another, and tells Telegram once per event" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"

# pictures need letters of every script: 5 MB; a font has no versions that matter
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends fonts-wqy-microhei \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log

# /data takes any --user: a volume that is made from it inherits the mode
RUN groupadd --gid 10001 interopwatch \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp \
      --shell /usr/sbin/nologin interopwatch \
 && install -d -m 0755 /config \
 && install -d -m 1777 -o 10001 -g 10001 /data

COPY --from=build /opt/interopwatch /opt/interopwatch
# temporary files go to the volume: the language model unpacks 65 MB, which a small /tmp cannot hold
ENV PATH=/opt/interopwatch/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp \
    TMPDIR=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    INTEROPWATCH_CONFIG_DIR=/config \
    INTEROPWATCH_DATABASE_URL=sqlite:////data/interopwatch.db
WORKDIR /data
VOLUME /data
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["interopwatch", "health"]
ENTRYPOINT ["interopwatch"]
CMD ["run"]
