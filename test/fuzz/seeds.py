"""The inputs that fuzzing starts from: texts of protocol/examples, and small games and requests.

Made anew each time from what the repository says, so that they follow the protocol.
"""

import gzip
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "protocol" / "examples"

NONCE = "000102030405060708090a0b0c0d0e0f"
PARENT = {"entityType": "Parent", "entityId": "p1", "action": "CREATE_PARENT", "payload": {"name": "a"}}
RENAME = {"entityType": "Parent", "entityId": "p1", "action": "UPDATE_PARENT", "payload": {"name": "b"}}
REMOVE = {"entityType": "Parent", "entityId": "p1", "action": "DELETE_PARENT", "payload": {}}
CHILD = {"entityType": "Child", "entityId": "c1", "action": "CREATE_CHILD", "payload": {"parentId": "p1"}}
NOTE = {
    "entityType": "Note",
    "entityId": 7,
    "action": "CREATE_NOTE",
    "payload": {
        "at": "2026-11-22T13:25:01.462+00:00",
        "price": "1.50",
        "weight": 0.5,
        "done": True,
        "extra": {"a": [1, None]},
        "bytes": {"$blob": "AAEC"},
        "anything": 5,
        "childId": None,
    },
}
PAIR = {
    "entityType": "Pair",
    "entityId": '["l",2]',
    "action": "CREATE_PAIR",
    "payload": {"value": "v"},
}
PART = {"entityType": "Part", "entityId": "a", "action": "CREATE_PART", "payload": {"of": None}}
MUTATIONS = [PARENT, RENAME, CHILD, NOTE, PAIR, PART, REMOVE]


def example(name: str):
    return json.loads((EXAMPLES / f"{name}.json").read_text())


# --- device: games of writes and answers


def page(rows=(), receipts=()):
    return {"from": "@cursor", "to": "@next", "rows": list(rows), "receipts": list(receipts)}


def push_answer(verdicts, answer_page):
    return {"push": {"exchange": "exchange", "head": "@next", "verdicts": verdicts, "page": answer_page}}


def pull(rows, receipts=()):
    return {"pull": page(rows, receipts) | {"exchange": "exchange", "head": "@next"}}


def row(mutation, values, **more):
    key = {"entityType": mutation["entityType"], "entityId": str(mutation["entityId"])}
    return key | {"version": "@next", "values": values} | more


def applied(item="@item0"):
    return {"id": item, "verdict": "applied", "seq": 1}


def snapshot(rows, end=None, scope=None, receipts=()):
    """A page of a full pull up to a row, or to a commit's receipts; without an end the last one."""
    is_row = end and "entityId" in end
    named = {"entityType": end["entityType"], "entityId": str(end["entityId"])} if is_row else end
    told = {"exchange": "exchange", "at": "@at", "head": "@at", "after": "@after", "next": named}
    return {"snapshot": told | {"rows": [r | {"version": "@cursor"} for r in rows], "receipts": list(receipts), "passed": 1, "total": 4, "scope": scope}}


def device():
    parent = {"id": "p1", "name": "cloud", "code": "k", "amount": 3}
    child = {"id": "c1", "title": "t", "parentId": "p1"}
    note = NOTE["payload"] | {"id": 7, "childId": "c1"}
    conflict = {
        "id": "@item0",
        "verdict": "conflict",
        "seq": 1,
        "reason": "changed",
        "conflict": {
            "reason": "changed",
            "base": {"name": "a"},
            "local": {"name": "b"},
            "server": parent,
            "version": "@next",
        },
    }
    every = [row(PARENT, parent), row(CHILD, child), row(NOTE, note), row(PAIR, {"left": "l", "right": 2})]
    yield [pull(every)]
    yield [pull(every), pull([row(PARENT, parent, deleted=True)]), pull([row(CHILD, child, deleted=True)])]
    yield [{"write": [PARENT]}, push_answer([applied()], page([row(PARENT, None)], [applied()]))]
    yield [{"write": MUTATIONS}, {"fail": 2}, {"discard": 1}, {"retry": 2}, {"undo": 1}]
    yield [pull(every), {"write": [RENAME]}, push_answer([conflict], page(every, [conflict])), {"force": 1}, {"undo": 2}]
    yield [pull(every), {"write": [RENAME]}, push_answer([conflict], page(every, [conflict])), {"resolve": 1}]
    yield [pull(every), {"write": [REMOVE]}, pull([row(PARENT, parent)]), {"discard": 1}, {"reopen": 1}]
    voided = {"id": "@item0", "verdict": "voided", "seq": 1}
    yield [{"write": [PARENT, CHILD], "group": True}, {"fail": 9}, {"discard": 1}, push_answer([voided], None)]
    rejected = {"id": "@item0", "verdict": "rejected", "seq": 1, "reason": "forbidden"}
    yield [{"write": [PART]}, push_answer([rejected], page([], [rejected])), {"retry": 1}, {"discard": 2}]
    swapped = [row(PARENT, parent), row(PARENT | {"entityId": "p2"}, parent | {"id": "p2", "code": "l"})]
    moved = {"from": "@cursor", "to": "@next", "rows": [row(PARENT, parent | {"name": "z"})], "receipts": []}
    yield [pull(every), {"write": [RENAME]}, {"poke": {"head": "@next", "page": moved}}, {"poke": {"head": "@next"}}]
    start, last = snapshot([row(PARENT, parent), row(CHILD, child)], CHILD), snapshot([row(NOTE, note), row(PAIR, {"left": "l", "right": 2})])
    yield [{"fullPull": 1}, start, {"write": [RENAME]}, last, push_answer([applied()], page([], [applied()]))]
    yield [pull(every), {"fullPull": 1}, snapshot([row(PARENT, parent)], PARENT, {"Parent": {"code": ["k"]}}), {"reopen": 1}, snapshot([], None)]
    yield [{"write": [PARENT]}, {"fail": 2}, {"fullPull": 1}, snapshot([], PAIR), snapshot([], {"receipts": 1}), snapshot([], None, receipts=[applied()])]
    many = [pull([row(m, values)]) for m, values in ((PARENT, parent), (CHILD, child), (PARENT, parent | {"amount": 4}), (NOTE, note))]
    common = {"exchange": "exchange", "common": "@offer0", "head": "@next"}
    yield many + [{"write": [RENAME]}, {"history": common}, {"history": common}, {"history": common}, start, last]
    yield many + [{"history": common | {"common": {"seq": 0, "salt": "00000000000000c0"}}}] * 4 + [snapshot([])]
    far = [{"snapshot": page["snapshot"] | {"passed": 2**63 - 1}} for page in (snapshot([], CHILD), snapshot([], NOTE))]
    yield [{"fullPull": 1}, *far, snapshot([])]
    yield many + [{"history": common | {"common": "@offer1"}}, {"history": common | {"common": "@next"}}]
    yield [pull(swapped), pull([row(PARENT, parent | {"code": "l"}), swapped[1]])]


# --- cloud: push requests


def write(number, op, payload, **more):
    body = {
        "action": "X",
        "base": {},
        "baseVersions": {"*": None},
        "entityId": "p1",
        "entityType": "Parent",
        "incarnation": "i",
        "lanePosition": number,
        "nonce": NONCE,
        "number": number,
        "op": op,
        "payload": payload,
    }
    return {"id": "@", "write": body | more}


def push(*items):
    references = [{"entityType": "Child", "fields": ["parentId"], "target": "Parent"}]
    return {
        "exchange": "e",
        "device": "d",
        "cursor": "@cursor",
        "references": references,
        "items": list(items),
    }


def cloud():
    create = write(1, "create", {"id": "p1", "name": "a"})
    update = write(2, "update", {"name": "b"}, base={"name": "a"})
    remove = write(3, "delete", {}, base={"id": "p1", "name": "b"})
    child = write(4, "create", {"id": "c1", "parentId": "p1"}, entityType="Child", entityId="c1")
    other = write(1, "update", {"name": "c"}, incarnation="j", base={"name": "a"})
    void = {"id": "x", "void": {"incarnation": "i", "number": 9, "sent": True}}
    group = {"groupId": "g", "groupSize": 2}
    yield [push(create), push(update), push(other), push(remove)]
    yield [push(create, child | {"after": ["@item0"]}), push(remove), push(void, void)]
    yield [push(write(1, "create", {"a": 1}, **group), write(2, "create", {"b": 1}, entityId="q", **group))]
    yield [push(create), push(update | {"after": ["@item0"]}), push(update)]
    yield [push(create), push(write(2, "update", {"name": "b"}, supersedes="@item0"))]
    yield [push(child), push(create, child), push(remove)]
    yield [push(create) | {"cursor": "@next"}, push(update) | {"cursor": "@next"}]
    yield [example("push_request")]
    yield [example("push_request") | {"cursor": "@cursor"}]


# --- rest: games of writes and a hosted API's answers


def rest():
    parent = {"id": "p1", "name": "a", "code": None, "amount": 3}
    theirs = parent | {"id": 17, "ref": "p1", "rev": 4, "at": "2026-11-22T13:25:01Z"}

    def said(body, status=200, **headers):
        return {"status": status, "body": body} | ({"headers": headers} if headers else {})

    def lists(*parents):
        return {"pull": [said([]), said([]), *(said(rows) for rows in parents)]}  # Child, Note, Parent

    write, change, remove = {"write": [PARENT]}, {"write": [RENAME]}, {"write": [REMOVE]}
    made = {"push": [said(theirs, 201)]}
    never = parent | {"at": "9999-12-31T23:59:59Z", "name": "9999-12-31T23:59:59+00:00"}
    yield [write, {"push": [said(parent, 201)]}, change, {"push": [said(parent), said(parent | {"name": "b"})]}]
    yield [{"api": ["given"]}, write, made, change, {"push": [said(theirs), said({})]}, remove, {"push": [said(theirs), said(None, 204)]}]
    yield [{"api": ["given"]}, write, {"push": [said({}, 201, Location="/v2/Parent/17%20"), said(theirs)]}, lists([theirs])]
    yield [{"api": ["given"]}, write, {"push": ["lost"]}, {"push": []}, {"happened": 1}, {"retry": 1}]
    yield [{"api": ["given", "lookup"]}, write, {"push": ["lost"]}, {"push": [said([theirs])]}, lists([theirs])]
    yield [{"api": ["given", "lookup"]}, write, {"push": [said({}, 500)]}, {"push": [said([]), said(theirs, 201)]}]
    yield [write, {"push": ["lost"]}, {"restart": 1}, {"push": [said({}, 404), said(parent, 201)]}]
    yield [{"api": ["idempotent", "codes"]}, write, {"push": ["lost"]}, {"push": [said({"code": 159, "error": "again"}, 409), said(parent)]}]
    yield [{"api": ["etag", "put"]}, lists([parent]), change, {"push": [said(parent, ETag='"1"'), said({}, 412), said(parent | {"name": "z"}, ETag='"2"')]}]
    yield [{"api": ["version", "deleted"]}, lists([theirs | {"id": "p1"}]), remove, {"push": [said(theirs | {"deletedAt": 1})]}]
    yield [{"api": ["named", "rows"]}, {"pull": [said({"data": {"items": [{"meta": {"key": 1, "name": "n"}, "id": 2}]}})] * 3}]
    yield [{"api": ["page"]}, {"pull": [said([]), said([]), said([parent]), said([parent | {"id": "p2"}]), said([])]}]
    yield [{"api": ["after"]}, {"pull": [said([]), said([]), said([theirs]), said([theirs | {"id": 18}]), said([])]}]
    yield [{"api": ["offset"]}, {"pull": [said([]), said([{"id": 7, "childId": None}]), said([]), said([parent]), said([])]}]
    link = '</v2/Parent?p=2>; rel="next", <https://api.example/v2/Parent?p=1>; rel="first"'
    yield [{"api": ["link"]}, {"pull": [said([]), said([]), said([parent], Link=link), said([parent | {"id": "p2"}])]}, lists([])]
    again = {"data": {"items": [theirs]}, "paging": {"next": "https://api.example/v2/Parent?p=2"}}
    yield [{"api": ["next", "rows"]}, {"pull": [said({"data": {"items": []}})] * 2 + [said(again), said(again | {"paging": None})]}]
    yield [{"api": ["changes"]}, lists([theirs]), lists([theirs | {"name": "z", "at": "2026-11-22T13:25:02Z"}]), {"restart": 1}, lists([])]
    yield [{"api": ["given"]}, write, made, {"write": [CHILD]}, {"push": [said({"id": "x", "title": "t", "parentId": 17}, 201)]}, lists([])]
    yield [{"write": [PARENT, CHILD], "group": True}, {"push": [said(parent, 201), said({"error": "no"}, 422)]}, {"discard": 1}, {"discard": 2}]
    yield [{"api": ["given"]}, write, {"push": [said({}, 201, Location="/v2/Parent/%ff%00/%c3%28")]}, change, {"push": []}]
    yield [lists([never]), change, {"push": [said(never)]}, {"push": ["refused"]}, {"push": [{"status": 200, "type": "text/html", "body": "<p>"}]}]


# --- the cloud's routes: requests


def cloud_routes():
    def ask(method, target, body=None, who="Hamburg", **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = {"method": method, "target": "/v1/" + target, "as": who, "headers": names}
        return request | ({"body": body} if body is not None else {})

    def make(entity, values, number=1, kind="Parent", **more):
        body = {"entityId": entity, "values": {"id": entity} | values}
        return ask("POST", f"entities/{kind}", body, content_type="application/json", idempotency_key=f'"k{number}"', **more)

    def change(values, number=2, **more):
        headers = {"content_type": "application/json; charset=utf-8", "idempotency_key": f"k{number}", "if_match": "@etag"}
        return ask("PATCH", "entities/Parent/p1", {"values": values}, **(headers | more))

    noon = 1_795_000_000
    jwt = {"iss": "https://id.example.org/", "aud": "slipway", "iat": noon, "exp": noon + 60, "tenant": "acme"}
    jwt |= {"device": "Lagos", "slipway_scope": {"Parent": {"name": ["a", None]}}}
    push_all = ask("POST", "push", push(write(1, "create", {"id": "p1", "name": "a"}), write(2, "update", {"name": "b"})))
    snapshot = "snapshot?limit=1&since=0&type=Child&cursor=@origin&exchange=e"
    versions = [{"seq": 9, "salt": "00000000000000aa"}, "@cursor", "@next"]
    read = ask("GET", "entities/Parent/p1", x_request_id="one two")
    yield [make("p1", {"name": "a"}), read, change({"name": "b"}), change({"name": "c"}, if_match='"1-0", W/"@head"')]
    yield [make("p1", {"name": "a"}), ask("DELETE", "entities/Parent/p1", if_match="@etag"), read, make("p1", {"name": "b"}, 3, if_match="@etag")]
    yield [make("p1", {"name": "a"}), make("p1", {"name": "b"}), make("p1", {}, 4), change({"id": "p2"}), change({"x": 1}, if_match="*")]
    yield [make('["l",2]', {"left": "l", "right": 2}, kind="Pair"), ask("GET", "entities/Pair/%5B%22l%22%2C2%5D", if_none_match="@etag")]
    yield [make("p1", {}), make("p2", {}, 2), ask("GET", "entities"), ask("GET", "entities/Parent?limit=1"), ask("GET", "entities/Parent?limit=1&after=@next")]
    yield [make("p1", {"name": "z"}, who="New York"), make("p2", {"name": "b"}, 2, who="New York"), push_all | {"as": "New York"}]
    yield [push_all, ask("GET", snapshot), ask("GET", snapshot + "&at=@head&after=@next"), ask("GET", "requests/x")]
    yield [ask("GET", "changes/stream", last_event_id="@head"), push_all, ask("GET", "changes?limit=1&cursor=@origin&exchange=%ff")]
    yield [push_all, ask("POST", "history", {"exchange": "e", "versions": versions}), ask("GET", "changes/stream?cursor=@origin")]
    yield [push_all | {"as": jwt}, ask("GET", "capabilities", who=jwt, x_request_id="r-1"), ask("GET", snapshot, who=jwt)]
    yield [make("p1", {"name": "a"}, who=jwt), make("p2", {"name": "b"}, who=jwt | {"slipway_scope": "everything"}), ask("GET", "entities", who=None)]
    plain = [{"method": "GET", "target": target} for target in ("/healthz", "/readyz", "/metrics", "/v1/none", "/v1/push")]
    yield plain + [ask("HEAD", "entities"), ask("POST", "push", "{"), ask("POST", "history", {"versions": []})]


# --- local API: requests


def local_api():
    def ask(method, target, body=None, **headers):
        request = {"method": method, "target": target}
        return request | ({"body": body} if body is not None else {}) | ({"headers": headers} if headers else {})

    def enqueue(body, **headers):
        return ask("POST", "/sync/enqueue", body, **headers)

    key = {"idempotency-key": "k"}
    yield [enqueue(m) for m in MUTATIONS]
    yield [enqueue({"mutations": MUTATIONS[:3]}), ask("POST", "/sync/queue/1/discard?dryRun=1")]
    yield [enqueue({"batch": MUTATIONS}, **key), enqueue({"batch": MUTATIONS}, **key)]
    yield [enqueue(PARENT, prefer="wait=1", **key), ask("GET", "/sync/queue/1"), enqueue(RENAME, **key)]
    yield [enqueue(PARENT)] + [ask("POST", f"/sync/queue/1/{w}", {}) for w in ("retry", "force", "resolve", "discard", "undo", "outcome")]
    reads = (
        "/sync/queue?limit=1&status=PENDING&text=p",
        "/sync/audit?limit=2&entryId=1&after=1",
        "/sync/status",
        "/sync/events",
        "/sync/settings",
        "/sync/capabilities",
        "/data/Parent?limit=1&offset=0&search=a&sort=-name&amount=7",
        "/data/Parent/p1",
        "/data/Pair/%5B%22l%22%2C2%5D",
        "/healthz",
    )
    yield [enqueue(PARENT), enqueue(PAIR)] + [ask("GET", target) for target in reads]
    yield [ask("POST", "/sync/" + word) for word in ("now", "pause", "resume")]
    yield [
        ask("POST", "/sync/connectivity", {"simulateOffline": True}),
        ask("POST", "/sync/connectivity", {"network": "changed", "resumed": True}),
        ask("PUT", "/sync/settings", {"intervalMs": 1000, "attemptsMax": 3}),
        enqueue("{"),
        enqueue("[]"),
    ]


# --- bytes


def http_request():
    body = b'{"entityType":"Parent"}'
    head = b"POST /sync/enqueue?a=b+c%20d HTTP/1.1\r\nHost: 127.0.0.1:1\r\nAuthorization: Bearer t\r\n"
    yield b"\x03" + head + b"Content-Length: 23\r\n\r\n" + body
    yield b"\x05" + head + b"Transfer-Encoding: chunked\r\n\r\n17\r\n" + body + b"\r\n0\r\nX: y\r\n\r\n"
    packed = gzip.compress(body, mtime=0)
    length = str(len(packed)).encode()
    yield b"\x01" + head + b"Content-Encoding: gzip\r\nContent-Length: " + length + b"\r\n\r\n" + packed
    yield b"\x02" + head + b"Expect: 100-continue\r\nContent-Length: 23\r\n\r\n" + body
    yield b"\xffGET /data/Pair/%5B%22l%22%5D HTTP/1.0\r\n\r\n"
    yield b"\x07GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://x\r\nConnection: close\r\n\r\n"


def failure():
    problem = (EXAMPLES / "problem.json").read_bytes()
    yield b"422\napplication/problem+json; charset=utf-8\n\n\n" + problem
    yield b"503\napplication/json\n120\n\n{}"
    later, now = b"Sun, 22 Nov 2026 13:26:01 GMT", b"Sun, 22 Nov 2026 13:25:01 GMT"
    yield b"429\ntext/html\n" + later + b"\n" + now + b"\n<html>"
    yield b"409\napplication/problem+json\n\n\n" + json.dumps({"type": "https://a/b/key-reused/?x#y"}).encode()
    yield b"200\napplication/json\n\n\n" + (EXAMPLES / "page.json").read_bytes()


def events():
    poke = (EXAMPLES / "poke.json").read_bytes().replace(b"\n", b"")
    yield b"\x03:\n\nevent: poke\nid: 4-b0e1c5a97a1d4f02\ndata: {}\n\n"
    yield b"\x10event: poke\r\ndata: a\r\ndata: b\rdata\n\nid: 1\x00\nid\nretry: 5\n\n"
    yield b"\x01\xef\xbb\xbfdata: a\n\n<html>\n\n"
    yield b"\x07data: " + poke + b"\n\n"


CONFIG = b"""database = "app.db"
cloud = "https://sync.example.com/base"
cloud_token_file = "token"
listen = "127.0.0.1:0"
allowed_origins = ["http://127.0.0.1:5173"]
[sync]
interval_ms = 2000
attempts_max = 8
backoff_base_ms = 5000
backoff_max_ms = 60000
[log]
file = "none"
megabytes = 10
files = 5
payloads = false
[entities.Shipment]
sync = true
policy = "manual"
[actions.APPROVE_QUOTE]
entity = "Quote"
op = "update"
"""


def config():
    yield CONFIG
    yield b'target = "webhook"\nwebhook_url = "https://hook.example/a?b=c"\n'
    yield b"https://name:secret@sync.example.com:8443/base?query#part"


def json_texts():
    for path in sorted(EXAMPLES.glob("*.json")):
        yield path.read_bytes()
    yield json.dumps(example("push_request")["items"][1]["write"]).encode()
    yield b"12-0123456789abcdef"
    yield b'{"\\u20ac":1e21,"\\ud83d\\ude00":[-0.0,5e-324,9007199254740993],"\\u0000":"\\u001f"}'
    yield b"[" * 16 + b"]" * 16


def messages():
    for name in ("push_request", "push_answer", "page", "poke", "snapshot_page", "receipt", "conflict"):
        yield (EXAMPLES / f"{name}.json").read_bytes()
    yield json.dumps(example("push_request")["items"][1]["write"]).encode()
    versions = example("page")["from"], example("page")["to"]
    yield json.dumps({"exchange": "e", "versions": versions}).encode()
    yield json.dumps({"exchange": "e", "common": versions[0], "head": versions[1]}).encode()
    yield json.dumps(example("snapshot_page")["scope"]).encode()
    yield json.dumps(example("snapshot_page")["after"]).encode()
    yield b'{"receipts": 7}'
    limits = {"pushEntriesMax": 5, "pushBytesMax": 6, "pageRowsMax": 7}
    yield json.dumps({"cloudId": "00000000000000c0", "protocol": 1, "tenant": "t", "limits": limits}).encode()


def gzips():
    for path in sorted(EXAMPLES.glob("*.json")):
        yield gzip.compress(path.read_bytes(), mtime=0)
    yield gzip.compress(b"a", mtime=0) + gzip.compress(b"b", mtime=0)
    yield gzip.compress(b"0" * 70_000, mtime=0)


# --- tokens of an identity provider, and its keys


def jwt():
    rsa = {"kty": "RSA", "n": "@n", "e": "AQAB", "kid": "rsa", "alg": "RS256", "use": "sig"}
    ec = {"kty": "EC", "crv": "P-256", "x": "@x", "y": "@y", "kid": "ec", "key_ops": ["verify"]}
    others = [{"kty": "oct", "k": "AAAA"}, {"kty": "OKP", "crv": "Ed25519", "x": "@x"}, ec | {"d": "@x"}]
    noon = 1_795_000_000
    times = {"iat": noon, "nbf": noon - 1.5, "exp": noon + 3600}
    claims = {"iss": "https://id.example.org/", "aud": ["other", "slipway"], "tenant": "acme", "device": "Hamburg"}
    claims |= times | {"slipway_scope": {"Parent": {"code": ["k", 1, None]}, "Note": {}}}

    def token(signer, algorithm, says=claims, change=(), keys=(), **more):
        header = {"alg": algorithm, "typ": "JWT", "kid": signer} | more
        return {"signer": signer, "header": header, "claims": says, "change": list(change), "keys": list(keys)}

    yield token("rsa", "RS256", keys=[rsa, ec])
    yield token("ec", "ES256", claims | {"aud": "slipway", "slipway_scope": "everything"}, keys=[ec])
    yield token("ec", "ES256", change=[[30, "A"]], keys=others)
    yield token("ec", "ES256", change=[[-1, ""], [9, "."]], keys=[rsa | {"n": "AQAB"}])
    yield token("ec", "ES256", "no claims")
    yield token("ec", "ES256", claims | {"exp": noon - 61})
    yield token("secret", "HS256")
    yield token("rsa", "PS256")
    yield token("stranger", "ES256", kid="ec")
    yield token("ec", "ES256", crit=["exp"], exp=1, jwk={"kty": "oct", "k": "AAAA"})
    yield b"eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UifQ."
    yield b"eyJhbGciOiJFUzI1NiJ9.e30.AAAA"
    yield json.dumps([{"keys": [rsa, ec]}]).encode()


MAKERS = {
    "json": json_texts,
    "wire": messages,
    "http_request": http_request,
    "gzip": gzips,
    "failure": failure,
    "events": events,
    "config": config,
    "cloud": cloud,
    "cloud_routes": cloud_routes,
    "device": device,
    "rest": rest,
    "jwt": jwt,
    "local_api": local_api,
}


def write_seeds(target: str, folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for number, seed in enumerate(MAKERS[target]()):
        content = seed if isinstance(seed, bytes) else json.dumps(seed).encode()
        (folder / f"{number:02}").write_bytes(content)
