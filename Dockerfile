FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements/base.txt requirements/
RUN pip install --require-hashes -r requirements/base.txt

COPY . .
RUN python -m compileall -q config customers sharing accounts sumsub outward \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin relay \
    && install -d -o relay -g relay -m 0700 /data

USER relay
ENV DATA_DIR=/data UVICORN_HOST=0.0.0.0 UVICORN_PORT=8000
EXPOSE 8000
CMD ["uvicorn", "config.asgi:application", "--timeout-graceful-shutdown", "10", "--no-access-log", "--no-server-header"]
