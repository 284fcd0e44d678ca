# Build: packages into a virtual environment, with whatever building needs.
FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/cotmoc
COPY requirements.txt .
RUN /opt/cotmoc/bin/pip install --quiet -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY content content
COPY broadcasts broadcasts
COPY handlers handlers
RUN /opt/cotmoc/bin/pip install --quiet --no-deps .

# Run: nothing but Python, the environment and a folder for the data.
FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/cotmoc --create-home cotmoc
COPY --from=build /opt/cotmoc /opt/cotmoc
ENV PATH=/opt/cotmoc/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    COTMOC_VAR_DIR=/var/lib/cotmoc \
    COTMOC_HTTP_HOST=0.0.0.0 \
    COTMOC_LOG_FORMAT=json
USER cotmoc
WORKDIR /var/lib/cotmoc
VOLUME /var/lib/cotmoc
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["cotmoc", "serve"]
