"""A Conch server on 127.0.0.1: lets in the keys it is told of, and sends back what each command reads, then says 7.

Usage: server.py --supported                           prints its version and the names of its algorithms, as JSON
       server.py AUTHORIZED_KEYS MODULI HOST_KEY...    serves until it is ended; prints its port first, as JSON
"""

import struct
import sys

from common import say, supported

from twisted.conch import avatar, checkers
from twisted.conch.openssh_compat import primes
from twisted.conch.ssh import channel, factory, keys
from twisted.cred import portal
from twisted.internet import reactor


class EchoSession(channel.SSHChannel):
    name = b"session"

    def request_exec(self, data):
        return True

    def dataReceived(self, data):
        self.write(data)

    def eofReceived(self):
        self.conn.sendRequest(self, b"exit-status", struct.pack(">L", 7))
        self.loseConnection()  # once all is written


class EchoUser(avatar.ConchUser):
    def __init__(self):
        super().__init__()
        self.channelLookup[b"session"] = EchoSession


class EchoRealm:
    def requestAvatar(self, avatarId, mind, *interfaces):
        return interfaces[0], EchoUser(), lambda: None


class Everybody:
    """The same keys for every name."""

    def __init__(self, authorized):
        self.authorized = authorized

    def getAuthorizedKeys(self, username):
        return self.authorized


class EchoFactory(factory.SSHFactory):
    def __init__(self, authorized, moduli, hostKeys):
        self.privateKeys = {key.sshType(): key for key in hostKeys}
        self.publicKeys = {kind: key.public() for kind, key in self.privateKeys.items()}
        self.primes = primes.parseModuliFile(moduli)
        self.portal = portal.Portal(EchoRealm(), [checkers.SSHPublicKeyChecker(Everybody(authorized))])


def main(arguments):
    if arguments == ["--supported"]:
        say(supported())
        return
    authorizedKeys, moduli, *hostKeys = arguments
    with open(authorizedKeys, "rb") as lines:
        authorized = [keys.Key.fromString(line) for line in lines]
    served = EchoFactory(authorized, moduli, [keys.Key.fromFile(path) for path in hostKeys])
    port = reactor.listenTCP(0, served, interface="127.0.0.1")
    say({"port": port.getHost().port})
    reactor.run()


main(sys.argv[1:])
