# One image for every service, the gateway's renderer and the certificate issuer; the command says which.
FROM node:24-bookworm-slim AS contracts
WORKDIR /shopverse
COPY package.json package-lock.json buf.yaml ./
COPY proto ./proto
RUN npm ci --ignore-scripts --workspace proto && node proto/generate.ts

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /shopverse
COPY package.json package-lock.json ./
COPY proto/package.json ./proto/
COPY mesh/package.json ./mesh/
COPY gateway/package.json ./gateway/
COPY services ./services
RUN npm ci --ignore-scripts --omit=dev --workspace proto --workspace mesh --workspace gateway \
      --workspace services/auth --workspace services/user --workspace services/product --workspace services/order --workspace services/payment \
      --workspace services/notification --workspace services/analytics --workspace services/recommendation --workspace services/sandbox \
 && npm cache clean --force
COPY mesh ./mesh
COPY gateway ./gateway
COPY deploy/issue-certificates.ts ./deploy/
COPY proto/runtime ./proto/runtime
COPY --from=contracts /shopverse/proto/gen ./proto/gen
ARG SHOPVERSE_COMMIT=unknown
ENV SHOPVERSE_COMMIT=$SHOPVERSE_COMMIT
# Nobody in particular: the processes write nothing but to their volumes, which take their owner from these folders.
RUN mkdir /certificates /edge /data && chown 65532:65532 /certificates /edge /data
USER 65532:65532
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "--import", "/shopverse/mesh/telemetry/register.ts"]
CMD ["services/order/main.ts"]
