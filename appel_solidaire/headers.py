"""Security headers of every answer, exact to the letter (a test compares them)."""

import flask

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}
# The worker stands among the files, and serves the pages of volunteers.
WORKER, WORKER_SCOPE = "/static/offline/worker.js", "/benevole/"
HSTS = "max-age=31536000; includeSubDomains"


def put(app: flask.Flask, *, is_https: bool) -> None:
    """Add the headers to every answer of an application."""

    @app.after_request
    def add(response: flask.Response) -> flask.Response:
        for name, value in ALWAYS.items():
            response.headers[name] = value
        if is_https:
            response.headers["Strict-Transport-Security"] = HSTS
        if flask.request.endpoint == "static":
            response.headers["Cache-Control"] = _kept_for(flask.request)
            if flask.request.path == WORKER:
                response.headers["Service-Worker-Allowed"] = WORKER_SCOPE
        elif "kept_for" in flask.g:
            # The same for whoever asks, cookie or not: shared caches may keep it so many seconds.
            response.headers["Cache-Control"] = f"public, max-age={flask.g.kept_for}"
            flask.session.accessed = False  # else Flask adds « Vary: Cookie »
        else:
            response.headers["Cache-Control"] = "no-store"
        return response


def _kept_for(request: flask.Request) -> str:
    """A file named by its content is kept for ever; a script that another one imports has no such
    name, and is asked for again (it answers 304)."""
    if request.path.endswith(".js") and not request.query_string:
        return "no-cache"
    return "public, max-age=31536000, immutable"
