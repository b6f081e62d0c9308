"""waybill serve and its port for OTLP/gRPC: where it is, and who else may have it."""

import random
import socket

from drive.collector import Collector, waybill
from drive.processes import PATIENCE
from drive.runner import Claims, main


def own_loopback():
    """An address of this machine on which nobody else is."""
    return "127." + ".".join(str(random.randint(1, 254)) for _ in range(3))


def occupied(host, port=0):
    taken = socket.create_server((host, port))
    return taken, f"{host}:{taken.getsockname()[1]}"


class Grpc(Claims):
    def test_usual_ports(self):
        """Beside HTTP on 4318 there is gRPC on 4317, unless it is off; beside HTTP elsewhere only when asked for."""
        for listen, options, port in ((4318, [], 4317), (4318, ["--grpc", "off"], None), (0, [], None),
                                      (0, ["--grpc", "127.0.0.1:0"], "any")):
            with self.subTest(listen=listen, options=options):
                host = own_loopback()
                collector = self.start(Collector(self.home, *options, listen=f"{host}:{listen}"))
                if port == "any":
                    self.assertRegex(collector.grpc_address, r"^127\.0\.0\.1:\d+$")
                else:
                    self.assertEqual(port and f"{host}:{port}", collector.grpc_address)
                self.assertEqual(0, collector.interrupt())
                self.assertEqual("", "".join(collector.rest_of_errors()))

    def test_port_in_use(self):
        """Another program on 4317 costs one line; on a port that was asked for it is the end, in one line too."""
        host = own_loopback()
        taken, where = occupied(host, 4317)
        with taken:
            collector = self.start(Collector(self.home, listen=f"{host}:4318"))
            self.assertIsNone(collector.grpc_address)
            self.assertEqual(0, collector.interrupt())
            self.assertEqual([f"waybill: no OTLP over gRPC: {where} is in use by another program; choose another address "
                              "with --grpc, or say --grpc off\n"], collector.rest_of_errors())
            refused = waybill(self.home, "serve", "--store", self.home / "s", "--listen", f"{host}:0", "--grpc", where, code=1)
            self.assertEqual(f"waybill: --grpc {where}: {where} is in use by another program\n", refused.stderr)

    def test_wrong_addresses(self):
        """What is no address, or lets strangers in without a token, is refused in one line."""
        for given, says in (("elsewhere", "needs a token"), ("0.0.0.0:0", "needs a token"), ("127.0.0.1:99999", "no host and port"),
                            ("192.0.2.1:0", "needs a token"), ("on", "needs a token")):
            with self.subTest(given):
                refused = waybill(self.home, "serve", "--store", self.home / "s", "--listen", "127.0.0.1:0", "--grpc", given, code=2)
                self.assertIn(says, refused.stderr)
                self.assertEqual(1, refused.stderr.count("\n"))

    def test_strangers(self):
        """Who connects and says nothing, or no gRPC, does not keep it from ending."""
        collector = self.start(Collector(self.home, "--grpc", "127.0.0.1:0"))
        host, port = collector.grpc_address.split(":")
        with socket.create_connection((host, int(port)), PATIENCE), socket.create_connection((host, int(port)), PATIENCE) as other:
            other.sendall(b"GET / HTTP/1.1\r\n\r\n" * 10)
            self.assertEqual(0, collector.interrupt())
        self.assertEqual("", "".join(collector.rest_of_errors()))


if __name__ == "__main__":
    main()
