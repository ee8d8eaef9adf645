// Ports that nobody uses.

import { createServer } from 'node:net'

/** Ports on loopback that were free a moment ago, all different: they are held together while they are looked for. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen))
  const ports = servers.map(server => (server.address() as { port: number }).port)
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  return ports
}

/** One free port on loopback. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port!
}

function listen(): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}
