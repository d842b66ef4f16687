# One small image for all five services; docker-compose.yml says which one a container runs.
FROM node:24-alpine AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.base.json tsconfig.json ./
COPY packages packages
COPY services services
COPY web web
RUN npm ci && npx tsc -b && npx vite build web

# The embedded PostgreSQL is an optional dependency that a container with DATABASE_URL never uses.
FROM node:24-alpine AS production
WORKDIR /app
COPY --from=build /app ./
RUN rm -rf node_modules && npm ci --omit=dev --omit=optional && npm cache clean --force \
  && find web -mindepth 1 -maxdepth 1 ! -name dist ! -name package.json -exec rm -rf {} + \
  && find packages services -path '*/node_modules' -prune -o -type d -name src -print | xargs rm -rf

FROM node:24-alpine
ENV NODE_ENV=production
WORKDIR /app
COPY --from=production /app ./
COPY migrations migrations
USER node
CMD ["node", "services/gateway/dist/main.js"]
