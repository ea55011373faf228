# babelproof without network: docker build -t babelproof . &&
#   docker run --rm --network none -v "$PWD:/drafts:ro" babelproof gate /drafts/draft.md
FROM python:3.12-slim AS build
COPY . /source
RUN python -m pip install --no-cache-dir --prefix=/installed /source

FROM python:3.12-slim
COPY --from=build /installed /usr/local
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin babelproof
ENV HOME=/tmp ORT_DISABLE_TELEMETRY=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /drafts
ENTRYPOINT ["babelproof"]
CMD ["--help"]
