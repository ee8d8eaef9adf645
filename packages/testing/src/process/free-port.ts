// Free ports.

import { createServer } from 'node:net'

/** Distinct loopback ports that were free a moment ago: they are held together during the search. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen()))
  const ports = servers.map(server => (server.address() as { port: number }).port)
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  return ports
}

/** One free port on loopback. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port!
}

/** Of the given loopback ports, those that are listened on. */
export async function takenPorts(ports: readonly number[]): Promise<readonly number[]> {
  const taken: number[] = []
  for (const port of ports) {
    const server = await listen(port).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error
      taken.push(port)
    })
    await new Promise(resolve => (server ? server.close(resolve) : resolve(null)))
  }
  return taken
}

function listen(port = 0): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
