import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What has gone through so far, as it is on the wire. */
export interface Wire {
  readonly port: number;
  readonly up: () => number;
  readonly down: () => number;
  close(): Promise<void>;
}

/** A TCP port that hands everything on to another one of this machine and counts the bytes in both directions. */
export async function startCountingPort(target: number): Promise<Wire> {
  let [up, down] = [0, 0];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const far = connect(target, '127.0.0.1');
    for (const socket of [client, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (bytes) => (up += bytes.length));
    far.on('data', (bytes) => (down += bytes.length));
    client.pipe(far);
    far.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    up: () => up,
    down: () => down,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
