# Checks of our own for schemathesis. A request that fits its schema may still be refused, for what no schema can say: a day that is not in the
# calendar, a cursor that nobody gave. Then the problem must be one of these, and name what is wrong.

import json

import schemathesis

REFUSALS = {
    400: {"cursor-invalid", "query-invalid", "header-invalid", "body-malformed"},
    422: {"body-invalid", "url-refused"},
    # A rule may be set without a version where there is none yet, and only then: no schema can say it.
    428: {"precondition-required"},
}
# Where: a ring that does not end where it begins, a word of white space alone, a stream that is
# asked for without a WebSocket, a retry key of another request, words without a letter, a day that no calendar has. The first part of a pointer names the parameter.
POINTERS = {
    "query-invalid": {"find", "from", "to", "since", "asOf", "polygon", "pattern", "ruleId", "theatre", "admin1", "country"},
    "header-invalid": {"upgrade", "idempotency-key"},
}
# Keys that no object may have, whatever its schema says.
FORBIDDEN_KEYS = ("__proto__", "/constructor", "/prototype")


@schemathesis.serializer("application/x-ndjson")
def lines(ctx, value):
    text = value if isinstance(value, str) else "\n".join(json.dumps(each) for each in (value if isinstance(value, list) else [value]))
    return text.encode("utf-8", errors="surrogatepass")


def is_page(response):
    return response.headers.get("content-type", [""])[0].startswith("text/html")


@schemathesis.check
def refusals_of_valid_requests_are_named(ctx, response, case):
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or response.status_code not in REFUSALS:
        return
    # A page for people refuses in words, for what no schema says: a token that is none. Its type is held to the document by another check.
    if is_page(response):
        return
    problem = response.json()
    if problem.get("code") not in REFUSALS[response.status_code]:
        raise AssertionError(f"a request that fits its schema was refused as {problem.get('code')}: {problem.get('detail')}")
    if response.status_code == 428 and not case.path.startswith("/v1/rules/"):
        raise AssertionError(f"{case.path} says in its schema whether it needs If-Match")
    pointers = {error["pointer"] for error in problem.get("errors", [])}
    if problem["code"] == "body-invalid" and not pointers:
        raise AssertionError("a refused body names no field")
    # A file is any bytes to the schema; each format reads them by itself.
    is_import = case.path == "/v1/imports/dry-run"
    if problem["code"] == "body-malformed" and not is_import and not any(pointer.endswith(FORBIDDEN_KEYS) for pointer in pointers):
        raise AssertionError(f"a body of the right form was refused as malformed: {problem['detail']}")
    # The headers of a CloudEvent stand together or not at all.
    if pointers and all(pointer.startswith("ce-") for pointer in pointers):
        return
    # Which filters an export takes depends on its kind; a day may not be in the calendar or not have come, nor a range end after it begins.
    # Reports are asked for by source and externalId, or by theatre. What else an import says depends on its format.
    if problem["code"] == "query-invalid" and (is_import or case.path in ("/v1/digest", "/v1/export", "/v1/response-times", "/v1/reports")):
        return
    # If-Match is for a silence of one alert, which the body says.
    if problem["code"] == "header-invalid" and case.path == "/v1/silences":
        return
    fields = {pointer.split("/")[0] for pointer in pointers}
    if not fields <= POINTERS.get(problem["code"], fields):
        raise AssertionError(f"{pointers} fit their schema and were refused as {problem['code']}")


@schemathesis.check
def problems_are_named(ctx, response, case):
    documented = case.operation.definition.raw["responses"].get(str(response.status_code), {})
    codes = documented.get("content", {}).get("application/problem+json", {}).get("x-codes")
    if codes is None or "problem" not in response.headers.get("content-type", [""])[0]:
        return
    if response.json()["code"] not in codes:
        raise AssertionError(f"the problem {response.json()['code']} is not documented for this operation: {codes}")
