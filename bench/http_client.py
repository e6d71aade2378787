"""Posts signed requests of 1.8 KB over many connections at once; prints how many a second were answered."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
import threading
import time
from http.client import HTTPConnection

SECRET = "whsec_" + base64.b64encode(b"thirty-two bytes for the example").decode()
SIZE = 1800


def request(number: str) -> tuple[bytes, dict[str, str]]:
    """One request, as a shop would sign it."""
    told = {"type": "question.asked", "data": {"email": f"k{number}@customer.example", "text": ""}}
    told["data"]["text"] = "x" * (SIZE - len(json.dumps(told)))  # type: ignore[index]
    body = json.dumps(told).encode()
    stamp = str(int(time.time()))
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    mac = hmac.new(key, f"{number}.{stamp}.".encode() + body, hashlib.sha256).digest()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": number,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }
    return body, headers


def rate(port: int, name: str, requests: int, connections: int) -> float:
    """Requests a second; raises where one was not answered with 202."""
    mark = f"{time.time_ns()}"
    prepared = [request(f"{mark}-{number}") for number in range(requests)]
    refused: list[int] = []

    def post(mine: list[tuple[bytes, dict[str, str]]]) -> None:
        line = HTTPConnection("127.0.0.1", port, timeout=60)
        for body, headers in mine:
            line.request("POST", f"/in/{name}", body, headers)
            answer = line.getresponse()
            answer.read()
            if answer.status != 202:
                refused.append(answer.status)
        line.close()

    threads = [
        threading.Thread(target=post, args=(prepared[start::connections],)) for start in range(connections)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if refused:
        raise SystemExit(f"refused: {sorted(set(refused))}")
    return requests / seconds


if __name__ == "__main__":
    port, name, requests, connections = sys.argv[1:]
    sys.stdout.write(json.dumps(rate(int(port), name, int(requests), int(connections))))
