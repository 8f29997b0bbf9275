# One codebase, an image per source:
#   docker build --build-arg SOURCE=mixpanel -t ghcr.io/source-segment/source-mixpanel:0.1.0 .

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts/bundle.ts ./scripts/
COPY src ./src
# Types are checked by `make lint`, which CI runs on each commit; here they would only be stripped more slowly.
RUN node scripts/bundle.ts

FROM node:24-bookworm-slim
# The base's user `node` has the uid and gid 1000 that the platform runs connectors with. npm and its kind bring
# advisories and nothing else.
RUN usermod --login airbyte --home /airbyte --move-home node \
  && groupmod --new-name airbyte node \
  && mkdir /airbyte/integration_code \
  && chown -R airbyte:airbyte /airbyte \
  && rm -rf /usr/local/lib/node_modules /opt/yarn* \
    /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg
WORKDIR /airbyte/integration_code
# All that runs is in the bundle, so there is no node_modules. dist/packages has the package.json and the licence of each
# package that went into it: scanners of images (Trivy, Syft and what is built on them) find packages by files of that
# name. They read no lockfile in an image, and an SBOM in it only where one asks them to.
COPY --from=build --chown=airbyte:airbyte /build/dist ./dist
COPY --chown=airbyte:airbyte package.json spec.json LICENSE ./
# The siblings' specs. Each image has them all, so that all have the same layers.
COPY --chown=airbyte:airbyte connectors ./connectors

ARG SOURCE=segment
ARG VERSION=0.1.0
ENV SOURCE=$SOURCE NODE_ENV=production TZ=UTC
# The platform ignores ENTRYPOINT, evaluates this in a shell, and may do so in another directory.
ENV AIRBYTE_ENTRYPOINT="node /airbyte/integration_code/dist/main.js"
LABEL io.airbyte.name="ghcr.io/source-segment/source-$SOURCE" \
  io.airbyte.version="$VERSION" \
  org.opencontainers.image.title="source-$SOURCE" \
  org.opencontainers.image.version="$VERSION" \
  org.opencontainers.image.source="https://github.com/source-segment/source-segment" \
  org.opencontainers.image.licenses="MIT"
USER airbyte
ENTRYPOINT ["node", "/airbyte/integration_code/dist/main.js"]
