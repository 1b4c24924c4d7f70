"""A Conch client. Each line of its input is a session to hold, as JSON; each line of its output says how one of them ended.

In:  {"id", "port", "user", "hostKey": base64 of its blob, "identity": path, "input": path, "lists": {"ciphers": [...], ...},
      "later": lists that take the place of those after the first exchange of keys}
Out: {"id", "code", "output": base64} or {"id", "error"}

Several may run at once. It ends with its input.
"""

import base64
import json

from common import choose

from twisted.conch.ssh import channel, common, connection, keys, transport, userauth
from twisted.internet import defer, protocol, reactor, stdio
from twisted.protocols import basic


class Session(channel.SSHChannel):
    name = b"session"

    def __init__(self, job, **arguments):
        super().__init__(**arguments)
        self.job = job

    def channelOpen(self, data):
        self.conn.sendRequest(self, b"exec", common.NS(b"echo"), wantReply=True).addCallbacks(self.feed, self.job.fail)

    def feed(self, ignored):
        with open(self.job.wanted["input"], "rb") as file:
            self.write(file.read())  # it must fit the window: sendEOF waits for nothing
        self.conn.sendEOF(self)

    def dataReceived(self, data):
        self.job.output.append(data)

    def request_exit_status(self, data):
        self.job.code = int.from_bytes(data, "big")

    def closed(self):
        self.conn.transport.loseConnection()
        self.job.succeed()


class Connection(connection.SSHConnection):
    def __init__(self, job):
        super().__init__()
        self.job = job

    def serviceStarted(self):
        super().serviceStarted()
        self.openChannel(Session(self.job, conn=self))


class UserAuth(userauth.SSHUserAuthClient):
    def __init__(self, job):
        super().__init__(job.wanted["user"].encode(), Connection(job))
        self.key = keys.Key.fromFile(job.wanted["identity"])

    def getPublicKey(self):
        return None if self.triedPublicKeys else self.key.public()

    def getPrivateKey(self):
        return defer.succeed(self.key)


class Transport(transport.SSHClientTransport):
    secured = False

    def __init__(self, job):
        self.job = job
        choose(self, job.wanted["lists"])

    def verifyHostKey(self, hostKey, fingerprint):
        expected = base64.b64decode(self.job.wanted["hostKey"])
        return defer.succeed(True) if hostKey == expected else defer.fail(ValueError("another host key"))

    def connectionSecure(self):
        # Conch calls this after every exchange of keys, and most programs on it know nothing of later ones: they request the service again.
        if not self.secured:
            choose(self, self.job.wanted.get("later", {}))
        self.secured = True
        self.requestService(UserAuth(self.job))

    def receiveError(self, reasonCode, description):
        self.job.fail(description)

    def connectionLost(self, reason):
        super().connectionLost(reason)
        self.job.fail(reason.getErrorMessage())


class Job(protocol.ClientFactory):
    """One session, of which only the first word counts."""

    def __init__(self, wanted, jobs):
        self.wanted = wanted
        self.jobs = jobs
        self.output = []
        self.code = None
        self.said = False

    def buildProtocol(self, address):
        return Transport(self)

    def clientConnectionFailed(self, connector, reason):
        self.fail(reason.getErrorMessage())

    def succeed(self):
        self.end({"code": self.code, "output": base64.b64encode(b"".join(self.output)).decode()})

    def fail(self, reason):
        self.end({"error": str(reason)})

    def end(self, message):
        if not self.said:
            self.jobs.sendLine(json.dumps({"id": self.wanted["id"], **message}).encode())
        self.said = True


class Jobs(basic.LineReceiver):
    delimiter = b"\n"

    def lineReceived(self, line):
        job = Job(json.loads(line), self)
        reactor.connectTCP("127.0.0.1", job.wanted["port"], job)

    def connectionLost(self, reason):
        reactor.stop()


stdio.StandardIO(Jobs())
reactor.run()
