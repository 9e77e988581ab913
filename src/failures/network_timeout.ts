import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'network_timeout',
  title: 'The network did not answer',
  fault: 'network',
  route: 'retry',
  patterns: [
    {
      regex:
        /(?:ReadTimeout|ConnectTimeout|ConnectionTimeout)(?:Error)?\b|Max retries exceeded with url|NewConnectionError|NameResolutionError|Temporary failure in name resolution|Name or service not known|Could not resolve host|getaddrinfo failed|nodename nor servname/,
    },
    {
      regex:
        /Read timed out|ConnectionError: .*(?:Couldn't reach|Connection (?:aborted|broken|refused)|RemoteDisconnected)|ChunkedEncodingError|IncompleteRead|ProtocolError|RemoteDisconnected|SSLError|URLError|We couldn't connect to|LocalEntryNotFoundError|OfflineModeIsEnabled/,
      not: /NCCL|gloo/,
    },
    {
      regex:
        /Connection timed out|Network is unreachable|No route to host|Failed to connect to \S+ port|Operation timed out|early EOF|RPC failed; curl|The requested URL returned error: 5\d\d|50[234] (?:Server Error|Bad Gateway|Service|Gateway)/,
      not: /NCCL|gloo|TCPStore/,
    },
    {
      regex: /Connection(?:RefusedError|ResetError)|Connection (?:refused|reset by peer)|TimeoutError: \[Errno 110\]/,
      weight: 'consequence',
      not: /NCCL|gloo|TCPStore/,
    },
    { regex: /unable to resolve host|Unable to establish SSL|ClientConnectorError|ServerDisconnectedError|aiohttp\S*(?:Timeout|Connect)/ },
  ],
  remedy: () => ({ kind: 'retry', waitSeconds: 300, elsewhere: false }),
  explain: () =>
    'A server could not be reached or stopped answering; the same job may work later, unless this node has no internet at all.',
  examples: [
    { text: "fatal: unable to access 'https://example.org/x.git/': Could not resolve host: example.org", line: 1 },
    {
      text: "requests.exceptions.ConnectTimeout: HTTPSConnectionPool(host='example.org', port=443): Max retries exceeded with url: /",
      line: 1,
    },
  ],
  nearMisses: [
    'WARNING fetch: shard 3 failed (Connection reset by peer), retry 1/5\nINFO fetch: shard 3 ok\ntraining finished',
    'Watchdog timeout=1800s is set\nstep 1 loss 1.0\nstep 2 loss 0.9',
  ],
});
