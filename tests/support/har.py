"""HAR files, read with a look at all of their rules: the schema of HAR 1.2, and what no schema can say.

    for entry in har.entries(path): entry["response"]["status"]
"""
import datetime
import json
import os

import jsonschema

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "har-1.2.schema.json"), encoding="utf-8") as file:
    SCHEMA = json.load(file)
VALIDATOR = jsonschema.Draft7Validator(SCHEMA, format_checker=jsonschema.FormatChecker())

PHASES = ("blocked", "dns", "connect", "send", "wait", "receive")


def moment(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")


def check_entry(entry):
    timings = entry["timings"]
    # ssl is within connect, and what did not take place is -1.
    assert abs(entry["time"] - sum(timings[phase] for phase in PHASES if timings[phase] > 0)) < 0.01
    assert timings["ssl"] <= max(timings["connect"], 0)
    for message in entry["request"], entry["response"]:
        for cookie in message["cookies"]:
            moment(cookie.get("expires", "2000-01-01T00:00:00.000Z"))
    content, size = entry["response"]["content"], entry["response"]["bodySize"]
    assert "compression" not in content or content["size"] - size == content["compression"]


def no_member_twice(pairs):
    assert len({name for name, _ in pairs}) == len(pairs), pairs
    return dict(pairs)


def entries(path):
    with open(path, encoding="utf-8") as text:
        archive = json.load(text, object_pairs_hook=no_member_twice)
    VALIDATOR.validate(archive)
    found = archive["log"]["entries"]
    for entry in found:
        check_entry(entry)
    times = [moment(entry["startedDateTime"]) for entry in found]
    assert times == sorted(times)
    return found
