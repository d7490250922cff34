# One image for the server and for the workers of its cluster: both have to have the same installed.
FROM python:3.12-slim
RUN useradd --create-home --uid 10001 brinery && mkdir /data && chown brinery /data
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir '.[dask,s3]'
USER brinery
ENV BRINERY_RUNS=/data/runs BRINERY_RUNS_DISK=/data/runs BRINERY_REMEMBERED=/data/remembered
EXPOSE 8501
CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.headless=true"]
