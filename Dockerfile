FROM node:20-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends git openssh-client python3 python3-venv bubblewrap ca-certificates \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY . .
RUN useradd --create-home reprobot && mkdir -p /data && chown reprobot /data
USER reprobot
CMD ["node", "--import", "tsx", "src/main.ts"]
