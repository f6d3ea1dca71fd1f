"""volume_plugin.py SOCKET FOLDER: a Docker volume plugin whose every volume is FOLDER."""
import http.server
import json
import socketserver
import sys

SOCKET, FOLDER = sys.argv[1:3]
ANSWERS = {
    "/Plugin.Activate": {"Implements": ["VolumeDriver"]},
    "/VolumeDriver.Create": {"Err": ""},
    "/VolumeDriver.Remove": {"Err": ""},
    "/VolumeDriver.Mount": {"Mountpoint": FOLDER, "Err": ""},
    "/VolumeDriver.Path": {"Mountpoint": FOLDER, "Err": ""},
    "/VolumeDriver.Unmount": {"Err": ""},
    "/VolumeDriver.List": {"Volumes": [], "Err": ""},
    "/VolumeDriver.Capabilities": {"Capabilities": {"Scope": "local"}},
}


class Plugin(http.server.BaseHTTPRequestHandler):
    """Answers every call of the protocol, which is a POST, from the table."""

    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "docker"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        answer = ANSWERS.get(self.path)
        if self.path == "/VolumeDriver.Get":
            answer = {"Volume": {"Name": asked.get("Name"), "Mountpoint": FOLDER}, "Err": ""}
        body = json.dumps(answer if answer is not None else {"Err": "unknown call"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.docker.plugins.v1.1+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """One thread a connection: Docker keeps several open."""

    daemon_threads = True


Server(SOCKET, Plugin).serve_forever()
