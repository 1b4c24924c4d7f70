"""What the two Conch programs share."""

import json
import sys
import warnings

warnings.simplefilter("ignore")  # the cryptography package warns of ciphers that only interop tests still want

import twisted  # noqa: E402
from twisted.conch.ssh import transport  # noqa: E402

# Conch names algorithms in bytes; programs are told, and tell, of them in these words.
LISTS = {
    "keyExchanges": "supportedKeyExchanges",
    "hostKeys": "supportedPublicKeys",
    "ciphers": "supportedCiphers",
    "macs": "supportedMACs",
    "compressions": "supportedCompressions",
}


def supported():
    """Which Conch this is, and all that it has with the cryptography package that it found."""
    base = transport.SSHTransportBase
    lists = {name: [each.decode() for each in getattr(base, attribute)] for name, attribute in LISTS.items()}
    return {"version": twisted.__version__, "lists": lists}


def choose(connection, lists):
    """Has one connection offer these names and no others."""
    for name, names in lists.items():
        setattr(connection, LISTS[name], [each.encode() for each in names])


def say(message):
    """One line of JSON, at once: the other side waits for it."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
