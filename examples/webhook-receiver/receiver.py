"""Takes alerts of uBot's webhook channel: UBOT_WEBHOOK_SECRET=… python3 receiver.py PORT
Prints each alert once, as a line of JSON. Nothing but Python 3.8 is needed."""
import hashlib
import hmac
import json
import os
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ["UBOT_WEBHOOK_SECRET"].encode()
REPLAY_WINDOW_MS = 5 * 60_000
BODY_BYTES = 1024 * 1024
# id -> when it may be forgotten. Keep it in your database when there are several of you.
seen = {}
lock = threading.Lock()


def is_signed(headers, body):
    timestamp = headers.get("X-Ubot-Timestamp", "")
    if not re.fullmatch(r"[0-9]{1,15}", timestamp) or abs(time.time() * 1000 - int(timestamp)) > REPLAY_WINDOW_MS:
        return False
    expected = "v1=" + hmac.new(SECRET, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(headers.get("X-Ubot-Signature", "").encode(), expected.encode())


def is_new(message_id):
    now = time.time()
    with lock:
        for known in [known for known, until in seen.items() if until < now]:
            del seen[known]
        if message_id in seen:
            return False
        # A repeat of an unanswered message comes within a day.
        seen[message_id] = now + 24 * 3600
        return True


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("Content-Length", "0"))
        if length > BODY_BYTES:
            return self.answer(413)
        # The bytes as they came: JSON that is read and written again is another text.
        body = self.rfile.read(length)
        if not is_signed(self.headers, body):
            return self.answer(401)
        message = json.loads(body)
        if message["type"] == "verification":
            return self.answer(200, json.dumps({"challenge": message["challenge"]}).encode())
        if is_new(message["id"]):
            print(json.dumps({"id": message["id"], "text": message["text"]}), flush=True)
        return self.answer(204)

    def answer(self, status, body=b""):
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8080), Receiver)
print(f"listening on {server.server_port}", flush=True)
server.serve_forever()
