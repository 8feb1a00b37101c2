#!/usr/bin/env python3
"""Load on a server of the COS v4 JSON API from an ordinary client library: 64 connections of Python's
http.client, in two processes, push slices of 1 MiB for so many seconds.

    benches/slices.py http://127.0.0.1:8094 30
"""
import base64
import hashlib
import hmac
import http.client
import json
import multiprocessing
import random
import sys
import threading
import time
import urllib.parse

APPID, SECRET_ID = "1250000000", "AKIDdemodemodemodemodemodemodemodemo"
SECRET_KEY = b"demokeydemokeydemokeydemokeydemo"
MIB, SLICES, PROCESSES, LANES = 1 << 20, 8, 2, 32
SLICE = bytes(i % 251 for i in range(MIB))


def sign(bucket):
    now = int(time.time())
    fields = f"a={APPID}&k={SECRET_ID}&e={now + 600}&t={now}&r={random.randrange(10**9)}&f=&b={bucket}"
    plain = fields.encode()
    return base64.b64encode(hmac.new(SECRET_KEY, plain, hashlib.sha1).digest() + plain).decode()


def form(fields, content=None):
    part = '--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n'
    body = b"".join((part % name + f"{value}\r\n").encode() for name, value in fields)
    if content is not None:
        body += (part % "filecontent").encode() + content + b"\r\n"
    return body + b"--x--\r\n"


def lane(server, bucket, end, sent):
    connection = http.client.HTTPConnection(server)
    path, slices = f"/files/v2/{APPID}/{bucket}/file", 0

    def ask(fields, content=None):
        headers = {"Authorization": sign(bucket), "Content-Type": "multipart/form-data; boundary=x"}
        connection.request("POST", path, form(fields, content), headers)
        answer = json.loads(connection.getresponse().read())
        assert answer["code"] == 0, answer
        return answer["data"]

    size = ("filesize", SLICES * MIB)
    while time.time() < end:
        opened = ask([("op", "upload_slice_init"), size, ("slice_size", MIB), ("insertOnly", 0)])
        session = ("session", opened["session"])
        for index in range(SLICES):
            ask([("op", "upload_slice_data"), session, ("offset", index * MIB)], SLICE)
            slices += 1
        ask([("op", "upload_slice_finish"), session, size])
    sent.append(slices)


def process(number, server, seconds, totals):
    end, sent = time.time() + seconds, []
    lanes = [
        threading.Thread(target=lane, args=(server, f"load-{number}-{at}", end, sent))
        for at in range(LANES)
    ]
    for each in lanes:
        each.start()
    for each in lanes:
        each.join()
    assert len(sent) == LANES, "a lane failed"
    totals.put(sum(sent))


def main():
    server, seconds = urllib.parse.urlsplit(sys.argv[1]).netloc, float(sys.argv[2])
    totals, begun = multiprocessing.Queue(), time.time()
    processes = [
        multiprocessing.Process(target=process, args=(number, server, seconds, totals))
        for number in range(PROCESSES)
    ]
    for each in processes:
        each.start()
    for each in processes:
        each.join()
        assert each.exitcode == 0
    slices = sum(totals.get() for _ in processes)
    print(f"{slices / (time.time() - begun):.0f} MiB/s, {slices} slices")


if __name__ == "__main__":
    main()
