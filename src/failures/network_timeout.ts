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
    {
      regex:
        /CondaHTTPError|CONNECTION FAILED|EndpointConnectionError|httpx?\.\w*(?:ConnectError|ConnectTimeout|ReadTimeout|ReadError|RemoteProtocolError|ConnectionError)|(?:openai|anthropic)\.API(?:Connection|Timeout)Error|APIConnectionError|APITimeoutError|Failed to fetch[: ]|error sending request for url|Request failed after \d+ retries|has timed out after [\d.]+ sec|Temporary failure resolving|timeout: timed out|TimeoutError: (?:timed out|The read operation timed out|\[Errno 110\]|\[WinError)|(?:Recv|Send) failure|GnuTLS recv error|curl: \((?:5|6|7|28|35|52|55|56|60|92)\)|ProxyError|Tunnel connection failed|UNAVAILABLE: |gaierror|ConnectionError: .*(?:timed out|Connection error|[Ff]ailed to|HTTPSConnectionPool)|connection (?:was )?(?:timed out|aborted|forcibly closed)|unable to connect to|Could not connect to (?:the )?(?:server|endpoint|host|proxy)|Couldn't connect to server|The read operation timed out|CERTIFICATE_VERIFY_FAILED|certificate verify failed|the remote end hung up|Unable to reach|HTTP Error 5\d\d|HTTP[Ee]rror:? 5\d\d|50[0-4] (?:Server Error|Internal Server Error|Gateway)|Error code: 5\d\d|InternalServerError|ServiceUnavailable|net\/http: (?:TLS handshake|request canceled)|i\/o timeout|dial tcp|Zeitüberschreitung|接続がタイムアウト|连接超时|名前またはサービスが不明|未知的名称或服务/i,
      weight: 'telling',
      not: /NCCL|gloo|TCPStore|c10d|rendezvous|store|MPI|docker\.sock|GCS|all addresses|coordination|warning|retry(?:ing)? \(|Retrying|\[Errno 111\]|127\.0\.0\.1|localhost/i,
    },
    {
      regex: /from versions: none|No matching distribution found/,
      near: /after connection broken by|NewConnectionError|Temporary failure in name|Could not fetch URL|ReadTimeoutError/,
      weight: 'decisive',
    },
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
